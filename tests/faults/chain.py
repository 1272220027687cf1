"""A whole site - in, work, out - whose processes are killed again and again, at every place on the way."""

from __future__ import annotations

import hashlib
import json
import random
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from pipeline.outgoing.message import OutgoingResult
from pipeline.store import Store

from .held import NOTE, Where, sound
from .processes import Process, Zygote

#: Steps of a document's way, with the places where a process may die.
STEPS: Final = {
    "take": ("taken", "keeping", "kept", "queueing", "queued"),
    "work_site": ("claimed", "begun", "assessed", "finishing", "finished"),
    "send": ("writing", "sent"),
}
POINTS: Final = tuple((step, point) for step, points in STEPS.items() for point in points)
_SITE: Final = """\
store: env:FAULTS_STORE
inbox: {inbox}
sources: {sources}
outgoing: [{{kind: folder, folder: results}}]
work: {{attempts: 50}}
"""


@dataclass
class Chain:
    """A site under ``folder`` whose documents come by ``publish``, or by its inbox where that is None.

    ``source`` is the broker's part of the settings, as YAML; its address stands in ``env:FAULTS_BROKER``.
    """

    zygote: Zygote
    folder: Path
    store: str
    source: str = ""
    publish: Callable[[bytes], object] | None = None
    broker: str = ""
    fed: int = 0
    kills: Counter[str] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        for name in ("inbox", "elsewhere"):
            (self.folder / name).mkdir(parents=True)
        inbox = "null" if self.source else "{folder: inbox, settle_seconds: 0}"
        settings = _SITE.format(inbox=inbox, sources=f"[{self.source}]" if self.source else "[]")
        (self.folder / "site.yaml").write_text(settings)

    @property
    def where(self) -> Where:
        """Its store and documents."""
        return Where(self.store, str(self.folder / "documents"))

    def feed(self, n: int) -> None:
        """Hand over ``n`` more documents; some of them twice, as a broker may."""
        for _ in range(n):
            self.fed += 1
            name, text = f"case-{self.fed:04}", NOTE.format(n=self.fed)
            if self.publish is None:
                new = self.folder / "elsewhere" / f"{name}.txt"
                new.write_text(text)
                new.rename(self.folder / "inbox" / new.name)
                continue
            message = {
                "schema": "notewarrant.intake/1", "case_id": name,
                "documents": [{"name": "note.txt", "text": text}],
            }  # fmt: skip
            for _ in range(1 + (self.fed % 3 == 0)):
                self.publish(json.dumps(message).encode())

    def start(self, step: str, failpoint: str = "") -> Process:
        """Start a step."""
        return self.zygote.start(
            step, failpoint=failpoint, site=str(self.folder), limits={"attempts": 50},
            environment={"FAULTS_STORE": self.store, "FAULTS_BROKER": self.broker},
        )  # fmt: skip

    def step(self, step: str, failpoint: str = "") -> bool:
        """Run a step; return whether it was killed at the place. It fails where it ends in any other way."""
        process = self.start(step, failpoint)
        if failpoint and process.killed:
            self.kills[failpoint.partition(":")[0]] += 1
            return True
        process.value()
        return False

    def round(self, step: str, point: str, hit: int) -> None:
        """Feed, do the steps before, and have the step's process die when it comes there for that time."""
        self.feed(hit + 2)
        for before in STEPS:
            if before == step:
                break
            self.step(before)
        self.step(step, f"{point}:{hit}")

    def end(self) -> None:
        """Run every step to its end, and check that each document has one whole result, sent on."""
        self.feed(1)
        for step in STEPS:
            self.step(step)
        counts = sound(self.where)
        assert counts["done"] == self.fed == sum(counts.values()), (counts, self.fed)
        files = sorted((self.folder / "results").iterdir())
        with Store(self.store) as store:
            rows = {f"{r.key}.json": r for r in store.results(states=["done"])}
            attempts = sum(r.attempts for r in rows.values())
        assert [f.name for f in files] == sorted(rows), "each is sent on, whole"
        for f in files:
            sent = OutgoingResult.model_validate_json(f.read_bytes())
            assert sent.sha256 == hashlib.sha256((rows[f.name].payload or "").encode()).hexdigest()
        assert attempts <= self.fed + sum(self.kills[p] for p in STEPS["work_site"]), (
            "one document's work a kill"
        )
        left = [p for p in (self.folder / "inbox").rglob("*") if p.is_file()]
        left += (self.folder / "documents").glob(".part-*")
        assert not left, "nothing stays behind on the way"


def sweep(chain: Chain, hits: int, check: Callable[[], object]) -> None:
    """Kill at every place, at each of the first ``hits`` times that a process comes there."""
    for hit in range(1, hits + 1):
        for step, point in POINTS:
            chain.round(step, point, hit)
        check()


def shuffle(chain: Chain, rounds: int, seed: int, check: Callable[[], object]) -> None:
    """Kill at places and times by lot."""
    lot = random.Random(seed)
    for n in range(1, rounds + 1):
        step, point = lot.choice(POINTS)
        chain.round(step, point, lot.randint(1, 6))
        if n % 20 == 0:
            check()
