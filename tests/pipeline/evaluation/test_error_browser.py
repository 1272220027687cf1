"""The error browser: self-contained, every error in its note, and why an entry was missed."""

from __future__ import annotations

import html
import itertools
import re
import shutil
import subprocess
from html.parser import HTMLParser
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.assess import extractor
from pipeline.cli import main
from pipeline.corpus import Corpus, GoldNote, GoldSpan
from pipeline.evaluation import Evaluation, evaluate
from pipeline.evaluation.bootstrap import Difference, Score
from pipeline.evaluation.compare import compare
from pipeline.evaluation.confusion import confusions
from pipeline.evaluation.html import render_page
from pipeline.evaluation.html.errors import Error, Errors
from pipeline.evaluation.html.excerpt import excerpts, windows
from pipeline.evaluation.html.near import LEXICONS
from pipeline.evaluation.html.plots import Dot, difference_plot, heat_map, scatter, score_plot
from pipeline.evaluation.runs import run_data, stored_notes
from pipeline.render.highlight import Mark


class Dom(HTMLParser):
    """Ids, links, loaded things, inline styles, and the text of marks by kind."""

    def __init__(self, page: str) -> None:
        super().__init__(convert_charrefs=True)
        self.ids: list[str] = []
        self.links: list[str] = []
        self.loads: list[str] = []
        self.handlers: list[str] = []
        self.scripts = 0
        self.marks: dict[str, str] = {}
        self.text = ""
        self._open: list[str] = []
        self._raw = False
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        a = {k: v or "" for k, v in attrs}
        self.ids += [a["id"]] if "id" in a else []
        self.links += [a["href"]] if tag == "a" else []
        self.loads += [tag] if tag != "a" and ("src" in a or "href" in a) else []
        self.handlers += [k for k in a if k == "style" or k.startswith("on")]
        self.scripts += tag == "script"
        self._raw = tag in ("script", "style")
        if tag == "mark" and a.get("data-q"):
            self._open.append(a["data-q"])

    def handle_endtag(self, tag: str) -> None:
        self._raw = False
        if tag == "mark" and self._open:
            self._open.pop()

    def handle_data(self, data: str) -> None:
        if not self._raw:
            self.text += data
        for name in self._open:
            self.marks[name] = self.marks.get(name, "") + data


@pytest.fixture(scope="module")
def page(evaluation: Evaluation) -> str:
    return render_page(evaluation)


@pytest.fixture(scope="module")
def errors(evaluation: Evaluation) -> list[Error]:
    of = Errors()
    return [e for n in evaluation.notes for e in of.of(n)]


def test_the_page_loads_nothing_and_runs_only_its_own_script(page: str) -> None:
    dom = Dom(page)
    assert (dom.loads, dom.handlers, dom.scripts) == ([], [], 1)
    assert not re.search(r"url\(|@import|https?://", page)
    assert "default-src 'none'" in html.unescape(page)


def test_markup_in_texts_and_names_is_text() -> None:
    """Wherever a note's words or a corpus's names stand on the page: quote, cue, match, heading."""
    evil = "<img src=x onerror=alert(1)>"
    ends = "</script><script>alert(2)</script>"
    text = f"HPI: denies {evil} radicular leg pain. Physical therapy {evil} {ends}.\n"
    wrong = {
        "radicular": {"lumbar": {"status": "present"}},
        "therapies": [{"modality": "physical_therapy", "status": "declined"}],
    }
    span = GoldSpan("therapies", 0, text.strip(), 0, len(text.strip()))
    note = GoldNote(f"n{evil}", f"s{evil}", None, text, wrong, f"t{evil}", (span,))
    corpus = Corpus(f"c{evil}", "1", "charts", Path("nowhere"), (note,), "d" * 64)
    page = render_page(evaluate(corpus, resamples=0))
    dom = Dom(page)
    assert (dom.loads, dom.handlers, dom.scripts) == ([], [], 1)
    assert "scope" in dom.text
    assert dom.text.count(evil) > 8


