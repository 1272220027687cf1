"""Policy files: where they lie, what they inherit from one another, and errors that name file and line."""

from __future__ import annotations

import difflib
import functools
import re
from collections.abc import Iterator, Mapping, Sequence
from importlib import resources
from pathlib import Path
from typing import Any

import yaml
from pydantic import ValidationError

from rules import yaml_strict
from rules.figures import unfit
from rules.policy import Policy, PolicyError
from rules.yaml_lines import line_of

#: Files that begin so are no policies, only what policies inherit.
_BASE = "_"
#: An id of a policy or of what policies inherit, and its length.
_ID, _LONGEST = r"_?[a-z0-9]+(-[a-z0-9]+)*", 100


def shipped_folder() -> Path:
    """Return the folder of the policies that come with the product."""
    return Path(str(resources.files("rules").joinpath("policies")))


def available_policies() -> tuple[str, ...]:
    """Return the ids of the policies that come with the product, in alphabetical order."""
    return tuple(sorted(p.stem for p in shipped_folder().glob("*.yaml") if not p.stem.startswith(_BASE)))


def _text(path: Path, name: str) -> str:
    if path.exists() and not path.is_file() and not path.is_dir():
        raise PolicyError(f"{name}: is no file; check the path")  # a pipe would be waited for
    try:
        # Bounded before it is read: a character of UTF-8 has at most four bytes.
        if path.stat().st_size > 4 * yaml_strict.MOST_CHARACTERS:
            raise PolicyError(f"{name}: longer than {yaml_strict.MOST_CHARACTERS} characters; shorten it")
        return path.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or "is not UTF-8 text"
        raise PolicyError(f"{name}: {reason}; check the path") from error


def _mapping(text: str, name: str) -> dict[str, Any]:
    try:
        raw: Any = yaml_strict.load(text)
    except yaml.YAMLError as error:
        mark, problem = getattr(error, "problem_mark", None), getattr(error, "problem", None)
        place = f", line {mark.line + 1}" if mark else ""
        said = f" ({problem})" if problem else ""
        raise PolicyError(
            f"{name}{place}: not valid YAML{said}; mend the indentation, colon, quotes or key there"
        ) from error
    if not isinstance(raw, dict):
        raise PolicyError(f"{name}: a policy is a mapping of keys; see rules/policies/guideline.yaml")
    return raw


def _merged(base: Mapping[str, Any], own: Mapping[str, Any], depth: int = 0) -> dict[str, Any]:
    """Lay a policy over what it inherits: checks and parameters key by key, null takes one away.

    A parameter's own keys are laid over the inherited parameter's; lists and words take the place of theirs.
    """
    out = dict(base)
    for key, value in own.items():
        if value is None and depth == 1:
            out.pop(key, None)
        elif isinstance(value, dict) and isinstance(out.get(key), dict) and depth < 2:
            out[key] = _merged(out[key], value, depth + 1)
        else:
            out[key] = value
    return out


class _Sources:
    """The texts that a policy is made of, its own first."""

    def __init__(self) -> None:
        self.texts: list[tuple[str, str]] = []

    def place(self, loc: Sequence[int | str]) -> str:
        """Return file and line of a key, from the text that goes deepest towards it."""
        found = [(line_of(text, loc), name) for name, text in self.texts]
        (depth, line), name = max(found, key=lambda f: f[0][0])
        return f"{name}, line {line}" if depth else self.texts[0][0]


def _resolve(text: str, name: str, folder: Path, sources: _Sources, seen: tuple[str, ...]) -> dict[str, Any]:
    raw = _mapping(text, name)
    sources.texts.append((name, text))
    parent = raw.pop("extends", None)
    if parent is None:
        return raw
    if not isinstance(parent, str) or len(parent) > _LONGEST or not re.fullmatch(_ID, parent):
        raise PolicyError(
            f"{sources.place(('extends',))}: key extends: must be the id of a policy, in lower case"
        )
    if parent in seen:
        raise PolicyError(f"{name}: extends {parent!r}, which extends it; take one of the two away")
    for place in (folder, shipped_folder()):
        path = place / f"{parent}.yaml"
        if path.is_file():
            base = _resolve(_text(path, path.name), path.name, place, sources, (*seen, parent))
            return _merged(base, raw)
    raise PolicyError(
        f"{sources.place(('extends',))}: extends unknown policy {parent!r}; name one of "
        f"{', '.join(available_policies())} or a file beside this one"
    )


