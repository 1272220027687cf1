"""Invented notes, each its own text, the same from run to run; and the documents that are to go wrong."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, Literal

Poison = Literal["empty", "binary", "changed", "hangs", "kills"]

#: What becomes of each kind: the code of its dead letter.
CODES: Final[dict[Poison, str]] = {
    "empty": "NO_TEXT",
    "binary": "NOT_TEXT",
    "changed": "CHANGED",
    "hangs": "CRASH",
    "kills": "CRASH",
}
#: Out of so many poison documents of a round; those that end a worker cost seconds each.
_ROUND: Final[tuple[Poison, ...]] = (
    *("empty",) * 6, *("binary",) * 6, *("changed",) * 6, "hangs", "kills",
)  # fmt: skip

_OPENINGS = (
    "{age}-year-old {who} seen for {region} pain of {months} months.",
    "{Who}, {age}, returns for {region} pain, now {months} months.",
    "HISTORY: {region} pain for {months} months, worse with {worse}, better {better}.",
    "S) {region} pain {months} mos, {score}/10, worse with {worse}.",
)
_LEGS = (
    "No leg symptoms, no numbness or weakness.",
    "Pain runs into the {side} leg to the foot, with numbness.",
    "Denies radiation, denies bowel or bladder change.",
    "Occasional {side} thigh ache, never below the knee.",
    "Sleep is poor; work as a {job} is on light duty.",
)
_TREATED = (
    "Physical therapy {weeks} weeks from {month}/{day}/2025 without lasting relief.",
    "PT x {weeks} weeks, home exercises kept up; ibuprofen {dose} mg gave little.",
    "Tried chiropractic care for {weeks} weeks and a home program; no change.",
    "Naproxen and gabapentin for {weeks} weeks, stopped for drowsiness.",
    "No therapy so far; was told to rest.",
    "Prior medial branch block {month}/{day}/2025 with {percent}% relief for {hours} hours.",
)
_EXAMS = (
    "Exam: tender {side} paraspinals, extension and rotation reproduce the pain, strength 5/5, SLR negative.",
    "O) Gait normal. SLR positive {side} at {degrees} degrees. EHL 4/5. Reflexes symmetric.",
    "Examination: facet loading positive on the {side}, sensation intact, no atrophy.",
    "Physical exam limited by pain; straight leg raise negative bilaterally.",
)
_IMAGES = (
    "MRI {month}/{day}/2025: facet arthropathy {levels}, no nerve compression.",
    "MRI shows {side} paracentral protrusion at {level} touching the traversing root.",
    "X-ray: mild spondylosis, no instability on flexion and extension.",
    "No imaging to date.",
    "CT from an outside hospital reported grade 1 listhesis at {level}.",
)
_PLANS = (
    "A) M47.816 lumbar spondylosis. P) {side} medial branch blocks {levels}, 64493, 64494.",
    "ASSESSMENT: lumbar facet pain M47.817. PLAN: radiofrequency ablation {levels}, 64635 and 64636.",
    "Impression: radiculopathy M54.16. Plan: {side} transforaminal epidural {level}, 64483.",
    "A/P: low back pain M54.50; continue exercises, return in {weeks} weeks.",
    "DX M54.12. Request 62321 cervical interlaminar epidural under fluoroscopy.",
)
_HEADS = (
    "CLINIC NOTE",
    "Spine and pain follow-up",
    "OFFICE VISIT",
    "Pain medicine consultation",
    "Progress note",
)


@dataclass(frozen=True)
class Delivery:
    """A case as it is delivered."""

    case_id: str
    data: bytes
    poison: Poison | None = None


def note(seed: int, number: int) -> str:
    """The text of one note; equal arguments give equal text, and no two numbers the same."""
    r = random.Random(f"{seed}:{number}")
    level = r.choice(("L3-4", "L4-5", "L5-S1"))
    values = {
        "age": r.randint(24, 88), "who": r.choice(("man", "woman", "patient")),
        "Who": r.choice(("Patient", "He", "She")),
        "region": r.choice(("low back", "lumbar", "left low back", "axial low back", "neck")),
        "months": r.randint(1, 60), "worse": r.choice(("standing", "extension", "sitting", "lifting")),
        "better": r.choice(("lying down", "with heat", "sitting")), "score": r.randint(2, 10),
        "side": r.choice(("left", "right")), "job": r.choice(("cook", "driver", "nurse", "clerk", "roofer")),
        "weeks": r.randint(2, 16), "month": r.randint(1, 12), "day": r.randint(1, 28),
        "dose": r.choice((400, 600, 800)), "percent": r.choice((20, 50, 70, 79, 80, 85, 90)),
        "hours": r.randint(1, 12), "degrees": r.choice((30, 45, 60)), "level": level,
        "levels": r.choice(("L3-4 and L4-5", "L4-5 and L5-S1", level)),
    }  # fmt: skip
    lines = [f"{r.choice(_HEADS)}  Date {r.randint(1, 12):02}/{r.randint(1, 28):02}/2026  Visit {number:06}"]
    for part, least, most in (
        (_OPENINGS, 1, 1), (_LEGS, 1, 3), (_TREATED, 1, 4), (_EXAMS, 1, 2), (_IMAGES, 1, 2), (_PLANS, 1, 2),
    ):  # fmt: skip
        lines += [text.format(**values) for text in r.sample(part, r.randint(least, most))]
    return "\n".join(lines) + "\n"


def deliveries(seed: int, documents: int, poison: float) -> Iterator[Delivery]:
    """That many cases in order, a share of them poison, spread over the whole."""
    bad = round(documents * poison)
    chosen = random.Random(seed).sample(range(documents), bad)
    kinds = {number: _ROUND[i % len(_ROUND)] for i, number in enumerate(chosen)}
    for number in range(documents):
        kind = kinds.get(number)
        if kind == "empty":
            data = b" \n" * (number + 1)
        elif kind == "binary":
            data = b"\x89PNG\r\n\x00" + random.Random(number).randbytes(300)
        else:
            data = note(seed, number).encode()
        yield Delivery(f"{kind or 'case'}-{number:06}", data, kind)
