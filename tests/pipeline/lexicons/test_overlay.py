"""A user's lexicon folder: it adds, it is digested into the versions, and its faults are told."""

import json
import os
from pathlib import Path

import pytest

from pipeline.assess import extractor
from pipeline.cli import main
from pipeline.errors import UsageError
from pipeline.lexicons.overlay import families_with, fingerprint
from pipeline.lexicons.place import VARIABLE, lexicons_from

HEAD = "family: therapies\nversion: '1'\nentries:\n"
NEW = (
    "- {id: stones, label: other, literals: [basalt stones], examples: [basalt stones], "
    "attributes: {class: physical}}\n"
)
MORE = "- {id: massage, literals: [kneadwork], examples: [kneadwork twice a week]}\n"
NOTE = "Basalt stones and kneadwork for 6 weeks did not help the back pain."


def own(folder: Path, entries: str) -> Path:
    folder.mkdir(exist_ok=True)
    (folder / "therapies.yaml").write_text(HEAD + entries, encoding="utf-8")
    return folder


def modalities(text: str) -> set[object]:
    return {f.value["modality"] for f in extractor().extract(text).facts if f.family == "therapies"}


def test_entries_are_added_and_the_installed_ones_stay(tmp_path: Path) -> None:
    assert modalities(NOTE) == set()
    with lexicons_from(own(tmp_path / "mine", NEW + MORE)):
        assert modalities(NOTE) == {"other", "massage"}
        assert modalities("Massage therapy for 6 weeks did not help.") == {"massage"}
    assert modalities(NOTE) == set()
    assert VARIABLE not in os.environ


def test_an_added_expression_is_named_after_the_installed_ones(tmp_path: Path) -> None:
    folder = own(tmp_path / "mine", MORE)
    (before,) = [e for f in families_with(None) for e in f.lexicon.entries if e.id == "massage"]
    with lexicons_from(folder):
        (mention,) = extractor().read("kneadwork").mentions("therapies")
    assert mention.entry.label == before.label
    assert mention.pattern == "literals[0]"
    assert mention.entry.patterns == before.patterns


def test_versions_tell_the_folder_and_each_change_of_it(tmp_path: Path) -> None:
    plain = extractor().versions["lexicon:therapies"]
    folder = own(tmp_path / "mine", NEW)
    with lexicons_from(folder):
        first = extractor().versions
        own(folder, NEW + MORE)
        second = extractor().versions
    assert first["lexicon:therapies"] == plain + f"+user.{first['lexicon:therapies'][-8:]}"
    assert first["lexicon:therapies"] != second["lexicon:therapies"]
    assert first["lexicon:pain"] == second["lexicon:pain"]
    assert fingerprint(None) == ""


def test_a_fault_of_the_folder_stops_with_the_file_and_the_entry(tmp_path: Path) -> None:
    folder = own(tmp_path / "mine", "- {id: x, label: other, patterns: ['(']}\n")
    with pytest.raises(UsageError, match=r"therapies\.yaml.*therapies/x"):
        families_with(folder)
    with pytest.raises(UsageError, match="is no folder"), lexicons_from(tmp_path / "nowhere"):
        pass


def test_the_option_reaches_every_command(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    note = tmp_path / "n.txt"
    note.write_text(NOTE, encoding="utf-8")
    folder = own(tmp_path / "mine", NEW)
    assert main(["extract", str(note), "--lexicons", str(folder)]) == 0
    assert [t["modality"] for t in json.loads(capsys.readouterr().out)["therapies"]] == ["other"]
    assert main(["check", str(note), "--format", "json", "--lexicons", str(folder)]) == 0
    versions = json.loads(capsys.readouterr().out)["versions"]
    assert "+user." in versions["extractors:lexicon:therapies"]
    assert main(["extract", str(note)]) == 0
    assert json.loads(capsys.readouterr().out)["therapies"] == []


def test_worker_processes_use_it_too(tmp_path: Path) -> None:
    from pipeline.evaluation.predict import predict_all

    with lexicons_from(own(tmp_path / "mine", NEW)):
        found = list(predict_all([("a", NOTE), ("b", "PT helped.")], jobs=2))
    assert [t["modality"] for t in found[0].guide["therapies"]] == ["other"]
