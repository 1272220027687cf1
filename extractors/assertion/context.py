"""Build the ConText component: medspaCy's shipped rules less ``drop``, plus ours."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import yaml

if TYPE_CHECKING:
    from medspacy.context import ConText
    from spacy.language import Language

#: ConText category to the flag that mentions carry. A category that is not here (PATIENT) carries none:
#: it only ends the scope of rules that name it in ``terminated_by``.
FLAGS = {
    "NEGATED_EXISTENCE": "negated",
    "POSSIBLE_EXISTENCE": "uncertain",
    "HISTORICAL": "historical",
    "HYPOTHETICAL": "hypothetical",
    "FAMILY": "family",
    "PLANNED": "planned",
    "DECLINED": "declined",
    "HISTORY": "history",
}
#: Name of the span group that ConText reads its targets from.
TARGETS = "targets"


@cache
def rule_data() -> dict[str, Any]:
    """The content of ``context_rules.yaml``."""
    data: dict[str, Any] = yaml.safe_load(
        Path(__file__).with_name("context_rules.yaml").read_text(encoding="utf-8")
    )
    return data


def own_rules(data: Mapping[str, Any]) -> Iterator[tuple[str, str | None, Mapping[str, Any]]]:
    """Our rules, one literal each: (literal, regular expression or None, the rule as written).

    A rule is written with ``literal``, or with ``literals`` (a list that shares the rest), and may have a
    ``pattern``, in which ``{name}`` stands for an expression of ``words``. Where a rule has a pattern its
    literal is but a name.
    """
    words = {f"{{{name}}}": str(text) for name, text in data.get("words", {}).items()}
    for rule in data["rules"]:
        pattern = rule.get("pattern")
        if pattern is not None:
            for name, text in words.items():
                pattern = pattern.replace(name, text)
        for literal in rule.get("literals", ()) or (rule["literal"],):
            yield str(literal), pattern, rule


def build_context(nlp: Language) -> ConText:
    """ConText over the span group ``targets``, with shipped and own rules.

    Each own rule's ``metadata["id"]`` is ``category:literal``, so that a trace can name it.
    """
    from medspacy.context import ConText, ConTextRule

    context = ConText(nlp, rules=None, input_span_type="group", span_group_name=TARGETS, span_attrs=None)
    data = rule_data()
    dropped = {str(d["literal"]).lower() for d in data["drop"]}
    shipped = [
        r for r in ConTextRule.from_json(context.DEFAULT_RULES_FILEPATH) if r.literal.lower() not in dropped
    ]
    context.add(shipped)
    context.add(
        [
            ConTextRule(
                literal=literal,
                category=r["category"],
                direction=r["direction"].upper(),
                pattern=pattern,
                max_scope=r.get("max_scope"),
                max_targets=r.get("max_targets"),
                terminated_by=set(r["terminated_by"]) if "terminated_by" in r else None,
                metadata={"id": f"{r['category']}:{literal}"},
            )
            for literal, pattern, r in own_rules(data)
        ]
    )
    return context
