"""The builder of the claim edits: CMS's layouts are read whole or refused, and a quarter is loaded whole."""

from __future__ import annotations

import datetime as dt
import shutil

import pytest

from rules.codes import build_ncci, cms_layouts, cpt, ncci, ncci_rows

# Invented notices in the shape of CMS's: wrapped headings, quotes, tabs and blank lines before the rows.
PTP_HEAD = (
    "Notice of copyright \xa9 on the codes in this file.\t\t\t\t\t\t\r\n"
    "Column1/Column2 Edits\t\t\t\t\t\t\r\n"
    '"Column 1"\tColumn 2\t*=in existence\tEffective\tDeletion\tModifier\tPTP Edit Rationale\r\n'
    "\t\tprior to 1996\tDate\tDate\t0=not allowed\t\r\n"
    "\t\t\t\t*=no data\t1=allowed\t\r\n"
    "\t\t\t\t\t9=not applicable\t\r\n"
    "\r\n"
)
PTP_F1 = PTP_HEAD + (
    "0001A\t0591T\t\t20220101\t20231231\t1\tCPT Manual or CMS manual coding instruction\r\n"
    "20552\t64493\t*\t19960101\t*\t1\tMisuse of Column Two code with Column One code\r\n"
    "29999\t99999\t\t20261001\t*\t1\tMore extensive procedure\r\n"
)
PTP_F2 = PTP_HEAD + (
    "30000\t99999\t\t20261001\t*\t1\tMore extensive procedure\r\n"
    "64635\t77003\t\t20120101\t*\t1\tCPT Manual or CMS manual coding instruction\r\n"
    "64635\t62323\t\t20170101\t20261115\t0\tMisuse of Column Two code with Column One code\t\t\r\n"
    "V2799\t99999\t\t20100101\t20100101\t9\tMore extensive procedure\r\n"
    "\r\n"
    "Closing words of the notice\t\t\t\t\t\t\r\n"
)
MUE_HEAD = (
    '"Notice of copyright\non the codes in this file",,,\r\n'
    '"HCPCS/\nCPT Code","Practitioner Services MUE Values","MUE Adjudication Indicator","MUE Rationale"\r\n'
)
MUE = MUE_HEAD + (
    '0001A,1,"2 Date of Service Edit: Policy",CMS Policy\r\n'
    "62323,2,3 Date of Service Edit: Clinical,Clinical: Data\r\n"
    "64635,1,1 Line Edit,Code Descriptor / CPT Instruction\r\n"
    "64555,0,3,Nature of Service/Procedure,,\r\n"
    "\r\n"
)


@pytest.fixture
def cms(tmp_path):
    """Write files as CMS names them; keyword arguments replace their text."""

    def write(**texts):
        names = {
            "f1": ("ccipra-v323r0-f1.TXT", PTP_F1),
            "f2": ("ccipra-v323r0-f2.TXT", PTP_F2),
            "mue": ("MCR_MUE_PractitionerServices_Eff_10-01-2026.csv", MUE),
        }
        folder = tmp_path / "cms"
        folder.mkdir(exist_ok=True)
        for key, (name, text) in names.items():
            (folder / name).write_text(texts.get(key, text), "latin-1", newline="")
        return {key: folder / name for key, (name, _) in names.items()}

    return write


def load(files, folder, *, ptp=("f1", "f2"), mue="mue", quarter="2026Q4"):
    argv = ["--quarter", quarter, "-o", str(folder)]
    argv += ["--ptp", *(str(files[part]) for part in ptp)] if ptp else []
    argv += ["--mue", str(files[mue])] if mue else []
    return build_ncci.main(argv)


