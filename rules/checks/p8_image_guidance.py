"""P8: image guidance of a facet procedure or an epidural against what the policy accepts."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from rules.assessment import Remedy
from rules.case import ClaimLine
from rules.checks.base import Check, Draft, Supply, evidence, listed, quoted, service
from rules.checks.claim_lines import agree, codes_of, places
from rules.checks.stated import stated
from rules.codes import cpt
from rules.policy import PolicyError, PolicyView
from rules.values import ImageGuidance
from rules.view import FACET, SPINAL, CaseView

_NAMES = {
    "fluoroscopy": "fluoroscopy",
    "ct": "CT",
    "ultrasound": "ultrasound",
    "mri": "MRI",
    "none": "no image guidance",
}
_SERVICES = (("facet", FACET, "facet procedure"), ("epidural", ("epidural",), "epidural injection"))


def run(view: CaseView, policy: PolicyView) -> Iterator[Draft]:
    """Hold codes and record of the services that the policy speaks of against the accepted guidance."""
    meant = policy.words("guidance_services") if policy.has("guidance_services") else SPINAL
    seen = False
    for name, families, words in _SERVICES:
        lines = view.lines(f for f in families if f in meant)
        if lines:
            seen = True
            yield _judge(view, policy, name, lines, words)
    if not seen:
        yield Draft(
            "not_applicable", f"{policy.policy.title} says nothing of image guidance for this procedure."
        )


def _judge(view: CaseView, policy: PolicyView, name: str, lines: tuple[ClaimLine, ...], words: str) -> Draft:
    """Draft for one kind of procedure."""
    accepted = policy.words("accepted_guidance")
    if wrong := [a for a in accepted if a not in _NAMES]:
        raise PolicyError(
            f"policy {policy.policy.id!r}: parameter 'accepted_guidance': {listed(wrong)}: write "
            f"{listed(_NAMES, 'or')}"
        )
    found = stated(view, view.case.guidance, "image guidance")
    base: dict[str, Any] = {
        "subject": name,
        "evidence": (*evidence(found), *places(lines)),
        "codes": tuple(service(c) for c in codes_of(lines)),
        "parameters": (policy.parameter("accepted_guidance"),),
    }
    wanted = listed((_NAMES[a] for a in accepted), "or")
    rule = f"{policy.policy.title} asks for {wanted}"
    ask = f"The image guidance of the {words} ({wanted})"
    by_code = {x.cpt: imaging for x in lines if (imaging := cpt.table()[x.cpt].imaging)}
    off_codes = [c for c in by_code if by_code[c] != "included" and by_code[c] not in accepted]
    if off_codes:
        told = listed(f"{c} ({service(c).title})" for c in sorted(off_codes))
        return Draft(
            "not_met",
            f"{told}: the code itself says how the needle is guided. {rule}.",
            headline=f"{agree(sorted(off_codes), 'is', 'are')} done without the image guidance that is "
            "asked for",
            remedies=(Remedy(action=f"Request the procedure under {wanted}, where it is planned so"),),
            **base,
        )
    off = [f for f in found if f.value.modality not in accepted]
    if off and len(off) == len(found):
        return Draft(
            "not_met",
            f"The record states {_modes(off)} ({quoted(evidence(off))}). {rule}.",
            headline=f"the {words} is planned with {_modes(off)}, which is not accepted",
            remedies=(Remedy(action=f"Request the procedure under {wanted}, where it is planned so"),),
            **base,
        )
    if off:
        return Draft(
            "needs_review",
            f"The record states {_modes(found)} ({quoted(evidence(found), most=3)}). {rule}; which of them "
            f"belongs to the {words} cannot be told.",
            headline=f"which image guidance the {words} has",
            asks=(ask,),
            **base,
        )
    if found:
        return Draft("met", f"The record states {_modes(found)}. {rule}.", **base)
    if len(by_code) == len(codes_of(lines)):
        return Draft(
            "met", f"{agree(sorted(by_code), 'includes', 'include')} image guidance. {rule}.", **base
        )
    value = ImageGuidance.model_validate({"modality": accepted[0]})
    return Draft(
        "not_documented",
        f"The record does not state the image guidance of the {words}. {rule}.",
        headline=f"the image guidance of the {words}",
        asks=(ask,),
        supplies=(Supply("guidance", value, f"the {words} is done under {_NAMES[accepted[0]]}"),),
        **base,
    )


def _modes(found: Any) -> str:
    return listed(dict.fromkeys(_NAMES[f.value.modality] for f in found))


CHECK = Check(
    slug="image-guidance",
    ref="P8",
    title="Image guidance",
    compares="the image guidance in codes and record with what the policy accepts",
    severity="major",
    references=("lcd-l38801", "a57787-levels", "seed-s1"),
    run=run,
    families=SPINAL,
    parameters=("accepted_guidance",),
    optional=("guidance_services",),
)
