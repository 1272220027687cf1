"""G1: prior authorisation by setting or state, and services that the payer wants in an office first."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from rules.checks.base import Check, Draft, listed, service
from rules.policy import PolicyView
from rules.view import CaseView

_NUMBER = "The payer's decision on prior authorisation, with its tracking number"
_PLACE = "The place of service"


def _words(name: str) -> str:
    return name.replace("_", " ")


def _asked(view: CaseView, policy: PolicyView, name: str) -> tuple[str, ...]:
    """Return the requested codes that a list of the policy names; none where it states no such list."""
    if not policy.has(name):
        return ()
    wanted = policy.words(name)
    found = tuple(dict.fromkeys(line.cpt for line in view.lines() if line.cpt in wanted))
    view.trail.add(f"requested codes among {name.replace('_', ' ')}", ", ".join(found) or "none")
    return found


def _base(view: CaseView, policy: PolicyView, codes: Sequence[str], *figures: str) -> dict[str, Any]:
    return {
        "evidence": tuple(e for line in view.lines() if line.cpt in codes for e in line.evidence),
        "codes": tuple(service(c) for c in codes),
        "parameters": tuple(policy.parameter(name) for name in figures),
    }


def _by_setting(view: CaseView, policy: PolicyView) -> Draft | None:
    """Ask for prior authorisation where the policy wants it in the setting of the request."""
    codes = _asked(view, policy, "prior_authorization_codes")
    if not codes:
        return None
    named, setting = listed(codes), view.case.request.setting
    if not policy.has("prior_authorization_settings"):
        base = _base(view, policy, codes, "prior_authorization_codes")
        return Draft(
            "needs_review",
            f"The payer asks for prior authorisation of {named}, whatever the setting.",
            "setting",
            headline=f"whether {named} is authorised in advance",
            asks=(_NUMBER,),
            weighs=False,
            **base,
        )
    base = _base(view, policy, codes, "prior_authorization_codes", "prior_authorization_settings")
    settings = policy.words("prior_authorization_settings")
    where = listed((_words(s) for s in settings), "or")
    view.trail.add("setting of the request", _words(setting or "not stated"))
    if setting is None:
        return Draft(
            "not_documented",
            f"The payer asks for prior authorisation of {named} in these settings: {where}. The request does "
            "not state its setting.",
            "setting",
            headline="the setting, on which prior authorisation depends",
            asks=(_PLACE,),
            severity="minor",
            weighs=False,
            **base,
        )
    if setting in settings:
        return Draft(
            "needs_review",
            f"The payer asks for prior authorisation of {named} in this setting ({_words(setting)}).",
            "setting",
            headline=f"whether {named} is authorised in advance for this setting ({_words(setting)})",
            asks=(_NUMBER,),
            weighs=False,
            **base,
        )
    return Draft(
        "met",
        f"The payer asks for no prior authorisation of {named} in this setting ({_words(setting)}).",
        "setting",
        **base,
    )


def _by_state(view: CaseView, policy: PolicyView) -> Draft | None:
    """Ask for prior authorisation where a model of some states covers the service."""
    codes = _asked(view, policy, "prior_authorization_state_codes")
    if not codes or not policy.has("prior_authorization_states"):
        return None
    states = policy.words("prior_authorization_states")
    if not states:
        return None
    base = _base(view, policy, codes, "prior_authorization_state_codes", "prior_authorization_states")
    named, state = listed(codes), view.case.request.state
    view.trail.add("state of the service", state or "not stated")
    if state is None:
        return Draft(
            "not_documented",
            f"The payer asks for prior authorisation of {named} in some states ({', '.join(states)}). The "
            "request does not state where the service is given.",
            "state",
            headline="the state of the service, on which prior authorisation depends",
            asks=("The state in which the service is given",),
            severity="minor",
            weighs=False,
            **base,
        )
    if state in states:
        return Draft(
            "needs_review",
            f"The payer asks for prior authorisation of {named} in this state ({state}).",
            "state",
            headline=f"whether {named} is authorised in advance in this state ({state})",
            asks=(_NUMBER,),
            weighs=False,
            **base,
        )
    return Draft(
        "met",
        f"The payer asks for no prior authorisation of {named} in this state ({state}).",
        "state",
        **base,
    )


def _office_first(view: CaseView, policy: PolicyView) -> Draft | None:
    """Ask why another setting than an office is needed where the payer wants an office first."""
    codes = _asked(view, policy, "office_first_codes")
    if not codes:
        return None
    base = _base(view, policy, codes, "office_first_codes")
    named, setting = listed(codes), view.case.request.setting
    view.trail.add("setting of the request", _words(setting or "not stated"))
    if setting == "office":
        return Draft("met", f"{named} is asked for in an office.", "office", **base)
    if setting is None:
        return Draft(
            "not_documented",
            f"The payer wants {named} in an office first, and the request does not state its setting.",
            "office",
            headline="the setting, which the payer wants to be an office first",
            asks=(_PLACE,),
            severity="minor",
            weighs=False,
            **base,
        )
    return Draft(
        "needs_review",
        f"The payer wants {named} in an office first; the request is for another setting "
        f"({_words(setting)}).",
        "office",
        headline=f"why this setting ({_words(setting)}) and no office is needed for {named}",
        asks=("The reason why an office does not do",),
        weighs=False,
        **base,
    )


def run(view: CaseView, policy: PolicyView) -> Iterator[Draft]:
    """Hold setting and state of the request against the policy's lists; nothing of it alters the answer."""
    found = [d for rule in (_by_setting, _by_state, _office_first) if (d := rule(view, policy))]
    yield from found
    if not found:
        yield Draft("not_applicable", "The policy ties none of the requested codes to a setting or a state.")


CHECK = Check(
    slug="setting-and-authorization",
    ref="G1",
    title="Setting and prior authorisation",
    compares="setting and state of the request with the policy's lists (prior authorisation, office first)",
    severity="minor",
    references=("memo-uhc-setting", "ngs-opd-authorization"),
    run=run,
    optional=(
        "prior_authorization_settings",
        "prior_authorization_codes",
        "prior_authorization_states",
        "prior_authorization_state_codes",
        "office_first_codes",
    ),
)
