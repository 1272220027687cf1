"""Match a note's predicted facts against its gold, and say of every part what became of it.

Entries of a list match on their key (kind or modality, and status), each at most once; required gold entries
claim their match before optional ones, and of several candidates the one that agrees in most attributes is
taken. A match of an optional entry is neither right nor wrong.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from pipeline.evaluation import families as fam
from pipeline.evaluation.judgement import Judgement
from pipeline.evaluation.values import accepted, same, status_values

Gold = Mapping[str, Any]


def _verdict(right: bool) -> Any:
    return "right" if right else "wrong"


def _statuses(gold: Gold, predicted: Gold) -> Iterator[Judgement]:
    for family in fam.STATUS_FAMILIES:
        for region in fam.REGIONS:
            want = status_values(gold, family, region)
            got = status_values(predicted, family, region)[0]
            if want == ["not_documented"] and got == "not_documented":
                continue
            entry = (predicted.get(family) or {}).get(region)
            fact = str(entry.get("id", "")) if isinstance(entry, Mapping) else ""
            yield Judgement(
                family, "status", _verdict(got in want), region, {"region": region}, tuple(want), got, fact
            )


def _key(item: Gold, names: tuple[str, ...]) -> dict[str, Any]:
    return {k: item.get(k) for k in names}


def _fits(item: Gold, x: Gold, names: tuple[str, ...]) -> bool:
    return all(x.get(k) == item.get(k) for k in names)


def _not_judged(attribute: str, want: list[Any], got: Any) -> bool:
    """Where neither side says anything there is nothing to be right about."""
    if attribute in fam.FIGURES and want == [None] and got is None:
        return True
    return attribute == "levels" and want == [[]] and not got


def _attributes(family: str, index: str, item: Gold, x: Gold) -> Iterator[Judgement]:
    key, attributes = fam.LIST_FAMILIES[family]
    for name in attributes:
        want, got = accepted(item.get(name)), x.get(name)
        if not _not_judged(name, want, got):
            yield Judgement(
                family, name, _verdict(same(got, want, name)), index, _key(item, key), tuple(want), got,
                str(x.get("id", "")),
            )  # fmt: skip


def _entries(family: str, gold: Gold, predicted: Gold) -> Iterator[Judgement]:
    key, attributes = fam.LIST_FAMILIES[family]
    rest = list(enumerate(predicted.get(family) or ()))
    missed: list[tuple[int, Gold]] = []
    items = list(enumerate(gold.get(family) or ()))
    for index, item in sorted(items, key=lambda pair: not pair[1].get("required", True)):
        fits = [(n, x) for n, x in rest if _fits(item, x, key)]
        fits.sort(key=lambda pair: -sum(same(pair[1].get(a), accepted(item.get(a)), a) for a in attributes))
        required = item.get("required", True)
        if not fits:
            if required:
                missed.append((index, item))
            continue
        rest.remove(fits[0])
        x, fact = fits[0][1], str(fits[0][1].get("id", ""))
        yield Judgement(
            family, "entry", "right" if required else "free", str(index), _key(item, key), fact=fact
        )
        if required:
            yield from _attributes(family, str(index), item, x)
    yield from _unmatched(family, missed, [x for _, x in rest])


def _unmatched(family: str, missed: list[tuple[int, Gold]], extra: list[Gold]) -> Iterator[Judgement]:
    """Missed and extra entries; two that differ in status only are named to each other."""
    key, _ = fam.LIST_FAMILIES[family]
    bare = tuple(k for k in key if k != "status")
    partner_of: dict[int, int] = {}
    for at, (_, item) in enumerate(missed):
        if len(bare) == len(key):
            break
        for n, x in enumerate(extra):
            if n not in partner_of.values() and _fits(item, x, bare):
                partner_of[at] = n
                break
    for at, (index, item) in enumerate(missed):
        other = str(extra[partner_of[at]].get("id", "")) if at in partner_of else ""
        got = extra[partner_of[at]].get("status") if at in partner_of else None
        yield Judgement(
            family, "entry", "missed", str(index), _key(item, key), got=got, fact=other,
            partner=other or ("?" if at in partner_of else ""),
        )  # fmt: skip
    back = {n: missed[at][0] for at, n in partner_of.items()}
    for n, x in enumerate(extra):
        yield Judgement(
            family, "entry", "extra", "", {k: x.get(k) for k in key}, fact=str(x.get("id", "")),
            partner=str(back[n]) if n in back else "",
        )  # fmt: skip


def _pain(gold: Gold, predicted: Gold) -> Iterator[Judgement]:
    for name in fam.PAIN:
        want = accepted((gold.get("pain") or {}).get(name))
        pain = predicted.get("pain") or {}
        got = pain.get(name)
        if want == [None] and got is None:
            continue
        if want == ["not_stated"] and got in (None, "not_stated"):
            continue
        yield Judgement(
            "pain", name, _verdict(same(got, want)), "", {}, tuple(want), got, str(pain.get("id", ""))
        )


def _request(gold: Gold, predicted: Gold) -> Iterator[Judgement]:
    if "request" not in gold:
        return
    asked: Gold = predicted.get("request") or {}
    lines = list(enumerate(asked.get("procedures") or ()))
    codes = sorted(x["cpt"] for x in gold["request"]["procedures"])
    found = sorted(x["cpt"] for _, x in lines)
    yield Judgement("request", "procedures", _verdict(codes == found), "", {}, tuple(codes), tuple(found))
    want, got = sorted(gold["request"]["diagnoses"]), sorted(asked.get("diagnoses") or ())
    yield Judgement("request", "diagnoses", _verdict(want == got), "", {}, tuple(want), tuple(got))
    for index, line in enumerate(gold["request"]["procedures"]):
        fits = [pair for pair in lines if pair[1].get("cpt") == line["cpt"]]
        if not fits:
            continue
        lines.remove(fits[0])
        for name in fam.REQUEST_ATTRIBUTES:
            want_one, value = line.get(name), fits[0][1].get(name)
            yield Judgement(
                "request", name, _verdict(same(value, [want_one])), str(index), {"cpt": line["cpt"]},
                (want_one,), value,
            )  # fmt: skip


def _criteria(gold: Gold, predicted: Gold) -> Iterator[Judgement]:
    if "criteria" not in gold:
        return
    for name in fam.CRITERIA:
        want = accepted(gold["criteria"][name])
        got = (predicted.get("criteria") or {}).get(name)
        yield Judgement("criteria", name, _verdict(got in want), "", {}, tuple(want), got)


def judge(gold: Gold, predicted: Gold) -> list[Judgement]:
    """Every judged part of one note, in a fixed order.

    Parameters
    ----------
    gold
        The note's gold in the shape of ``corpora/GUIDELINES.md``.
    predicted
        The note's facts as :func:`pipeline.guide.guide_facts` gives them; entries may carry ``id``. An empty
        mapping stands for a note that could not be read: all its gold is missed.
    """
    out = list(_statuses(gold, predicted))
    for family in fam.LIST_FAMILIES:
        out += _entries(family, gold, predicted)
    out += _pain(gold, predicted)
    out += _request(gold, predicted)
    out += _criteria(gold, predicted)
    return out


def raises_contradiction(judgements: list[Judgement], predicted: Gold) -> int:
    """How many regions falsely called radicular carry a contradiction that the note does not have.

    Such a region counts where ``dx_contradiction`` or ``radicular_indication`` is predicted ``yes`` and the
    gold does not accept that; where the gold has no criteria, where no other region is rightly present.
    """
    false = sum(1 for j in judgements if false_present(j))
    if not false:
        return 0
    said = {n for n in fam.CONTRADICTIONS if (predicted.get("criteria") or {}).get(n) == "yes"}
    judged = [j for j in judgements if j.family == "criteria" and j.part in fam.CONTRADICTIONS]
    if judged:
        raised = any(j.verdict == "wrong" and j.part in said for j in judged)
    else:
        truly = any(
            j.family == "radicular" and j.got == "present" and j.verdict == "right" for j in judgements
        )
        raised = bool(said) and not truly
    return false if raised else 0


def false_present(j: Judgement) -> bool:
    """Whether a region is called radicular that the gold does not call so."""
    return j.family == "radicular" and j.got == "present" and j.verdict == "wrong"
