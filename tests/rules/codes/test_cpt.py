"""CPT: labels of our own, and the codes that the checks of claims need."""

from __future__ import annotations

import pytest

from rules.codes import cpt


@pytest.mark.parametrize(
    ("code", "family", "role", "kind"),
    [
        ("64635", "facet_rfa", "primary", "ablation"),
        ("64636", "facet_rfa", "add_on", "ablation"),
        ("27096", "si_joint", "primary", "injection"),
        ("G0260", "si_joint", "primary", "injection"),
        ("76942", "guidance", "guidance", "guidance"),
        ("64999", "unlisted", "primary", "unlisted"),
    ],
)
def test_services(code, family, role, kind):
    entry = cpt.lookup(code)
    assert (entry.family, entry.role, entry.kind) == (family, role, kind)
    assert cpt.label(code) == entry.label


def test_version_is_stated():
    assert cpt.version().startswith("2026.")


def test_a_label_belongs_to_one_code():
    labels = [entry.label for entry in cpt.table().values()]
    assert len(labels) == len(set(labels))
