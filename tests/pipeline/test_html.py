"""The HTML report: marks keep the text exactly, links resolve, and nothing in a note becomes markup."""

import datetime as dt
import html
import re
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.assemble import Built
from pipeline.assess import Result
from pipeline.documents import document_from_text
from pipeline.render.highlight import Link, Mark, highlighted, plain, segments
from pipeline.render.html import render_html, render_index
from pipeline.render.view import described
from rules import values as v
from rules.assessment import (
    Assessment,
    Citation,
    CodeRef,
    Determination,
    Finding,
    Missing,
    Parameter,
    Pathway,
    Pitfall,
    Remedy,
)  # fmt: skip
from rules.case import Case, ClaimLine, Diagnosis, Document, Evidence, Fact, Request

NOTE = (
    "\r\n  PLAN <script>alert('x')</script> & \"more\"\r\n"
    "Pain shoots to the left calf &amp; foot. כאב גב תחתון 🦴 e\u0301\n"
    "Therapy six weeks, failed.\rOld line end. RF of L4-5 (64635) for M47.816.\n"
)


class Dom(HTMLParser):
    """Ids, links and the text of the notes and of every mark, read as a browser would."""

    def __init__(self, page: str) -> None:
        super().__init__(convert_charrefs=True)
        self.ids: list[str] = []
        self.hrefs: list[str] = []
        self.loads: list[str] = []
        self.notes: list[str] = []
        self.marks: dict[str, str] = {}
        self.scripts = 0
        self._in_note = 0
        self._open: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        a = dict(attrs)
        if a.get("id"):
            self.ids.append(a["id"] or "")
        if tag == "a":
            self.hrefs.append(a.get("href") or "")
        elif a.get("src") or a.get("href"):
            self.loads.append(tag)
        self.scripts += tag == "script"
        if tag == "div" and a.get("class") == "note":
            self._in_note = 1
            self.notes.append("")
        elif tag == "mark" and a.get("data-q"):
            self._open.append(a["data-q"] or "")
            self.marks.setdefault(self._open[-1], "")

    def handle_endtag(self, tag: str) -> None:
        if tag == "mark" and self._open:
            self._open.pop()
        if tag == "div":
            self._in_note = 0

    def handle_data(self, data: str) -> None:
        if self._in_note:
            self.notes[-1] += data
            for name in self._open:
                self.marks[name] += data


def place(text: str, quote: str, document: str = "note") -> Evidence:
    start = text.index(quote)
    return Evidence(document=document, start=start, end=start + len(quote), quote=quote, section="plan")


