"""B9: a narrative that calls the requested ablation a block or an injection."""

from __future__ import annotations

from collections.abc import Iterator

from rules.assessment import Remedy
from rules.checks.base import Check, Draft, quoted, service
from rules.policy import PolicyView
from rules.view import FACET_ABLATION, CaseView


def run(view: CaseView, policy: PolicyView) -> Iterator[Draft]:
    """Hold what the narrative calls each requested ablation line against what the code is.

    Past blocks in the chart do not bear on it: only the wording of the request itself does.
    """
    for line in view.lines(FACET_ABLATION):
        codes = (service(line.cpt),)
        if line.called is None:
            yield Draft(
                "not_applicable", f"The narrative gives {line.cpt} no other name.", line.cpt, codes=codes
            )
        elif line.called == "ablation":
            yield Draft(
                "met",
                f"The narrative calls {line.cpt} an ablation.",
                line.cpt,
                evidence=line.evidence,
                codes=codes,
            )
        else:
            yield Draft(
                "needs_review",
                f"The narrative calls {line.cpt} {'an' if line.called == 'injection' else 'a'} {line.called}"
                f"{f' ({quoted(line.evidence, most=1)})' if line.evidence else ''}. {line.cpt} is "
                "the destruction of facet-joint nerves by radiofrequency, not an injection: one of the two "
                "is wrong.",
                line.cpt,
                headline=f"which service is meant: {line.cpt} is an ablation, the narrative says "
                f"{line.called}",
                evidence=line.evidence,
                codes=codes,
                remedies=(
                    Remedy(
                        action="State which service is requested; diagnostic facet blocks have codes of "
                        "their own",
                        codes=tuple(
                            service(c)
                            for c in (("64490", "64491") if line.cpt < "64635" else ("64493", "64494"))
                        ),
                    ),
                ),
            )


CHECK = Check(
    slug="ablation-called-injection",
    ref="B9",
    title="Ablation called a block or an injection",
    compares="what the narrative calls the requested 64633 to 64636 with what the code is",
    severity="minor",
    references=("memo-ablation-codes", "seed-s2"),
    run=run,
    families=FACET_ABLATION,
)
