"""YAML as policies may use it: bounded in size and depth, without aliases, each key once.

A policy is written and read by people. An alias hides what stands there, and nested ones grow without end; of
a key that stands twice a lenient loader silently takes the last.
"""

from __future__ import annotations

from typing import Any

import yaml

#: Characters of a file and levels of nesting; the largest shipped policy has 13,000 characters and 6 levels.
MOST_CHARACTERS = 400_000
MOST_LEVELS = 40


class _Loader(yaml.SafeLoader):
    """The safe loader, refusing what a policy never needs; every error carries its line."""

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self._levels = 0

    def compose_node(self, parent: Any, index: Any) -> Any:
        event: Any = self.peek_event()  # type: ignore[no-untyped-call]
        mark: Any = event.start_mark
        if isinstance(event, yaml.AliasEvent):
            raise yaml.composer.ComposerError(
                None, None, "an alias (*) is not taken, write the value out", mark
            )
        self._levels += 1
        if self._levels > MOST_LEVELS:
            raise yaml.composer.ComposerError(None, None, f"nested more than {MOST_LEVELS} levels deep", mark)
        node = super().compose_node(parent, index)
        self._levels -= 1
        return node

    def compose_mapping_node(self, anchor: Any) -> Any:
        node = super().compose_mapping_node(anchor)
        seen: set[str] = set()
        for key, _ in node.value:
            if not isinstance(key, yaml.ScalarNode):
                raise yaml.composer.ComposerError(None, None, "a key must be one word", key.start_mark)
            if key.value in seen:
                raise yaml.composer.ComposerError(
                    None, None, f"the key {key.value[:60]!r} stands twice in one mapping", key.start_mark
                )
            seen.add(key.value)
        return node

    def construct_object(self, node: Any, deep: bool = False) -> Any:
        try:
            return super().construct_object(node, deep=deep)
        except (ValueError, OverflowError):  # 30 February, an integer of thousands of digits
            raise yaml.constructor.ConstructorError(
                None, None, "no date and no number that there can be", node.start_mark
            ) from None


def load(text: str) -> Any:
    """Return what the YAML states.

    Raises
    ------
    yaml.YAMLError
        Where it is no YAML, or uses what policies may not: an alias, a key twice, more than ``MOST_LEVELS``
        levels, more than ``MOST_CHARACTERS`` characters; ``problem`` and ``problem_mark`` say what and where.
    """
    if len(text) > MOST_CHARACTERS:
        raise yaml.MarkedYAMLError(problem=f"longer than {MOST_CHARACTERS} characters")
    loader = _Loader(text)
    try:
        return loader.get_single_data()
    finally:
        loader.dispose()
