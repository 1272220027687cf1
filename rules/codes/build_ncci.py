r"""Build ``ncci.json`` from the source extracts, or load a quarter from the files that CMS publishes.

Build again what is shipped, after a change to ``sources/``::

    python -m rules.codes.build_ncci

Load a quarter (all parts of the PTP edits and the MUE table, both for practitioners)::

    python -m rules.codes.build_ncci --quarter 2026Q4 \
        --ptp ccipra-v323r0-f1.txt ccipra-v323r0-f2.txt ccipra-v323r0-f3.txt ccipra-v323r0-f4.txt \
        --mue MCR_MUE_PractitionerServices_Eff_10-01-2026.csv

That writes a trimmed extract of each file to ``sources/`` and builds the table from all extracts; with
``-o FOLDER`` into that folder, the package left as it is. Only the codes of ``cpt.yaml`` are kept.
"""

from __future__ import annotations

import argparse
import io
import json
import re
import sys
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from rules.codes import cms_layouts, cpt, ncci_rows

SOURCES = Path(__file__).with_name("sources")
TARGET = Path(__file__).with_name("ncci.json")

#: Columns of the extracts, in the order in which rows are sorted and written.
COLUMNS = {
    "ptp": ("column_1", "column_2", "effective", "deleted", "modifier_indicator", "rationale"),
    "mue": ("code", "units", "adjudication_indicator", "rationale"),
    "add_on": ("add_on", "primary", "edit_type"),
    "indicators": ("code", "global_days", "bilateral_indicator"),
}
_HEAD = ("table", "quarter", "source", "verification", "complete for")


class BuildError(ValueError):
    """A file that cannot be taken in; the message says which and why."""


def extract(head: dict[str, str], rows: Iterable[tuple[str, ...]]) -> str:
    """Write an extract: head lines, the column names, the rows by tab."""
    out = io.StringIO()
    for name in _HEAD:
        out.write(f"# {name}: {head[name]}\n")
    for row in (COLUMNS[head["table"]], *sorted(rows)):
        out.write("\t".join(row) + "\n")
    return out.getvalue()


def read_extract(name: str, text: str) -> tuple[dict[str, str], list[dict[str, str]]]:
    """Read an extract: its head, and its rows by column, empty cells left out.

    Raises
    ------
    BuildError
        Where the head lacks a line, or the columns are not those of the table.
    """
    lines = text.splitlines()
    head = dict(line[2:].split(": ", 1) for line in lines if line.startswith("# "))
    if missing := [field for field in _HEAD if field not in head]:
        raise BuildError(f"{name}: the head lacks {', '.join(missing)}")
    body = [line.split("\t") for line in lines if not line.startswith("#")]
    columns = COLUMNS.get(head["table"])
    if columns is None or not body or tuple(body[0]) != columns:
        raise BuildError(f"{name}: the columns are not those of a table of claim edits")
    rows = []
    for row in body[1:]:
        if len(row) != len(columns):
            raise BuildError(f"{name}: {row[:2]} has {len(row)} cells, not {len(columns)}")
        rows.append({column: cell for column, cell in zip(columns, row, strict=True) if cell})
    return head, rows


def build(extracts: Mapping[str, str]) -> str:
    """Merge extracts, by file name, into the text of the table; the same extracts always give the same text.

    Raises
    ------
    BuildError
        Where two extracts are of one table and quarter.
    pydantic.ValidationError
        Where a row has no sense.
    """
    tables: dict[str, dict[str, Any]] = {name: {"quarters": {}, "rows": {}} for name in COLUMNS}
    for source, body in sorted(extracts.items()):
        head, rows = read_extract(source, body)
        table, quarter = tables[head["table"]], head["quarter"]
        if quarter in table["quarters"]:
            raise BuildError(f"{source}: {head['table']} of {quarter} is there twice")
        table["quarters"][quarter] = {
            "source": head["source"],
            "verification": head["verification"],
            "complete_for": sorted(head["complete for"].split()),
        }
        for row in rows:
            # A row that stays as it was is one row of several quarters.
            seen = table["rows"].setdefault(json.dumps(row), {**row, "quarters": []})
            seen["quarters"].append(quarter)
    lines = ['{\n "system": "NCCI",\n "regenerate": "python -m rules.codes.build_ncci"']
    for name, columns in COLUMNS.items():
        held = sorted(tables[name]["quarters"].items())
        quarters = ",\n".join(f"   {json.dumps(q)}: {json.dumps(x, ensure_ascii=False)}" for q, x in held)
        in_order = sorted(
            tables[name]["rows"].values(), key=lambda r: ([r.get(c, "") for c in columns], r["quarters"])
        )
        rows_text = ",\n".join("   " + json.dumps(row, ensure_ascii=False) for row in in_order)
        lines.append(f' "{name}": {{\n  "quarters": {{\n{quarters}\n  }},\n  "rows": [\n{rows_text}\n  ]}}')
    text = ",\n".join(lines) + "\n}\n"
    ncci_rows.Tables.model_validate(json.loads(text))
    return text


def _check_parts(paths: Sequence[Path]) -> None:
    """Refuse a PTP table of which a part is missing between others; CMS splits it into f1, f2, …."""
    parts = sorted(int(m[1]) for p in paths if (m := re.search(r"-f(\d+)\.", p.name)))
    if parts and parts != list(range(1, len(parts) + 1)):
        raise BuildError(f"parts {parts} of the PTP edits are given; name all of them, from f1 on, once")