def test_a_quarter_is_loaded_from_the_files_of_cms(cms, tmp_path, capsys):
    shipped = build_ncci.TARGET.read_bytes()
    assert load(cms(), tmp_path / "out") == 0
    assert "ptp: 323 rows, quarters 2024Q3, 2026Q4" in capsys.readouterr().out
    assert build_ncci.TARGET.read_bytes() == shipped
    edits = ncci.read(tmp_path / "out" / "ncci.json")
    day = dt.date(2026, 10, 1)
    edit = edits.ptp("77003", "64635", day)
    assert (edit.column_1, edit.modifier_indicator, edit.known_on) == ("64635", "1", True)
    assert (edit.quarter, edit.verification, edit.effective) == ("2026Q4", "primary", dt.date(2012, 1, 1))
    assert edit.source == (
        "CMS NCCI PTP edits for practitioners, 2026Q4: ccipra-v323r0-f1.TXT, ccipra-v323r0-f2.TXT"
    )
    assert edits.ptp("20552", "64493", day).effective == dt.date(1996, 1, 1)
    # A pair of 2024 that the new files no longer have is known to be none.
    assert edits.ptp("64635", "77012", dt.date(2024, 9, 30)).known_on
    assert edits.ptp("64635", "77012", day) is None
    # The deletion date is the last day.
    assert edits.ptp("62323", "64635", dt.date(2026, 11, 15)).modifier_indicator == "0"
    assert edits.ptp("62323", "64635", dt.date(2026, 11, 16)) is None
    unit = edits.mue("62323", day)
    assert (unit.units, unit.adjudication_indicator, unit.verification, unit.known_on) == (
        2,
        "3",
        "primary",
        True,
    )
    assert edits.mue("64635", day).adjudication_indicator == "1"
    assert edits.mue("64555", day).units == 0
    # A code of the table that the whole file lacks has no published value.
    assert edits.mue("64633", day) is None
    # What was shipped for other quarters is kept.
    assert edits.mue("64633", dt.date(2024, 7, 1)).units == 1
    assert edits.primaries("64636", dt.date(2024, 7, 1)).known_on
    assert edits.quarters("ptp") == ("2024Q3", "2026Q4")


def test_only_the_codes_of_our_table_are_kept(cms, tmp_path):
    load(cms(), tmp_path)
    for path in sorted((tmp_path / "sources").glob("*_2026Q4.tsv")):
        head, rows = build_ncci.read_extract(path.name, path.read_text("utf-8"))
        codes = {row[c] for row in rows for c in ("code", "column_1", "column_2") if c in row}
        assert codes
        assert codes <= set(cpt.table())
        assert set(head["complete for"].split()) <= set(cpt.table())


def test_the_same_files_give_the_same_bytes_and_loading_again_replaces(cms, tmp_path):
    files = cms()
    load(files, tmp_path / "one")
    load(files, tmp_path / "two")
    first = (tmp_path / "one" / "ncci.json").read_bytes()
    assert (tmp_path / "two" / "ncci.json").read_bytes() == first
    load(cms(mue=MUE.replace("62323,2", "62323,3")), tmp_path / "one")
    assert ncci.read(tmp_path / "one" / "ncci.json").mue("62323", dt.date(2026, 12, 31)).units == 3


def test_without_a_folder_the_package_itself_is_refreshed(cms, tmp_path, monkeypatch):
    shutil.copytree(build_ncci.SOURCES, tmp_path / "sources")
    monkeypatch.setattr(build_ncci, "SOURCES", tmp_path / "sources")
    monkeypatch.setattr(build_ncci, "TARGET", tmp_path / "ncci.json")
    files = cms()
    assert build_ncci.main(["--quarter", "2026Q4", "--mue", str(files["mue"])]) == 0
    assert (tmp_path / "sources" / "mue_2026Q4.tsv").is_file()
    assert ncci.read(tmp_path / "ncci.json").mue("62323", dt.date(2026, 10, 1)).known_on
    # Built again from the extracts alone, it stays the same.
    text = (tmp_path / "ncci.json").read_bytes()
    assert build_ncci.main([]) == 0
    assert (tmp_path / "ncci.json").read_bytes() == text


def test_of_a_part_alone_only_its_codes_are_known(cms, tmp_path, capsys):
    load(cms(), tmp_path, ptp=("f1",), mue=None)
    assert "ptp 2026Q4: the files do not reach 62320, 62321" in capsys.readouterr().out
    edits = ncci.read(tmp_path / "ncci.json")
    day = dt.date(2026, 10, 1)
    assert edits.ptp("20552", "27096", day) is None
    assert not edits.ptp("20552", "64493", day).known_on
    assert not edits.ptp("64635", "77003", day).known_on
    assert set(edits.tables.ptp.quarters["2026Q4"].complete_for) == {
        code for code in cpt.table() if "0001A" <= code <= "29999"
    }


