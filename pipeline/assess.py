"""The whole path: documents in, assessment out. The extractor is built once a process and kept."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from extractors.engine import Extractor
from extractors.lexicon import LexiconError
from pipeline.assemble import Built, build_case
from pipeline.documents import TextDocument, document_from_text
from pipeline.errors import UsageError, contained
from pipeline.inputs import CaseInput
from pipeline.lexicons.overlay import families_with, fingerprint
from pipeline.lexicons.place import folder
from pipeline.policies import policy_named
from pipeline.request import Asked, asked_by_case_file, asked_by_options
from rules.assessment import Assessment
from rules.engine import assess as assess_case
from rules.policy import Policy

DEFAULT_POLICY = "guideline"
_LIBRARIES = ("notewarrant", "spacy", "medspacy", "scispacy", "pydantic")


@dataclass(frozen=True)
class Result:
    """An assessment with the case, texts and traces behind it."""

    assessment: Assessment
    built: Built


def extractor() -> Extractor:
    """The process's extractor, with the ICD-10-CM titles for linking handed in from the rules.

    A user's own lexicons (``--lexicons``, ``NOTEWARRANT_LEXICONS``) are read anew where their files changed.
    """
    own = folder()
    return _extractor(own, fingerprint(own))


@cache
def _extractor(own: Path | None, state: str) -> Extractor:
    """Built once for each state of the user's lexicons, which ``state`` tells."""
    from pipeline.knowledge import diagnosis_linker

    try:
        return Extractor(families_with(own), linker=diagnosis_linker())
    except LexiconError as error:  # the user's data, and no note's text
        raise UsageError("lexicon", str(error), "mend the entry") from None


@cache
def library_versions() -> dict[str, str]:
    """Installed versions of the product and of the libraries that shape its results."""
    out = {}
    for name in _LIBRARIES:
        try:
            out[name] = version(name)
        except PackageNotFoundError:
            out[name] = "not installed"
    return out


def versions() -> dict[str, str]:
    """Versions of libraries, engine, context rules, lexicons and binders."""
    return {**library_versions(), **{f"extractors:{k}": v for k, v in extractor().versions.items()}}


def assess_built(
    built: Built, policy: Policy, on: dt.date | None = None, what_if: bool = False
) -> Assessment:
    """Run the rules over a built case and add versions and reading notices."""
    assessment = assess_case(built.case, policy, on=on, what_if=what_if)
    notices = tuple(f"{d.id}: {n}" for d in built.documents for n in d.notices)
    merged = {**versions(), **assessment.versions}
    return assessment.model_copy(update={"versions": dict(sorted(merged.items())), "notices": notices})


def assess_documents(
    case_id: str,
    documents: Sequence[TextDocument],
    *,
    policy: str = DEFAULT_POLICY,
    on: dt.date | None = None,
    option: Asked | None = None,
    case_file: Asked | None = None,
    dates: Mapping[str, dt.date] | None = None,
    what_if: bool = False,
) -> Result:
    """Extract, build the case, assess.

    Raises
    ------
    UsageError
        For an unknown policy.
    InternalFault
        For any fault of the product on this case; it names the fault's class only, so no text leaks.
    """
    chosen = policy_named(policy)
    with contained(case_id):
        built = build_case(extractor(), case_id, documents, option, case_file, dates)
        return Result(assess_built(built, chosen, on, what_if), built)


def assess_input(
    case: CaseInput, *, policy: str, on: dt.date | None, option: Asked, what_if: bool = False
) -> Result:
    """Read and assess one case of the command line or a flow."""
    documents = case.read()
    file = case.case_file
    asked = asked_by_case_file(file, str(case.case_file_path)) if file else None
    return assess_documents(
        case.case_id, documents, policy=policy, on=on, option=option, case_file=asked, what_if=what_if
    )


def assess_text(
    text: str,
    *,
    cpt: str | None = None,
    icd: str | None = None,
    policy: str = DEFAULT_POLICY,
    on: dt.date | None = None,
    document_id: str = "note",
) -> Assessment:
    """Assess one note's text.

    Parameters
    ----------
    text
        The note, or a short question that names codes.
    cpt, icd
        Comma-separated codes that take the place of those the note states.
    policy
        Id of a policy (``notewarrant policies`` lists them).
    on
        Date of assessment; by default the service date, else the note's own date.

    Raises
    ------
    EmptyDocument
        For text without content.
    UsageError
        For a malformed code or an unknown policy.
    """
    document = document_from_text(text, document_id)
    return assess_documents(
        document_id, [document], policy=policy, on=on, option=asked_by_options(cpt, icd)
    ).assessment