def ptp_extract(paths: Sequence[Path], quarter: str) -> str:
    """Trim the practitioner PTP edits of a quarter to the codes of ``cpt.yaml``.

    Raises
    ------
    BuildError, cms_layouts.LayoutError
        Where a part is missing, a file has another layout, or its newest edit is not of the quarter: CMS adds
        edits on the first day of every quarter, so that such a file is one of another quarter.
    """
    ncci_rows.first_day(quarter)
    _check_parts(paths)
    wanted = set(cpt.table())
    rows: set[tuple[str, ...]] = set()
    low, high, newest = "", "", None
    for path in paths:
        for line in cms_layouts.read_ptp(path):
            low, high = min(low or line.column_1, line.column_1), max(high, line.column_1)
            if line.effective and (newest is None or line.effective > newest):
                newest = line.effective
            if line.column_1 in wanted and line.column_2 in wanted:
                dates = (day.isoformat() if day else "" for day in (line.effective, line.deleted))
                rows.add((line.column_1, line.column_2, *dates, line.modifier_indicator, line.rationale))
    if newest is None or ncci_rows.quarter_of(newest) != quarter:
        raise BuildError(f"the newest PTP edit took effect on {newest}: the files are not those of {quarter}")
    # A code outside the range of column 1 may have edits in a part that was not given. Nothing is said of its
    # pairs, those in the files included: their other order may stand in that part.
    complete = {code for code in wanted if low <= code <= high}
    head = {
        "table": "ptp",
        "quarter": quarter,
        "source": f"CMS NCCI PTP edits for practitioners, {quarter}: " + ", ".join(p.name for p in paths),
        "verification": "primary",
        "complete for": " ".join(sorted(complete)),
    }
    return extract(head, (row for row in rows if complete.issuperset(row[:2])))


def mue_extract(path: Path, quarter: str) -> str:
    """Trim the practitioner MUE table of a quarter to the codes of ``cpt.yaml``.

    Raises
    ------
    BuildError, cms_layouts.LayoutError
        Where the file has another layout, or its name says another quarter.
    """
    begins = ncci_rows.first_day(quarter)
    dated = re.search(r"Eff_(\d\d-\d\d-\d{4})", path.name)
    if dated and dated[1] != f"{begins:%m-%d-%Y}":
        raise BuildError(f"{path.name} is effective {dated[1]}, which is not the first day of {quarter}")
    wanted = set(cpt.table())
    lines = [line for line in cms_layouts.read_mue(path) if line.code in wanted]
    head = {
        "table": "mue",
        "quarter": quarter,
        "source": f"CMS NCCI MUE values for practitioner services, {quarter}: {path.name}",
        "verification": "primary",
        "complete for": " ".join(sorted(wanted)),
    }
    return extract(head, [(x.code, str(x.units), x.adjudication_indicator, x.rationale) for x in lines])


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command; 2 where a file cannot be taken in."""
    parser = argparse.ArgumentParser(
        prog="python -m rules.codes.build_ncci",
        description="Build the claim edits, or load a quarter.",
    )
    parser.add_argument("--ptp", type=Path, nargs="+", metavar="FILE", help="PTP edits, all parts")
    parser.add_argument("--mue", type=Path, metavar="FILE", help="practitioner services MUE table, csv")
    parser.add_argument("--quarter", metavar="2026Q4", help="the quarter of the files")
    parser.add_argument("-o", "--output", type=Path, metavar="FOLDER", help="instead of into the package")
    args = parser.parse_args(argv)
    if (args.ptp or args.mue) and not args.quarter:
        parser.error("--ptp and --mue need --quarter")
    target = args.output / TARGET.name if args.output else TARGET
    sources = args.output / SOURCES.name if args.output else SOURCES
    folders = dict.fromkeys((SOURCES, sources))
    try:
        extracts = {path.name: path.read_text("utf-8") for f in folders for path in sorted(f.glob("*.tsv"))}
        new: dict[str, str] = {}
        if args.ptp:
            new[f"ptp_{args.quarter}.tsv"] = ptp_extract(args.ptp, args.quarter)
        if args.mue:
            new[f"mue_{args.quarter}.tsv"] = mue_extract(args.mue, args.quarter)
        # Nothing is written before everything has been read and makes sense together.
        text = build(extracts | new)
        sources.mkdir(parents=True, exist_ok=True)
        for name, body in new.items():
            (sources / name).write_text(body, "utf-8")
        target.write_text(text, "utf-8")
    except (ValueError, OSError) as error:
        sys.stderr.write(f"error: {error}\n")
        return 2
    held = ncci_rows.read(target)
    for name in COLUMNS:
        table = getattr(held, name)
        sys.stdout.write(f"{name}: {len(table.rows)} rows, quarters {', '.join(sorted(table.quarters))}\n")
        loaded = table.quarters.get(args.quarter) if f"{name}_{args.quarter}.tsv" in new else None
        if loaded and (lacking := sorted(set(cpt.table()) - loaded.complete_for)):
            sys.stdout.write(f"{name} {args.quarter}: the files do not reach {', '.join(lacking)}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
