"""Regenerate ``icd10cm.json`` from the ICD-10-CM tabular list (a maintainer's tool, not needed at run time).

    python -m rules.codes.build_icd10cm

``simple_icd_10_cm`` 1.5.0, one of the packages of development, carries the tabular list of 1 April 2026 that
the CDC publishes (public domain). A new release means a new version of the package: change ``RELEASE``,
``LAST_DAY`` and ``PACKAGE`` together with it. A test holds the table against the package, by another way.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any

RELEASE = "2026-04-01"
#: The fiscal year of the classification ends with September; the next year's list replaces this one.
LAST_DAY = "2026-09-30"
PACKAGE = "simple_icd_10_cm 1.5.0"

#: The parts of the table that are written one row a line.
LONG = ("headings", "codes")
#: Length of a category: ``M54``.
CATEGORY = 3

#: Every code under one of these is in the table, so that "not in the table" means "does not exist".
PREFIXES = (
    "C79.5", "G54", "G55", "G57.0", "G83.4", "G89", "G95.2", "G96.0", "M40", "M41", "M42", "M43", "M45",
    "M46", "M47", "M48", "M49", "M50", "M51", "M53", "M54", "M62.83", "M62.85", "M71.3", "M79.1", "M79.2",
    "M79.6", "M80.08", "M84.48", "M84.58", "M96", "M99", "Q76.2", "S13.4", "S32.0", "S33.5", "S39.01",
    "T84.2", "T84.4", "T84.63", "T84.7", "T84.8", "Z98.1", "Z98.89",
)  # fmt: skip

#: First day of validity where a code is younger than ICD-10-CM itself (1 October 2015), as far as our sources
#: say: the FY2022 split of M54.5 and the FY2025 split of M51.36 and M51.37.
VALID_FROM = {
    **dict.fromkeys(("M54.50", "M54.51", "M54.59"), "2021-10-01"),
    **{f"M51.36{n}": "2024-10-01" for n in "0129"},
    **{f"M51.37{n}": "2024-10-01" for n in "0129"},
}
#: Codes that could be billed until they were split.
HEADER_SINCE = {"M54.5": "2021-10-01", "M51.36": "2024-10-01", "M51.37": "2024-10-01"}

#: Region of the code, by the words of its title; longer words first.
REGIONS = (
    ("occipito-atlanto-axial", r"occipito-atlanto-axial"),
    ("cervicothoracic", r"cervicothoracic"),
    ("thoracolumbar", r"thoracolumbar|thoracic, thoracolumbar"),
    ("lumbosacral", r"lumbosacral"),
    ("sacral", r"sacral and sacrococcygeal|sacrococcygeal|sacral"),
    ("cervical", r"cervical|cervicocranial|cervicobrachial|\bneck\b"),
    ("lumbar", r"lumbar|low(er)? back|\blow back pain"),
    ("thoracic", r"thoracic"),
)
#: Codes whose title names no region although the classification puts them in one.
REGION_OVERRIDES = {
    "M54.2": "cervical",
    "M54.3": "lumbar",
    "M54.4": "lumbar",
    "M46.1": "sacral",
    "G83.4": "lumbar",
}


def region_of_title(code: str, title: str) -> str | None:
    """Name the spinal region that a title states, or None where it states none, several or 'unspecified'."""
    for prefix, region in REGION_OVERRIDES.items():
        if code.startswith(prefix):
            return region
    lowered = title.lower()
    if re.search(r"^thoracic, thoracolumbar|, site unspecified|, multiple sites", lowered):
        return None
    # M54.0- is "of neck and back" as a family; what a code of it is about stands after the comma.
    lowered = lowered.replace("regions of neck and back", "")
    found = [name for name, pattern in REGIONS if re.search(pattern, lowered)]
    compound = [name for name in found if name in ("cervicothoracic", "thoracolumbar", "lumbosacral")]
    if compound:
        return compound[0]
    return found[0] if found else None


def laterality_of_title(title: str) -> str | None:
    """Name the side that a title states: left, right, bilateral, unspecified, or None."""
    lowered = title.lower()
    side = re.search(r"\b(right|left|bilateral)\b", lowered)
    if side:
        return side.group(1)
    # Of a part that comes in two, "unspecified" says that the side is not told.
    return "unspecified" if re.search(rf"\bunspecified {_PAIRED}|{_PAIRED}, unspecified$", lowered) else None


_PAIRED = (
    r"(?:side|(?:(?:upper|lower) )?(?:limb|arm|leg)|forearm|hand|finger|thigh|foot|toe|shoulder|elbow|wrist"
    r"|hip)\b"
)


def patterns(notes: list[str]) -> list[str]:
    """Take the codes and ranges out of excludes notes: ``["M54.16", "M51.1-", "M43.3-M43.5X9"]``.

    Codes stand in round brackets at the end of a note. ``M47.2.-`` and ``M47.2-`` both mean the code with all
    that stands under it, and are written ``M47.2-`` here.
    """
    code = r"[A-Z](?:\d[0-9A-Z]|A\d)(?:\.[0-9A-Z]{1,4})?"
    found: set[str] = set()
    for note in notes:
        for group in re.findall(r"\(([A-Z][0-9A-Z.,\s–-]+)\)", note):
            for part in group.replace("–", "-").split(","):
                pattern = re.sub(r"\.-$", "-", part.strip())
                if re.fullmatch(rf"{code}(?:-{code})?-?", pattern):
                    found.add(pattern)
    return sorted(found)


def notes(icd: Any, code: str) -> dict[str, list[str]]:
    """Read the patterns of the code's own excludes notes, by kind; kinds without any are left out."""
    kinds = {"excludes1": icd.get_excludes1(code), "excludes2": icd.get_excludes2(code)}
    return {kind: found for kind, own in kinds.items() if (found := patterns(own))}


