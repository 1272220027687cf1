"""``corpus.yaml``: the card of a corpus as data."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

import yaml
from pydantic import BaseModel, ConfigDict, ValidationError

from pipeline.corpus.model import CorpusError, Kind, problem

CARD = "corpus.yaml"
Split = Literal["train", "dev", "test"]


class _Card(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class SetCard(_Card):
    """One set: notes of one writer, so that a split never divides a writer."""

    split: Split | None = None
    writer: str | None = None
    style: str | None = None
    #: How far this set has been looked at while the product was made.
    seen: str | None = None


class Guidelines(_Card):
    """The annotation guide that the gold follows."""

    file: str
    version: str


class CorpusCard(_Card):
    """The card of a corpus. ``sets`` maps the folder's name to the set's card."""

    name: str
    title: str
    version: str
    language: str = "en"
    licence: str
    guidelines: Guidelines
    kind: Kind
    description: str | None = None
    sets: dict[str, SetCard] = {}


def read_card(folder: Path) -> CorpusCard | None:
    """The card of a folder, None where it has none.

    Raises
    ------
    CorpusError
        Where the file is no YAML, or breaks the card's schema.
    """
    path = folder / CARD
    if not path.is_file():
        return None
    mend = "see docs/corpus-format.md for the card's fields"
    try:
        data = yaml.safe_load(path.read_text(encoding="utf-8"))
        return CorpusCard.model_validate(data)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = mark.line + 1 if mark is not None else None
        raise CorpusError([problem("card", path, "is not valid YAML", mend, line=line)]) from None
    except ValidationError as error:
        raise CorpusError(
            [
                problem("card", path, f"{'.'.join(map(str, e['loc'])) or 'card'}: {e['msg']}", mend)
                for e in error.errors(include_input=False, include_url=False)
            ]
        ) from None
    except (OSError, UnicodeDecodeError) as error:
        raise CorpusError([problem("card", path, f"cannot be read ({type(error).__name__})", mend)]) from None
