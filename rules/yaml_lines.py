"""Lines of keys in YAML text, so that an error can say where to look."""

from __future__ import annotations

from collections.abc import Sequence

import yaml


def _child(node: yaml.Node, part: int | str) -> tuple[yaml.Node, int] | None:
    """Return the node under a key or at an index, with the 1-based line where it begins."""
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            if str(key.value) == str(part):
                return value, key.start_mark.line + 1
    if isinstance(node, yaml.SequenceNode) and isinstance(part, int) and part < len(node.value):
        return node.value[part], node.value[part].start_mark.line + 1
    return None


def line_of(text: str, loc: Sequence[int | str]) -> tuple[int, int]:
    """Return how many parts of the path exist in the text, and the line of the last of them (1 for none)."""
    node = yaml.compose(text, Loader=yaml.SafeLoader)
    depth, line = 0, 1
    for part in loc:
        found = _child(node, part) if node is not None else None
        if found is None:
            break
        node, line = found
        depth += 1
    return depth, line
