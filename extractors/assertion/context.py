"""Build the ConText component: medspaCy's shipped rules less ``drop``, plus ours."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import yaml

if TYPE_CHECKING:
    from medspacy.context import ConText
    from spacy.language import Language

#: ConText category to the flag that mentions carry.
FLAGS = {
    "NEGATED_EXISTENCE": "negated",
    "POSSIBLE_EXISTENCE": "uncertain",
    "HISTORICAL": "historical",
    "HYPOTHETICAL": "hypothetical",
    "FAMILY": "family",
    "PLANNED": "planned",
    "DECLINED": "declined",
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
                literal=str(r["literal"]),
                category=r["category"],
                direction=r["direction"].upper(),
                pattern=r.get("pattern"),
                max_scope=r.get("max_scope"),
                max_targets=r.get("max_targets"),
                terminated_by=set(r["terminated_by"]) if "terminated_by" in r else None,
                metadata={"id": f"{r['category']}:{r['literal']}"},
            )
            for r in data["rules"]
        ]
    )
    return context