def test_the_first_and_the_last_code_of_a_part_are_known(cms, tmp_path):
    text = PTP_HEAD + (
        "20552\t64493\t\t20261001\t*\t1\tMore extensive procedure\r\n"
        "27096\t20552\t\t20261001\t*\t1\tMore extensive procedure\r\n"
    )
    load(cms(f1=text), tmp_path, ptp=("f1",), mue=None)
    edits = ncci.read(tmp_path / "ncci.json")
    assert edits.tables.ptp.quarters["2026Q4"].complete_for == {"20552", "20553", "27096"}
    assert edits.ptp("20552", "27096", dt.date(2026, 10, 1)).known_on


def test_a_rationale_may_be_empty(cms, tmp_path):
    files = cms(
        f2=PTP_F2.replace("CPT Manual or CMS manual coding instruction", ""),
        mue=MUE.replace("Code Descriptor / CPT Instruction", ""),
    )
    assert load(files, tmp_path) == 0
    edits = ncci.read(tmp_path / "ncci.json")
    edit, units = (
        edits.ptp("64635", "77003", dt.date(2026, 10, 1)),
        edits.mue("64635", dt.date(2026, 10, 1)),
    )
    assert (edit.known_on, edit.rationale, edit.modifier_indicator) == (True, None, "1")
    assert (units.known_on, units.rationale, units.units) == (True, None, 1)


def refused(files, folder, capsys, **options):
    """Load, which must be refused without writing anything; the message."""
    assert load(files, folder, **options) == 2
    assert not folder.exists()
    message = capsys.readouterr().err
    assert message.startswith("error: ")
    return message


def test_a_missing_part_is_refused(cms, tmp_path, capsys):
    message = refused(cms(), tmp_path / "out", capsys, ptp=("f2",))
    assert "name all of them, from f1 on" in message
    assert "name all of them" in refused(cms(), tmp_path / "out", capsys, ptp=("f1", "f1"))


@pytest.mark.parametrize("quarter", ["2026Q3", "2027Q1"])
def test_files_of_another_quarter_are_refused(cms, tmp_path, capsys, quarter):
    assert f"not those of {quarter}" in refused(cms(), tmp_path / "out", capsys, mue=None, quarter=quarter)
    message = refused(cms(), tmp_path / "out", capsys, ptp=None, quarter=quarter)
    assert f"effective 10-01-2026, which is not the first day of {quarter}" in message


def test_what_is_no_quarter_is_refused(cms, tmp_path, capsys):
    assert "write it as 2026Q4" in refused(cms(), tmp_path / "out", capsys, quarter="Q4 2026")


def test_a_file_that_is_not_there_is_refused(cms, tmp_path, capsys):
    files = cms()
    files["mue"] = tmp_path / "none.csv"
    assert "none.csv" in refused(files, tmp_path / "out", capsys)


def test_files_need_their_quarter(cms, capsys):
    with pytest.raises(SystemExit) as stop:
        build_ncci.main(["--mue", str(cms()["mue"])])
    assert stop.value.code == 2
    assert "need --quarter" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("20120101\t*\t1\tCPT", "20120101"),  # cut off
        ("64635\t77003\t\t2012", "64635,77003,,2012"),  # another separator further down
        ("64635\t77003\t\t", "\t\t\tSome words\r\n64635\t77003\t\t"),  # words between rows
        ("20120101", "2012-01-01"),
        ("20120101", "20121301"),
        ("20120101\t*\t1", "20120101\t*\t2"),
        ("64635\t77003\t\t", "64635\t77003\tx\t"),
        ("64635\t77003\t\t20120101", "64635\t77003\t\t20120101\t"),
        ("77003", "7700"),
        ("64635\t77003", "6463\t77003"),
    ],
)
def test_a_ptp_file_in_another_shape_is_refused(cms, tmp_path, capsys, old, new):
    assert old in PTP_F2
    message = refused(cms(f2=PTP_F2.replace(old, new)), tmp_path / "out", capsys)
    assert "ccipra-v323r0-f2.TXT, line 9: " in message
    assert "PTP edits" in message


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("64635,1,", "64635,one,"),
        ("64635,1,1 Line Edit", "64635,1,4 Line Edit"),
        ("64635,1,1 Line Edit", "64635,1,12"),
        ("64635,1,1 Line Edit", "64635,1,"),
        ("64635,1,", "Some words,,,\r\n64635,1,"),
        (",Code Descriptor / CPT Instruction", ""),
        ("Practitioner Services MUE", "Outpatient Hospital Services MUE"),
    ],
)
def test_an_mue_file_in_another_shape_is_refused(cms, tmp_path, capsys, old, new):
    assert old in MUE
    message = refused(cms(mue=MUE.replace(old, new)), tmp_path / "out", capsys)
    assert "MCR_MUE_PractitionerServices_Eff_10-01-2026.csv" in message
    assert ("Outpatient" in new) == ("not those of practitioner services" in message)
    assert ("Outpatient" in new) != ("line 7" in message)


