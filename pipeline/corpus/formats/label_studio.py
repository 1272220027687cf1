"""Label Studio: tasks as JSON, with annotations or predictions, and the labelling configuration.

Every quote is a region with its family as label; values stand beside an item's first quote as choices,
numbers and text areas per region. The envelope is part of the task's ``data``, which Label Studio hands
back untouched. Region ids are ``<item>#<place among its quotes>``.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any
from xml.sax.saxutils import quoteattr

from pipeline.corpus.exchange import ENVELOPE, Item, Mark, Raw, Record, envelope
from pipeline.corpus.formats.base import Format, Lost, offsets, read_text, whole
from pipeline.corpus.model import Problem, problem
from pipeline.corpus.quotes import FAMILIES
from pipeline.corpus.shown import FIELDS, NUMBERS, choices, shown
from pipeline.corpus.units import Units

CONFIG = "labeling-config.xml"
_ID = re.compile(r"(.+)#(\d+)\Z")
_COLOURS = ("#1b6ca8", "#7b3fa0", "#2e7d32", "#b35c00", "#a02f2f", "#00696f", "#b3261e", "#5d5f00")


def labelling_config() -> str:
    """The configuration of a Label Studio project for these annotations."""
    lines = ["<View>", '  <Labels name="family" toName="text">']
    lines += [
        f"    <Label value={quoteattr(f)} background={quoteattr(c)}/>"
        for f, c in zip(FAMILIES, _COLOURS, strict=True)
    ]
    lines += ["  </Labels>", '  <Text name="text" value="$text"/>']
    for family in FAMILIES:
        lines.append(f'  <View visibleWhen="region-selected" whenTagName="family" whenLabelValue="{family}">')
        for field in FIELDS[family]:
            name = f'name="{family}.{field}" toName="text" perRegion="true"'
            lines.append(f'    <Header value="{family}: {field}" size="6"/>')
            closed = choices(family, field)
            if closed:
                lines.append(f'    <Choices {name} choice="single" showInline="true">')
                lines += [f"      <Choice value={quoteattr(x)}/>" for x in closed]
                lines.append("    </Choices>")
            elif field in NUMBERS:
                lines.append(f"    <Number {name}/>")
            else:
                lines.append(f'    <TextArea {name} rows="1" maxSubmissions="1" editable="true"/>')
        lines.append("  </View>")
    return "\n".join([*lines, "</View>", ""])


def _value(field: str, text: str, closed: bool) -> tuple[str, dict[str, Any]]:
    """Type of a control's result, and its value."""
    if closed:
        return "choices", {"choices": [text]}
    if field in NUMBERS:
        return "number", {"number": json.loads(text)}
    return "textarea", {"text": [text]}


def _results(taken: Record, item: Item, units: Units) -> Iterator[dict[str, Any]]:
    for order, (a, b) in enumerate(item.spans):
        start, end = offsets(taken.text, a, b, units)
        region = {"id": f"{item.id}#{order}", "to_name": "text", "origin": "manual"}
        place = {"start": start, "end": end, "text": taken.text[a:b]}
        labels = {**place, "labels": [item.family]}
        yield {**region, "from_name": "family", "type": "labels", "value": labels}
        if order:
            pair = {"from_id": f"{item.id}#0", "to_id": region["id"], "direction": "right"}
            yield {"type": "relation", **pair, "labels": []}
            continue
        for field, text in shown(item).items():
            kind, value = _value(field, text, bool(choices(item.family, field)))
            name = f"{item.family}.{field}"
            yield {**region, "from_name": name, "type": kind, "value": {**place, **value}}


def task(taken: Record, units: Units) -> dict[str, Any]:
    """One task with one finished annotation."""
    results = [r for item in taken.items for r in _results(taken, item, units)]
    data = {"text": taken.text, "note_id": taken.note_id, ENVELOPE: envelope(taken, spans=True)}
    return {"data": data, "annotations": [{"result": results, "ground_truth": True}]}


def write(records: Iterable[Record], target: Path, units: Units) -> list[Lost]:
    """One JSON file of tasks, and the configuration beside it."""
    tasks = [task(r, units) for r in records]
    # Escaped throughout: a lone surrogate or a U+2028 cannot break a program on the way.
    target.write_text(json.dumps(tasks, ensure_ascii=True, indent=1) + "\n", encoding="ascii")
    (target.parent / CONFIG).write_text(labelling_config(), encoding="utf-8")
    return []


