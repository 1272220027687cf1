"""P7: imaging guidance asked for beside a procedure that includes it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from rules.assessment import Remedy
from rules.checks.base import Check, Draft, listed, service
from rules.checks.claim_lines import DISTINCT, codes_of, is_guidance, places
from rules.checks.edits import Clash, clashes, outside
from rules.policy import PolicyView
from rules.view import CaseView


def run(view: CaseView, policy: PolicyView) -> Iterator[Draft]:
    """Look for guidance codes under an edit with a procedure of the same day."""
    found = clashes(view, "1", lambda first, second: is_guidance(second) and not is_guidance(first))
    for clash in found:
        yield _judge(clash)
    if not found:
        yield Draft("not_applicable", "No imaging guidance is requested beside a procedure that includes it.")


def _judge(clash: Clash) -> Draft:
    """Draft for the guidance codes beside the codes of one service."""
    imaging, procedures = listed(codes_of(clash.second)), listed(codes_of(clash.first))
    base: dict[str, Any] = {
        "subject": "-".join((*codes_of(clash.second), codes_of(clash.first)[0])),
        "evidence": places(clash.lines),
        "codes": tuple(service(c) for c in codes_of(clash.lines)),
    }
    if not clash.known_on:
        return Draft(
            "needs_review",
            f"{imaging} beside {procedures} on one day: the edit that was read takes the guidance as part "
            f"of the procedure. {outside(clash.edits[0], clash.day)}",
            headline=f"whether {imaging} may stand beside {procedures}",
            **base,
        )
    if any(m in DISTINCT for line in clash.second for m in line.modifiers):
        return Draft(
            "needs_review",
            f"{imaging} is called distinct by its modifier. The guidance of {procedures} is part of that "
            "procedure; the modifier holds only for guidance of another procedure of the same day.",
            headline=f"which procedure {imaging} guides",
            asks=(f"The procedure that {imaging} guides",),
            **base,
        )
    return Draft(
        "contradiction",
        f"{imaging} beside {procedures} on one day: the guidance is part of the procedure (claim edit of "
        f"{clash.edits[0].quarter}) and is not requested by itself.",
        headline=f"{imaging} is part of {procedures}",
        remedies=(
            Remedy(action=f"Leave out {imaging}", codes=tuple(service(c) for c in codes_of(clash.second))),
        ),
        **base,
    )


CHECK = Check(
    slug="guidance-included",
    ref="P7",
    title="Imaging guidance that the procedure includes",
    compares="codes of imaging guidance with the procedures of the same day and their claim edits",
    severity="major",
    references=("ncci-ptp",),
    run=run,
    always=True,
)