def sample(text: str = NOTE, case_id: str = "case <1>") -> Result:
    document = document_from_text(text)
    pain = place(text, "Pain shoots to the left calf &amp; foot.")
    calf = place(text, "left calf &amp; foot. כאב")
    asked = place(text, "L4-5 (64635) for M47.816")
    source = Citation(title="A tabular list", href="https://example.org/list", verification="primary")
    odd = Citation(title="No link", href="javascript:alert(1)", verification="seed")
    figure = Parameter(
        name="conservative_care_weeks", value=6, unit="weeks", policy="guideline", policy_version="1",
        effective_from=dt.date(2025, 1, 1), verification="seed", last_verified=dt.date(2026, 2, 1),
        reference="S1",
    )  # fmt: skip
    case = Case(
        case_id=case_id,
        documents=(Document(id="note", sha256=document.sha256, length=len(text), date=dt.date(2026, 1, 5)),),
        request=Request(
            lines=(ClaimLine(cpt="64635", levels=("L4-L5",), evidence=(asked,)),),
            diagnoses=(Diagnosis(code="M47.816", description="spondylosis", evidence=(asked,)),),
        ),
        therapies=(
            Fact[v.Therapy](
                **place(text, "Therapy six weeks, failed.").model_dump(), id="therapies.1",
                value=v.Therapy(modality="physical_therapy", status="past", weeks=6, outcome="failed"),
                extractor="therapies", version="1",
            ),
        ),
    )  # fmt: skip
    findings = (
        Finding(
            id="A1-M47.816", check="title", ref="A1", version="1", title="Code title against the narrative",
            outcome="contradiction", severity="blocking", message="The title says without radiculopathy.",
            evidence=(pain, calf), codes=(CodeRef(system="ICD-10-CM", code="M47.816", title="Spondylosis"),),
            citations=(source, odd), remedies=(Remedy(action="Submit what the record shows."),),
        ),
        Finding(
            id="A4", check="care", ref="A4", version="1", title="Conservative care", outcome="not_documented",
            severity="major", required=True, message="No outcome.", parameters=(figure,),
        ),
        Finding(
            id="B5", check="other", ref="B5", version="1", title="Another", outcome="not_applicable",
            severity="info", message="Does not concern it.",
        ),
    )  # fmt: skip
    assessment = Assessment(
        case_id=case_id, documents=case.documents, case=case, policy="guideline", on=dt.date(2026, 1, 5),
        determination=Determination(
            answer="not_supported_as_coded", statement="Not supported as coded.", because=("A1-M47.816",)
        ),
        findings=findings,
        pathways=(Pathway(id="p", title="Path", applies_because="so", steps=("one", "two")),),
        missing_documentation=(Missing(item="Outcome of care", findings=("A4",)),),
        pitfalls=(Pitfall(id="x", text="Silence is not no."),), references=(source,),
        versions={"rules": "1"}, notices=("note: read as cp1252",),
    )  # fmt: skip
    return Result(assessment, Built(case, (document,)))


@pytest.fixture(scope="module")
def page() -> str:
    return render_html(sample())


def as_read(text: str) -> str:
    """What a browser makes of the text: NUL cannot stand in a page and is drawn as its symbol."""
    return text.replace("\x00", "\u2400")


@given(
    st.text(alphabet="ab<&\"'\r\n\x00 é🦴א", min_size=1, max_size=40),
    st.lists(st.tuples(st.integers(0, 45), st.integers(0, 45)), max_size=8),
)
def test_marked_text_is_the_text_and_marks_are_the_quotes(text: str, spans: list[tuple[int, int]]) -> None:
    marks = [Mark(f"m{i}", s, e, "fact", (Link("#x", "x", "x"),)) for i, (s, e) in enumerate(spans)]
    dom = Dom(f'<div class="note">{highlighted(text, marks)}</div>')
    assert dom.notes == [as_read(text)]
    good = {m.id: as_read(text[m.start : m.end]) for m in marks if 0 <= m.start < m.end <= len(text)}
    assert dom.marks == good
    assert set(dom.ids) == set(good)
    assert len(dom.ids) == len(good)


def test_segments_cover_the_text_without_gap_or_overlap() -> None:
    cut = list(
        segments(
            10, [Mark("a", 2, 6, "x"), Mark("b", 4, 9, "x"), Mark("c", 2, 4, "x"), Mark("d", 3, 99, "x")]
        )
    )
    assert [(s.start, s.end, [m.id for m in s.marks]) for s in cut] == [
        (0, 2, []), (2, 4, ["a", "c"]), (4, 6, ["a", "b"]), (6, 9, ["b"]), (9, 10, []),
    ]  # fmt: skip


def test_many_marks_take_time_in_proportion() -> None:
    text = "word " * 100_000
    marks = [Mark(f"m{i}", i * 10, i * 10 + 15, "fact") for i in range(40_000)]
    assert len(highlighted(text, marks)) > len(text)


def test_carriage_returns_survive() -> None:
    assert plain("a\r\nb\rc") == "a&#13;\nb&#13;<br>c"


def test_the_page_shows_the_whole_note_and_marks_every_quote(page: str) -> None:
    dom = Dom(page)
    assert dom.notes == [NOTE]
    quotes = {
        "Pain shoots to the left calf &amp; foot.",
        "left calf &amp; foot. כאב",
        "L4-5 (64635) for M47.816",
    }
    assert quotes <= set(dom.marks.values())
    assert "Therapy six weeks, failed." in dom.marks.values()


