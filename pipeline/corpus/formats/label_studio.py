"""Label Studio: tasks as JSON, with annotations or predictions, and the labelling configuration.

Every quote is a region with its family as label; values stand beside an item's first quote as choices,
numbers and text areas per region. The envelope is part of the task's ``data``, which Label Studio hands
back untouched. Region ids are ``<family>-<key>-<place among its quotes>``.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any
from xml.sax.saxutils import quoteattr

from pipeline.corpus.exchange import ENVELOPE, Item, Mark, Raw, Record, envelope, item_id
from pipeline.corpus.formats.base import Format, Lost, offsets, read_text, whole
from pipeline.corpus.model import Problem, problem
from pipeline.corpus.quotes import FAMILIES, places
from pipeline.corpus.shown import FIELDS, NUMBERS, choices, shown
from pipeline.corpus.units import Units

CONFIG = "labeling-config.xml"
#: Region ids: Label Studio cuts ids at a ``#``, and makes class names of them: a full stop in an id leaves
#: the region without colour. Family, key and number are parted by hyphens.
_ID = re.compile(r"([a-z_]+)-([a-z0-9_]*)-(\d+)\Z")
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


def _region_id(item: Item, order: int) -> str:
    return f"{item.family}-{'' if item.key is None else item.key}-{order}"


def _item_of(region: str, known: Mapping[str, Any]) -> tuple[str | None, int | None]:
    """Id of the exported item that a region belongs to, and the region's place among its quotes."""
    m = _ID.match(region)
    name = item_id(m[1], m[2] or None) if m else ""
    return (name, int(m[3])) if m and name in known else (None, None)


def _results(taken: Record, item: Item, units: Units) -> Iterator[dict[str, Any]]:
    for order, (a, b) in enumerate(item.spans):
        start, end = offsets(taken.text, a, b, units)
        region = {"id": _region_id(item, order), "to_name": "text", "origin": "manual"}
        place = {"start": start, "end": end, "text": taken.text[a:b]}
        labels = {**place, "labels": [item.family]}
        yield {**region, "from_name": "family", "type": "labels", "value": labels}
        if order:
            pair = {"from_id": _region_id(item, 0), "to_id": region["id"], "direction": "right"}
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


def _quote(value: Mapping[str, Any], text: str) -> str | None:
    """The words of a region. Label Studio's page writes a line end among them as a backslash and an n."""
    quote = value.get("text")
    if not isinstance(quote, str):
        return None
    if "\\n" in quote and not places(quote, text):
        return quote.replace("\\n", "\n")
    return quote


def _marks(text: str, results: list[Mapping[str, Any]], known: Mapping[str, Any]) -> Iterator[Mark]:
    groups = _groups(results)
    values: dict[str, dict[str, str]] = {}
    for r in results:
        if r.get("type") in ("choices", "number", "textarea"):
            told = _shown(r)
            if told is not None:
                values.setdefault(str(r.get("id")), {})[str(r.get("from_name")).partition(".")[2]] = told
    for r in results:
        value = r.get("value", {})
        if r.get("type") != "labels" or not isinstance(value.get("labels"), list) or not value["labels"]:
            continue
        name = str(r.get("id"))
        item, order = _item_of(name, known)
        lead = item is None or order == 0
        root = groups.get(name, name)
        if item is None and root != name:
            item, _ = _item_of(root, known)  # new, and joined to an item by a relation
            lead = item is None
        yield Mark(
            str(value["labels"][0]), value["start"], value["end"], item=item,
            quote=_quote(value, text),
            shown=values.get(name, {}) if lead else None, group=root,
            order=order,
        )  # fmt: skip


def _chosen(task_: Mapping[str, Any]) -> list[Mapping[str, Any]] | None:
    """Results of the task's last annotation that was not cancelled, else of its first prediction."""
    works, guesses = task_.get("annotations") or [], task_.get("predictions") or []
    if not isinstance(works, list) or not isinstance(guesses, list):
        return None
    done = [a for a in works if isinstance(a, Mapping) and not a.get("was_cancelled")]
    found = done[-1] if done else next(iter(guesses), None)
    results = found.get("result") if isinstance(found, Mapping) else []
    if not isinstance(results, list) or not all(isinstance(r, Mapping) for r in results):
        return None
    for r in results:
        value = r.get("value", {})
        if not isinstance(value, Mapping):
            return None
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
    yield from documents(tasks, target)


def documents(tasks: Sequence[Any], target: Path) -> Iterator[Raw | Problem]:
    """The documents of an export's tasks; ``target`` names the file in problems."""
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
        marks = tuple(_marks(data["text"], results, known if isinstance(known, Mapping) else {}))
        yield Raw(str(target), None, note_id, data["text"], marks, sealed)


FORMAT = Format("label-studio", "Label Studio JSON (tasks)", "code_points", "file", write, read)