def parse_policy(text: str, name: str, folder: Path | None = None) -> Policy:
    """Read a policy from YAML text; ``name`` is the file that an error names.

    Parameters
    ----------
    text
        YAML. ``extends: ID`` lays it over another policy.
    name
        What errors call the file.
    folder
        Where policies that it extends are looked for before the shipped ones.

    Raises
    ------
    PolicyError
        Where the text is not YAML, or a key is missing, unknown or of the wrong kind.
    """
    sources = _Sources()
    raw = _resolve(text, name, folder or shipped_folder(), sources, ())
    try:
        policy = Policy.model_validate(raw)
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False)[0]
        # A fault between keys is reported on the whole; it says itself where to look.
        loc = first["loc"] or getattr(first.get("ctx", {}).get("error"), "place", ())
        key = ".".join(str(part) for part in loc)
        said = first["msg"].removeprefix("Value error, ")
        where = f"{sources.place(loc)}: key {key}" if key else name
        raise PolicyError(f"{where}: {said}; mend the key") from error
    for loc, said in _unfit(policy):
        raise PolicyError(f"{sources.place(loc)}: key {'.'.join(str(part) for part in loc)}: {said}")
    return policy


def _unfit(policy: Policy) -> Iterator[tuple[tuple[str | int, ...], str]]:
    """Yield what no check or condition would ever read, and what a check that is listed would miss."""
    # The checks know the policy's model, so that the register can only be asked for once it is there.
    from rules.advice import CONDITIONS
    from rules.checks import CATALOGUE

    known = {check.slug: check for check in CATALOGUE}
    for slug in policy.checks:
        if slug not in known:
            near = difflib.get_close_matches(slug, known, n=1, cutoff=0)[0]
            yield ("checks", slug), f"there is no such check; did you mean {near!r}? (rules/checks/README.md)"
    read = {
        name
        for check in CATALOGUE
        if check.always or check.slug in policy.checks
        for name in (*check.parameters, *check.optional)
    }
    for name in policy.parameters:
        if name not in read:
            yield (
                ("parameters", name),
                "no check that the policy lists reads it; list the check, or mend the name",
            )
    for name, parameter in policy.parameters.items():
        for place, said in unfit(name, parameter):
            yield ("parameters", name, *place), said
    for slug in policy.checks:
        for name in known[slug].parameters:
            if name not in policy.parameters:
                yield (
                    ("checks", slug),
                    f"it needs the figure {name!r}: state it under parameters, or as not read",
                )
    for kind, parts in (
        ("pathways", policy.pathways),
        ("pitfalls", policy.pitfalls),
        ("unchecked", policy.unchecked),
    ):
        for n, part in enumerate(parts):
            for word in part.when:
                if word not in CONDITIONS:
                    yield (
                        (kind, n, "when"),
                        f"unknown condition {word!r}: choose from {', '.join(CONDITIONS)}",
                    )


def read_policy(path: Path) -> Policy:
    """Read a policy from a file of the user's.

    Raises
    ------
    PolicyError
        Where the file cannot be read or is faulty, or where it takes the id of a shipped policy.
    """
    policy = parse_policy(_text(path, str(path)), path.name, path.parent)
    if policy.id in available_policies():
        raise PolicyError(f"{path.name}: id {policy.id!r} is taken by a shipped policy; choose another")
    return policy


@functools.cache
def load_policy(policy_id: str) -> Policy:
    """Return the shipped policy of that id.

    Raises
    ------
    PolicyError
        Where no policy has that id (the message lists those there are) or its file is faulty.
    """
    if policy_id not in available_policies():
        raise PolicyError(f"unknown policy {policy_id!r}: choose one of {', '.join(available_policies())}")
    path = shipped_folder() / f"{policy_id}.yaml"
    policy = parse_policy(path.read_text("utf-8"), path.name)
    if policy.id != policy_id:
        raise PolicyError(f"{path.name}: key id: must be {policy_id!r}, as the file is called")
    return policy
