"""A small pool of invented notes, one of each kind that the criteria look for."""

from pathlib import Path

import pytest

NOTES = {
    "plain": "Low back pain for 6 months, axial. Physical therapy for 8 weeks did not help. Pain is 6/10.",
    "opposed": (
        "HPI: Low back pain. Pain shoots down the left leg to the foot.\n"
        "EXAM: Straight leg raise positive on the left.\n"
        "ROS: Denies radicular pain. No numbness. No radiating pain.\n"
        "PLAN: Continue ibuprofen."
    ),
    "seldom": "Neck pain for a year, 7/10. Tried flurbiprofen and oxaprozin for 6 weeks without relief.",
    "thin": "LBP.\nRx: TENS.\nPT.\nMRI reviewed.\nEpidural.\nRhizotomy?\n",
    "emoji": "🙂 Low back pain 5/10.\r\nPT x 6 wks — no relief.\r\nNSAIDs help a little.",
}


@pytest.fixture
def notes(tmp_path: Path) -> Path:
    folder = tmp_path / "notes"
    folder.mkdir()
    for name, text in NOTES.items():
        (folder / f"{name}.txt").write_bytes(text.encode("utf-8"))
    return folder
