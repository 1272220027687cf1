"""The diagnostic blocks that a request still lacks: facts that, if true, would just satisfy the policy."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence

from rules import levels as lv
from rules.checks.base import Supply, listed
from rules.checks.coverage import Placed, at_place
from rules.dates import shifted
from rules.durations import back
from rules.measures import measure
from rules.policy import PolicyView, Unread
from rules.sessions import Event, event_of
from rules.threshold import Threshold
from rules.values import Injection, InjectionKind, Laterality, RecordItem, Region
from rules.view import CaseView

_WORDS: dict[str, str] = {
    "medial_branch_block": "diagnostic medial branch block",
    "facet_intraarticular": "diagnostic injection into the facet joint",
}
_AGENT = "local anaesthetic"


def _kind(policy: PolicyView) -> InjectionKind:
    """Return the first kind of block that the policy counts."""
    if policy.has("diagnostic_block_kinds"):
        for word in policy.words("diagnostic_block_kinds"):
            if word == "facet_intraarticular":
                return "facet_intraarticular"
            if word == "medial_branch_block":
                break
    return "medial_branch_block"


def _apart(policy: PolicyView) -> Threshold | None:
    """Return the days between blocks; None where the policy states none, or none was read."""
    try:
        return policy.threshold("days_between_blocks") if policy.has("days_between_blocks") else None
    except Unread:
        return None


def _plain(policy: PolicyView) -> bool:
    """Whether the policy is known to want blocks with local anesthetic only."""
    try:
        return policy.flag("block_anesthetic_only")
    except Unread:
        return False


def _days(
    view: CaseView, policy: PolicyView, there: Iterable[Event], many: int, after: dt.date | None
) -> list[dt.date] | None:
    """Return the latest days before the day asked that lie far enough from the blocks there are."""
    if view.on is None:
        return None
    apart = _apart(policy)
    gap = (view.on - back(view.on, apart)).days if apart else 1
    taken = [(e.first, e.last) for e in there if e.told]
    found: list[dt.date] = []
    day, farthest = shifted(view.on, -1), measure("assumed_block_days_back")
    while len(found) < many and (view.on - day).days < farthest and day > (after or dt.date.min):
        if all(shifted(day, gap) <= first or shifted(day, -gap) >= last for first, last in taken):
            found.append(day)
            taken.append((day, day))
        day = shifted(day, -1)
    return found if len(found) == many else None


def _side(sides: Sequence[str]) -> Laterality:
    if len(sides) == 2:
        return "bilateral"
    return "left" if "left" in sides else "right" if "right" in sides else "unknown"


def missing_blocks(
    view: CaseView,
    policy: PolicyView,
    placed: Placed,
    region: Region,
    least: int,
    after: dt.date | None = None,
) -> tuple[Supply, ...]:
    """Return the blocks that would bring every requested place to ``least`` positive ones.

    None where a block failed: a further one would not take that away.

    Parameters
    ----------
    placed
        The target, and the blocks that count already.
    after
        Where only blocks after a day count (an earlier ablation), that day; none fits where it is unknown.
    """
    cut = policy.threshold("diagnostic_block_relief_percent")
    positive = placed.blocks.above(cut)
    lacks = {p: least - len(at_place(positive, p)) for p in placed.target.places}
    many = max(lacks.values())
    days = _days(view, policy, (event_of(view, f) for f in placed.blocks.done), many, after)
    if (after and not days) or placed.blocks.below(cut):
        return ()
    kind = _kind(policy)
    apart, plain = _apart(policy), _plain(policy)
    # What the policy's other checks require of the record of a block is told with it.
    asked = {slug for slug, use in policy.policy.checks.items() if use.required}
    recorded, scored = "block-record" in asked, "pain-scale" in asked
    supplies = []
    for n in range(many):
        places = [p for p, lack in lacks.items() if lack > n]
        joints = lv.in_order({joint for joint, _ in places if joint})
        side = _side(sorted({s for _, s in places if s}))
        block = Injection(
            kind=kind,
            status="past",
            region=region,
            levels=joints,
            laterality=side,
            percent_relief=min(cut.just_enough, 100.0),
            date=days[n].isoformat() if days else None,
            purpose="diagnostic",
            steroid=False if plain else None,
            agent=_AGENT if recorded else None,
            guidance="fluoroscopy" if recorded else None,
            score_after=measure("assumed_pain_score_after") if scored else None,
        )
        where = " ".join(w for w in (side if side != "unknown" else "", listed(joints)) if w) or region
        told = [f"{'a further' if n or placed.blocks.done else 'a'} {_WORDS[kind]} ({where})"]
        told += [f"{apart.told} from any other"] if apart and (n or placed.blocks.done) else []
        told += ["after the earlier ablation"] if after else []
        told += [f"with {_AGENT} under fluoroscopy"] if recorded else []
        told += ["without steroid"] if plain else []
        told += ["with a pain score after it"] if scored else []
        done = f"{', '.join(told)}," if len(told) > 1 else told[0]
        supplies.append(Supply("injections", block, f"{done} gave {cut.told} relief"))
    if "formal-record" in asked:
        note = RecordItem(kind="procedure_note")
        supplies.append(Supply("record_items", note, "a procedure note describes each diagnostic block"))
    return tuple(supplies)