def test_ids_are_unique_and_links_lead_somewhere(page: str) -> None:
    dom = Dom(page)
    assert len(dom.ids) == len(set(dom.ids))
    assert {link[1:] for link in dom.links} <= set(dom.ids)


def test_every_error_stands_on_the_page_with_its_quotes(
    page: str, errors: list[Error], evaluation: Evaluation
) -> None:
    dom = Dom(page)
    texts = {n.note.note_id: n.note.text for n in evaluation.notes}
    assert errors
    for e in errors:
        assert e.id in dom.ids
        for m in e.places:
            for name in (m.id, f"n{e.id}-{m.id}"):
                assert dom.marks[name] == texts[e.note_id][m.start : m.end]


def test_a_missed_and_an_extra_entry_of_one_kind_are_one_error(errors: list[Error]) -> None:
    nsaid = [e for e in errors if e.family == "therapies" and "nsaid" in e.what]
    assert [(e.kind, e.wanted, e.found) for e in nsaid] == [
        ("wrong_status", "nsaid planned", "nsaid current")
    ]
    assert {m.kind for m in nsaid[0].places} == {"gold", "found"}
    assert nsaid[0].way is not None
    assert nsaid[0].way.entries[0][0].startswith("therapies/ibuprofen#")
    assert nsaid[0].way.entries[0][1]


def test_a_miss_says_which_entries_matched(errors: list[Error]) -> None:
    miss = next(e for e in errors if e.kind == "missed" and "traction" in e.what)
    assert miss.why == (
        "No entry of the lexicon therapies for traction matches these words; therapies/acupuncture matched "
        "here, and the binder made of it: acupuncture past."
    )
    assert any("“Acupuncture” by therapies/acupuncture#" in line for line in miss.matches)


def test_a_miss_in_text_that_says_nothing_about_the_patient_says_so() -> None:
    text = "Back pain. The LCD requires 4 weeks of physical therapy before any block.\n"
    at = text.index("physical therapy")
    gold = {"therapies": [{"modality": "physical_therapy", "status": "past"}]}
    span = GoldSpan("therapies", 0, "physical therapy", at, at + len("physical therapy"))
    note = GoldNote("n", "s", None, text, gold, None, (span,))
    (result,) = evaluate(Corpus("c", "1", "charts", Path("x"), (note,), "d" * 64), resamples=0).notes
    miss = next(e for e in Errors().of(result) if e.kind == "missed")
    assert miss.why == (
        "Lexicon entry therapies/physical_therapy matched, but stands in text that says nothing about the "
        "patient: policy."
    )
    assert any(
        "no mention, stands in text that says nothing about the patient: policy" in x for x in miss.matches
    )


def test_an_extra_shows_what_was_found_and_its_way(errors: list[Error], page: str) -> None:
    extra = next(e for e in errors if e.kind == "extra" and e.family == "radicular")
    assert (extra.wanted, extra.found) == ("not documented", "present")
    assert extra.way is not None
    assert extra.way.steps
    shown = html.unescape(page)
    assert all(name in shown for name, _ in extra.way.entries)


def test_errors_that_an_older_run_did_not_have_are_marked(evaluation: Evaluation) -> None:
    new = stored_notes(run_data(evaluation))
    good = {
        k: type(n)(n.note_id, n.digest, n.counts, tuple(j for j in n.judgements if j.verdict != "extra"))
        for k, n in new.items()
    }
    done = compare(good, new, names=("older", "this run"), seed=1, resamples=10)
    broken = render_page(evaluation, done)
    assert 'data-broke="new"' in broken
    assert "Against older" in broken
    assert 'data-broke="new"' not in render_page(evaluation)


def test_a_note_that_looks_like_markup_stays_text(evaluation: Evaluation, page: str, marker: str) -> None:
    assert marker in page  # the page holds the text, since it was asked for
    assert "&lt;" not in excerpts("a <b> c", [])
    (window,) = excerpts("x <script>alert(1)</script> y", [Mark("m", 2, 10, "gold")])
    assert "<script>" not in window
    assert Dom(str(window)).marks == {"m": "<script>"}