def test_links_resolve_both_ways_and_ids_are_unique(page: str) -> None:
    dom = Dom(page)
    assert len(dom.ids) == len(set(dom.ids))
    inside = [h[1:] for h in dom.hrefs if h.startswith("#")]
    assert set(inside) <= set(dom.ids)
    assert {"finding-A1-M47.816", "finding-A4", "finding-B5", "fact-therapies.1"} <= set(dom.ids)
    assert set(dom.marks) <= set(inside), "every mark is reached from somewhere"
    assert "finding-A1-M47.816" in inside


def test_nothing_in_a_note_or_id_becomes_markup(page: str) -> None:
    assert Dom(page).scripts == 1
    assert "<script>alert" not in page
    assert "case &lt;1&gt;" in page
    assert "javascript:" not in page


def test_the_page_loads_nothing(page: str) -> None:
    assert Dom(page).loads == []
    assert not re.search(r"url\(|@import|<link|<img|<iframe", page)
    assert "default-src &#39;none&#39;" in page or "default-src 'none'" in html.unescape(page)


@pytest.mark.parametrize(
    "shown",
    [
        "Not supported as coded", "Code title against the narrative", "Submit what the record shows.",
        "conservative care weeks", "6 weeks", "last verified 2026-02-01", "Outcome of care",
        "Silence is not no.",
        "read as cp1252", "https://example.org/list", "radiofrequency ablation", "does not approve, deny",
        "physical therapy", "Conservative care", "required by the policy",
    ],
)  # fmt: skip
def test_the_page_says_what_a_reviewer_needs(page: str, shown: str) -> None:
    assert shown in html.unescape(page)


def test_the_answer_comes_before_the_findings_and_the_record(page: str) -> None:
    order = [page.index(f'id="{name}"') for name in ("answer", "request", "findings", "facts", "record")]
    assert order == sorted(order)


def test_index_links_each_report_and_counts() -> None:
    a = sample().assessment
    page = render_index([("case _1_.html", a), ("b.html", a.model_copy(update={"case_id": "b"}))])
    assert {"case%20_1_.html", "b.html"} <= set(Dom(page).hrefs)
    assert "2 cases" in page
    assert "<b>2</b>" in page


def test_an_index_of_nothing_is_a_page() -> None:
    assert "0 cases" in render_index([])


def test_values_in_words_leave_silence_out() -> None:
    value = v.Injection(kind="medial_branch_block", status="past", percent_relief=80, relief_days=3)
    assert described(value.model_dump(mode="json")) == [
        ("kind", "medial branch block"), ("status", "past"), ("relief", "80%"), ("relief lasted", "3 days"),
    ]  # fmt: skip


def _luminance(colour: str) -> float:
    full = colour if len(colour) == 6 else "".join(c * 2 for c in colour)
    parts = [int(full[i : i + 2], 16) / 255 for i in (0, 2, 4)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


@pytest.mark.parametrize("block", [0, 1, 2], ids=["light", "dark", "print"])
def test_contrast_of_text_is_at_least_4_5(page: str, block: int) -> None:
    """WCAG 2.1, 1.4.3: every ink on every ground that it stands on."""
    style = re.findall(r":root \{([^}]*)\}", page)[block]
    colours = dict(re.findall(r"--([a-z-]+): #([0-9a-f]{3,6})", style))
    pairs = [(i, g) for i in ("ink", "soft", "link") for g in ("paper", "ground")]
    pairs += [(k, g) for k in ("bad", "warn", "look", "good", "plain") for g in (f"{k}-ground", "paper")]
    pairs += [("ink", f"{k}-ground") for k in ("bad", "warn", "look", "good", "plain")]
    for ink, ground in pairs:
        one, other = sorted((_luminance(colours[ink]), _luminance(colours[ground])), reverse=True)
        assert (one + 0.05) / (other + 0.05) >= 4.5, (ink, ground)