def _shown(result: Mapping[str, Any]) -> str | None:
    value = result.get("value", {})
    for key in ("choices", "text"):
        if key in value and isinstance(value[key], list):
            return ", ".join(map(str, value[key])) or None
    number = value.get("number")
    return json.dumps(number) if number is not None else None


def _groups(results: list[Mapping[str, Any]]) -> dict[str, str]:
    """Region to the region at the root of its relations."""
    parent: dict[str, str] = {}

    def root(name: str) -> str:
        while parent.get(name, name) != name:
            name = parent[name]
        return name

    for r in results:
        if r.get("type") == "relation" and r.get("from_id") and r.get("to_id"):
            parent[root(str(r["to_id"]))] = root(str(r["from_id"]))
    return {name: root(name) for name in parent}


def _marks(results: list[Mapping[str, Any]], known: Mapping[str, Any]) -> Iterator[Mark]:
    groups = _groups(results)
    values: dict[str, dict[str, str]] = {}
    for r in results:
        if r.get("type") in ("choices", "number", "textarea"):
            text = _shown(r)
            if text is not None:
                values.setdefault(str(r.get("id")), {})[str(r.get("from_name")).partition(".")[2]] = text
    for r in results:
        value = r.get("value", {})
        if r.get("type") != "labels" or not isinstance(value.get("labels"), list) or not value["labels"]:
            continue
        name = str(r.get("id"))
        m = _ID.match(name)
        item = m[1] if m and m[1] in known else None
        lead = item is None or (m is not None and m[2] == "0")
        quote = value.get("text")
        root = groups.get(name, name)
        if item is None and (of := _ID.match(root)) and of[1] in known:
            item, lead = of[1], False  # a new region that was joined to an item by a relation
        yield Mark(
            str(value["labels"][0]), value["start"], value["end"], item=item,
            quote=quote if isinstance(quote, str) else None,
            shown=values.get(name, {}) if lead else None, group=root,
            order=int(m[2]) if m and item else None,
        )  # fmt: skip


def _chosen(task_: Mapping[str, Any]) -> list[Mapping[str, Any]] | None:
    """Results of the task's last annotation that was not cancelled, else of its first prediction."""
    done = [a for a in task_.get("annotations") or [] if not a.get("was_cancelled")]
    found = done[-1] if done else next(iter(task_.get("predictions") or []), None)
    results = found.get("result") if isinstance(found, Mapping) else []
    if not isinstance(results, list) or not all(isinstance(r, Mapping) for r in results):
        return None
    for r in results:
        value = r.get("value", {})
        if r.get("type") == "labels" and not (whole(value.get("start")) and whole(value.get("end"))):
            return None
    return results


def read(target: Path) -> Iterator[Raw | Problem]:
    """The tasks of an export (JSON)."""
    text = read_text(target)
    if isinstance(text, Problem):
        yield text
        return
    try:
        tasks = json.loads(text)
    except ValueError:
        tasks = None
    if not isinstance(tasks, list):
        yield problem("line", target, "is no JSON array of tasks", "export the project as JSON")
        return
    for place, one in enumerate(tasks, start=1):
        data = one.get("data") if isinstance(one, Mapping) else None
        if not isinstance(data, Mapping) or not isinstance(data.get("text"), str):
            yield problem("line", target, f"task {place} has no data.text", "export the project as JSON")
            continue
        found = data.get(ENVELOPE)
        sealed = found if isinstance(found, Mapping) else None
        known = sealed.get("items") if sealed is not None else None
        note_id = str(data.get("note_id") or one.get("id") or f"task_{place}")
        results = _chosen(one)
        if results is None:
            cause = f"task {place} has a region without offsets"
            yield problem("line", target, cause, "export the project as JSON", note=note_id)
            continue
        marks = tuple(_marks(results, known if isinstance(known, Mapping) else {}))
        yield Raw(str(target), None, note_id, data["text"], marks, sealed)


FORMAT = Format("label-studio", "Label Studio JSON (tasks)", "code_points", "file", write, read)