def headings(icd: Any, codes: Iterable[str]) -> dict[str, dict[str, Any]]:
    """Read what stands above the codes: categories outside the table, blocks (``M50-M54``), chapters.

    Their notes hold for the codes too. ``parent`` is the heading above, which a category of the table
    (``M54``) is given too.
    """
    rows: dict[str, dict[str, Any]] = {}
    wanted = set(codes)
    for code in wanted:
        chain = [code, *icd.get_ancestors(code)]
        for one, above in zip(chain, [*chain[1:], None], strict=True):
            if one in wanted:
                if above is not None and above not in wanted and len(one) == CATEGORY:
                    rows[one] = {"parent": above}
                continue
            rows[one] = {"title": icd.get_description(one)}
            if above:
                rows[one]["parent"] = above
            rows[one] |= notes(icd, one)
    return rows


def build(icd: Any) -> dict[str, Any]:
    """Read the wanted codes out of the package and shape the table."""
    rows: dict[str, dict[str, Any]] = {}
    for code in icd.get_all_codes():
        if "-" in code or not code.startswith(PREFIXES):
            continue
        title = icd.get_description(code)
        row: dict[str, Any] = {"title": title, "billable": icd.is_leaf(code)}
        region = region_of_title(code, title)
        side = laterality_of_title(title)
        if region:
            row["region"] = region
        if side:
            row["laterality"] = side
        row |= notes(icd, code)
        if code in VALID_FROM:
            row["valid_from"] = VALID_FROM[code]
        if code in HEADER_SINCE:
            row["header_since"] = HEADER_SINCE[code]
        rows[code] = row
    return {
        "system": "ICD-10-CM",
        "release": RELEASE,
        "last_day": LAST_DAY,
        "source": f"CDC/NCHS ICD-10-CM tabular list, 1 April 2026, through the PyPI package {PACKAGE}",
        "regenerate": "python -m rules.codes.build_icd10cm",
        "prefixes": list(PREFIXES),
        "headings": headings(icd, rows),
        "codes": rows,
    }


def text(table: dict[str, Any]) -> str:
    """Write the table as the file has it: one code a line."""
    body = json.dumps({k: v for k, v in table.items() if k not in LONG}, ensure_ascii=False, indent=1)[:-2]
    for part in LONG:
        lines = ",\n".join(
            f"  {json.dumps(code)}: {json.dumps(row, ensure_ascii=False)}"
            for code, row in sorted(table[part].items())
        )
        body += f',\n "{part}": {{\n{lines}\n }}'
    return body + "\n}\n"


def main() -> None:
    """Write the table beside this file."""
    import simple_icd_10_cm  # only where the packages of development are installed

    Path(__file__).with_name("icd10cm.json").write_text(text(build(simple_icd_10_cm)), encoding="utf-8")


if __name__ == "__main__":
    main()