def test_files_without_rows_are_refused(cms):
    files = cms(f1=PTP_HEAD, mue=MUE_HEAD)
    with pytest.raises(cms_layouts.LayoutError, match="no row of PTP edits"):
        list(cms_layouts.read_ptp(files["f1"]))
    with pytest.raises(cms_layouts.LayoutError, match="no row of MUE values"):
        list(cms_layouts.read_mue(files["mue"]))


def test_rows_are_read_whole(cms):
    files = cms()
    assert list(cms_layouts.read_ptp(files["f1"])) == [
        cms_layouts.PtpLine(
            "0001A", "0591T", dt.date(2022, 1, 1), dt.date(2023, 12, 31), "1",
            "CPT Manual or CMS manual coding instruction",
        ),
        cms_layouts.PtpLine(
            "20552", "64493", dt.date(1996, 1, 1), None, "1", "Misuse of Column Two code with Column One code"
        ),
        cms_layouts.PtpLine("29999", "99999", dt.date(2026, 10, 1), None, "1", "More extensive procedure"),
    ]  # fmt: skip
    assert [(x.code, x.units, x.adjudication_indicator) for x in cms_layouts.read_mue(files["mue"])] == [
        ("0001A", 1, "2"),
        ("62323", 2, "3"),
        ("64635", 1, "1"),
        ("64555", 0, "3"),
    ]


HEAD = {
    "table": "mue",
    "quarter": "2025Q1",
    "source": "s",
    "verification": "secondary",
    "complete for": "64635",
}


def test_extracts_that_do_not_fit_are_refused():
    good = build_ncci.extract(HEAD, [("64635", "1", "2", "")])
    assert "64635" in build_ncci.build({"a.tsv": good})
    with pytest.raises(build_ncci.BuildError, match="mue of 2025Q1 is there twice"):
        build_ncci.build({"a.tsv": good, "b.tsv": good})
    with pytest.raises(build_ncci.BuildError, match=r"a\.tsv: the head lacks quarter"):
        build_ncci.build({"a.tsv": good.replace("# quarter", "# quart")})
    with pytest.raises(build_ncci.BuildError, match="has 3 cells, not 4"):
        build_ncci.build({"a.tsv": good.replace("64635\t1\t2\t", "64635\t1\t2")})
    for old, new in (
        ("code\tunits", "units\tcode"),
        ("# table: mue", "# table: ptp"),
        ("table: mue", "table: x"),
    ):
        with pytest.raises(build_ncci.BuildError, match="the columns are not those"):
            build_ncci.build({"a.tsv": good.replace(old, new)})
    with pytest.raises(ValueError, match="not among the codes of quarter"):
        build_ncci.build({"a.tsv": good.replace("64635\t1", "64633\t1")})


def test_a_row_that_stays_is_one_row_of_several_quarters():
    rows = [("64635", "1", "2", "CMS Policy")]
    later = {**HEAD, "quarter": "2025Q2"}
    text = build_ncci.build(
        {"a.tsv": build_ncci.extract(HEAD, rows), "b.tsv": build_ncci.extract(later, rows)}
    )
    tables = ncci_rows.Tables.model_validate_json(text)
    assert [row.quarters for row in tables.mue.rows] == [("2025Q1", "2025Q2")]
