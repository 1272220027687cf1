"""Write the list of all settings, docs/settings.md, from the model: ``python -m pipeline.site.describe``."""

from __future__ import annotations

import argparse
import inspect
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import yaml
from annotated_types import Ge, Gt, Le
from pydantic import BaseModel
from pydantic.fields import FieldInfo

from pipeline.site.keys import kind_of, models_of
from pipeline.site.model import Site, Unit

PAGE: Final = Path("docs/settings.md")
_HEAD: Final = """\
# Settings of a site

Every key of `site.yaml`; this page is written by `python -m pipeline.site.describe`.
`notewarrant site init DIR` writes a file to begin with, `notewarrant site check DIR` says what a file means
and what is wrong with it. Relative paths start from the file. An address with a password is never written
into it: `env:NAME` reads an environment variable. A key that is not listed here is refused.

"""


def _default(field: FieldInfo) -> str:
    if field.is_required():
        return "required"
    value = field.default
    if value is None:
        return "`null`"
    if value == ():
        return "`[]`"
    if isinstance(value, Path):
        value = str(value)
    if isinstance(value, float):
        value = int(value) if value.is_integer() else value
    return f"`{yaml.safe_dump(value, default_style=None).splitlines()[0]}`"


def _unit(field: FieldInfo) -> str:
    parts = [m for m in _metadata(field) if isinstance(m, Unit)]
    bounds = []
    for m in _metadata(field):
        if isinstance(m, Gt):
            bounds.append(f"above {m.gt}")
        elif isinstance(m, Ge):
            bounds.append(f"{m.ge} or more")
        elif isinstance(m, Le):
            bounds.append(f"at most {m.le}")
    return ", ".join([*parts, *bounds])


def _metadata(field: FieldInfo) -> Iterator[Any]:
    yield from field.metadata
    for part in getattr(field.annotation, "__args__", ()):  # of ``X | None``
        for m in getattr(part, "__metadata__", ()):
            yield from m.metadata if isinstance(m, FieldInfo) else (m,)


def _told(model: type[BaseModel]) -> str:
    return inspect.getdoc(model).partition("\n")[0].replace("``", "`")  # type: ignore[union-attr]


def _table(rows: list[tuple[str, FieldInfo]]) -> Iterator[str]:
    yield "| Key | Meaning | Default | Unit, bounds |"
    yield "|---|---|---|---|"
    for key, field in rows:
        yield f"| `{key}` | {field.description or ''} | {_default(field)} | {_unit(field)} |"


def page() -> str:
    """The page, from the model as it is now."""
    lines = _HEAD.splitlines()
    plain: list[tuple[str, FieldInfo]] = []
    groups: list[tuple[str, type[BaseModel], str]] = []
    for name, field in Site.model_fields.items():
        models = models_of(field.annotation)
        for model in models:
            kind = kind_of(model)
            title = f"{name}, kind {kind}" if kind else name
            groups.append((title, model, f"{name}[]." if kind else f"{name}."))
        if not models or kind_of(models[0]):
            plain.append((name, field))
    lines += ["## At the top", *_table(plain)]
    for title, model, before in groups:
        rows = [(before + name, field) for name, field in model.model_fields.items()]
        lines += ["", f"## {title}", _told(model), "", *_table(rows)]
    return "\n".join(lines) + "\n"


def main() -> int:
    """Write the page."""
    argparse.ArgumentParser(prog="python -m pipeline.site.describe", description=__doc__).parse_args()
    PAGE.write_text(page(), encoding="utf-8")
    sys.stdout.write(f"{PAGE}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
