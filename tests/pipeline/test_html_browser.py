"""The HTML report in headless Chromium: links, quotes and script as a browser really has them."""

import re
import shutil
import subprocess
from html.parser import HTMLParser
from pathlib import Path

import pytest

from pipeline.assess import assess_documents
from pipeline.documents import document_from_text
from pipeline.render.html import render_html

pytestmark = pytest.mark.browser

NOTE = (
    "PRIOR AUTHORIZATION\r\n"
    "Request: 64635, 64636. Dx: M47.816 lumbar spondylosis without radiculopathy.\r\n"
    "HPI: Low back pain for 9 months. Pain radiates down the left leg to the foot with numbness. "
    "<script>alert(1)</script>\r\n"
    "Completed physical therapy for 8 weeks without relief & ibuprofen <b>failed</b>.\r\n"
    "\u05db\u05d0\u05d1 \u05d2\u05d1 \U0001f9b4 Straight leg raise positive on the left.\r\n"
    "Plan: radiofrequency ablation L4-5, L5-S1.\r\n"
)
FLAGS = (
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
)  # fmt: skip


@pytest.fixture(scope="module")
def chromium() -> str:
    for name in ("chromium", "chromium-browser", "google-chrome"):
        if found := shutil.which(name):
            return found
    pytest.skip("no Chromium is installed: the report was not opened in a browser")


class Seen(HTMLParser):
    def __init__(self, page: str) -> None:
        super().__init__()
        self.ids: list[str] = []
        self.links: list[str] = []
        self.note = ""
        self.pieces: dict[str, str] = {}
        self.lit: set[str] = set()
        self._note = False
        self._open: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        a = {k: v or "" for k, v in attrs}
        self.ids += [a["id"]] if "id" in a else []
        self.links += [a["href"]] if tag == "a" and "href" in a else []
        self._note = self._note or a.get("class") == "note"
        if tag == "mark" and "data-q" in a:
            self._open.append(a["data-q"])
            if "on" in a.get("class", "").split():
                self.lit.add(a["data-q"])

    def handle_endtag(self, tag: str) -> None:
        if tag == "mark" and self._open:
            self._open.pop()
        self._note = self._note and tag != "div"

    def handle_data(self, data: str) -> None:
        if self._note:
            self.note += data
            for name in self._open:
                self.pieces[name] = self.pieces.get(name, "") + data


def opened(chromium: str, page: Path, profile: Path, fragment: str = "") -> Seen:
    address = page.as_uri() + (f"#{fragment}" if fragment else "")
    run = subprocess.run(
        [chromium, *FLAGS, f"--user-data-dir={profile}", "--dump-dom", address],
        capture_output=True, timeout=120, check=True,
    )  # fmt: skip
    return Seen(run.stdout.decode("utf-8"))


def test_report_in_a_browser(chromium: str, tmp_path: Path) -> None:
    result = assess_documents("browser", [document_from_text(NOTE)])
    page = tmp_path / "report.html"
    page.write_text(render_html(result), encoding="utf-8", newline="")

    seen = opened(chromium, page, tmp_path / "one")
    assert seen.note == NOTE, "the browser's text is the note, character for character"
    inside = {link[1:] for link in seen.links if link.startswith("#")}
    assert inside
    assert inside <= set(seen.ids)
    assert len(seen.ids) == len(set(seen.ids))

    quotes = {
        f"q1-{e.start}-{e.end}": e.quote
        for f in result.assessment.findings if f.outcome != "not_applicable"
        for e in f.evidence
    }  # fmt: skip
    assert quotes, "the note gives findings with evidence"
    for name, quote in quotes.items():
        assert seen.pieces[name] == quote
    assert all(re.fullmatch(r"q1-\d+-\d+", name) for name in seen.pieces)

    chosen = min(quotes)
    lit = opened(chromium, page, tmp_path / "two", chosen).lit
    assert lit == {chosen}, "the script is allowed by its hash and marks the chosen quote"