@given(
    st.text(alphabet="ab \n\r<é🦴", min_size=1, max_size=400),
    st.lists(st.tuples(st.integers(0, 399), st.integers(1, 30)), min_size=1, max_size=5),
    st.integers(0, 40),
)
def test_windows_hold_every_place_once_and_in_order(
    text: str, spans: list[tuple[int, int]], margin: int
) -> None:
    places = [(min(s, len(text) - 1), min(len(text), min(s, len(text) - 1) + n)) for s, n in spans]
    found = windows(text, places, margin)
    assert all(any(low <= s and e <= high for low, high in found) for s, e in places)
    assert all(a[1] < b[0] for a, b in itertools.pairwise(found))
    assert all(0 <= low < high <= len(text) for low, high in found)


def test_every_family_has_its_lexicons() -> None:
    known = {f.name for f in extractor().families}
    assert {name for names in LEXICONS.values() for name in names} <= known


def test_plots_show_each_figure_once(evaluation: Evaluation) -> None:
    plot = score_plot(
        {"a.f1": Score(0.5, 0.25, 0.75, "tp 1"), "b.f1": Score(None, None, None, "")}, {"a.f1": 0.4}
    )
    assert plot.count('class="value"') == plot.count('class="ring"') == plot.count('class="interval"') == 1
    assert "a.f1: 0.500, 0.250 to 0.750, tp 1" in plot
    moved = difference_plot({"a": Difference(0.5, 0.4, -0.1, -0.2, 0.0), "b": Difference(1, 1, 0.0, 0, 0)})
    assert (moved.count('class="worse"'), moved.count('class="better"')) == (1, 0)
    assert difference_plot({"b": Difference(1, 1, 0.0, 0, 0)}) == ""
    dots = scatter([Dot(0.5, 1.0, 4, "x <y>")], "across", "up")
    assert "x &lt;y&gt;" in dots
    for c in confusions(evaluation.notes):
        drawn = re.findall(r'class="count"[^>]*>(\d+)<', str(heat_map(c)))
        assert sum(map(int, drawn)) == c.total


def test_slices_and_what_never_fired_are_shown(page: str) -> None:
    shown = Dom(page).text
    assert "By document type" in shown
    assert "never fired on these notes" in shown
    assert "ablations/radiofrequency" in shown


def test_an_evaluation_without_errors_is_a_page(evaluation: Evaluation) -> None:
    empty = Evaluation(evaluation.corpus, None, None, (), evaluation.versions, resamples=0)
    assert "No errors." in render_page(empty)


def test_the_command_writes_the_page_for_its_owner_only(small: Path, tmp_path: Path) -> None:
    out = tmp_path / "errors.html"
    options = ["--no-run", "--resamples", "0", "--format", "html", "-o", str(out)]
    assert main(["eval", str(small), *options]) == 0
    assert out.stat().st_mode & 0o077 == 0
    assert out.read_text(encoding="utf-8").startswith("<!DOCTYPE html>")


@pytest.mark.browser
def test_filters_in_a_browser(page: str, tmp_path: Path, errors: list[Error]) -> None:
    chromium = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    if chromium is None:
        pytest.skip("no Chromium is installed: the page was not opened in a browser")
    path = tmp_path / "page.html"
    path.write_text(page, encoding="utf-8", newline="")
    flags = (
        "--headless",
        "--no-sandbox",
        "--disable-gpu",
        "--no-first-run",
        "--disable-background-networking",
    )
    run = subprocess.run(
        [chromium, *flags, f"--user-data-dir={tmp_path / 'profile'}", "--dump-dom", path.as_uri()],
        capture_output=True, timeout=120, check=True,
    )  # fmt: skip
    seen = run.stdout.decode("utf-8")
    # The script ran, so that its hash is the policy's: it shows the filters and counts.
    assert f"{len(errors)} of {len(errors)} errors" in seen
    assert re.search(r'<form class="filters" id="filters">', seen)
