"""P6: facet joints on the border of thoracic and lumbar spine, which payers code differently."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from rules import levels as lv
from rules.checks.base import Check, Draft, listed, service
from rules.checks.claim_lines import agree, codes_of
from rules.checks.joint_counts import Session, sessions
from rules.policy import PolicyView
from rules.view import FACET, CaseView

#: The joint whose code is disputed, and its neighbour below, which Noridian's instruction counts with it.
_BORDER, _BELOW = "T12-L1", "L1-L2"


def run(view: CaseView, policy: PolicyView) -> Iterator[Draft]:
    """Look for the border among the joints of every session."""
    for session in sessions(view):
        yield _judge(session)


def _judge(session: Session) -> Draft:
    """Draft for one session."""
    joints, codes = session.joints(), codes_of(session.lines)
    base: dict[str, Any] = {
        "subject": session.code,
        "evidence": session.evidence,
        "codes": tuple(service(c) for c in codes),
    }
    if not joints:
        return Draft("not_applicable", f"No joint is named for {listed(codes)}.", **base)
    if _BORDER not in joints:
        return Draft(
            "met", f"The joints named ({listed(lv.in_order(joints))}) do not reach {_BORDER}.", **base
        )
    remark = (
        "" if session.family == "facet_block" else " Both sources speak of blocks and not of this procedure."
    )
    pair = f"{_BORDER} and {_BELOW}" if _BELOW in joints else _BORDER
    return Draft(
        "needs_review",
        f"{agree(codes, 'is', 'are')} asked for at {pair}. Sources differ on the code: Noridian's rubric "
        f"counts {_BORDER} with {_BELOW} as 64490 and 64494, another coding guide counts {_BORDER} as "
        f"64493.{remark}",
        headline=f"which code the payer takes for {pair}",
        asks=(f"The payer's coding instruction for {_BORDER}",),
        **base,
    )


CHECK = Check(
    slug="border-level-coding",
    ref="P6",
    title="Code for the joint between thoracic and lumbar spine",
    compares="facet joints named at T12-L1 with what payers call that level",
    severity="minor",
    references=("lcd-l38801", "beckers-t12-l1"),
    run=run,
    families=FACET,
)
