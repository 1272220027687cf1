"""Memory and handles of a drain and its workers over time, and whether they stay flat."""

from __future__ import annotations

import statistics
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

#: Seconds of a worker's life that are not judged (caches fill); who lives as long again is.
_WARM: Final = 30.0
#: Kilobytes by which the parent, and handles by which anybody may be above where it was.
_PARENT_KB: Final = 4096
_HANDLES: Final = 3
#: Share of its size by which a worker may be expected to grow until it is replaced.
_WORKER_SHARE: Final = 0.25


def children(pid: int) -> list[int]:
    """Living processes whose parent is ``pid``."""
    found = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        if int(fields[1]) == pid and fields[0] != "Z":
            found.append(int(stat.parent.name))
    return found


def workers(pid: int) -> list[int]:
    """Worker processes of a drain: what its server of processes has forked."""
    return [worker for server in _servers(pid) for worker in children(server)]


def _servers(pid: int) -> list[int]:
    out = []
    for child in children(pid):
        try:
            if b"forkserver" in Path(f"/proc/{child}/cmdline").read_bytes():
                out.append(child)
        except OSError:
            continue
    return out


@dataclass(frozen=True)
class Sample:
    """What a process had at a time: seconds since its first sample, resident kilobytes, open handles."""

    age: float
    kilobytes: int
    handles: int


def _sample(pid: int, age: float) -> Sample | None:
    try:
        status = Path(f"/proc/{pid}/status").read_text()
        handles = sum(1 for _ in Path(f"/proc/{pid}/fd").iterdir())
    except OSError:
        return None
    lines = [line for line in status.splitlines() if line.startswith("VmRSS")]
    return Sample(age, int(lines[0].split()[1]), handles) if lines else None


@dataclass
class Samples:
    """The series of every process that was seen."""

    parents: dict[int, list[Sample]] = field(default_factory=dict)
    workers: dict[int, list[Sample]] = field(default_factory=dict)
    _first: dict[int, float] = field(default_factory=dict)

    def take(self, parent: int) -> list[int]:
        """Look at a drain now; returns its workers."""
        now = time.monotonic()
        found = workers(parent)
        for pid, series in ((parent, self.parents), *((w, self.workers) for w in found)):
            taken = _sample(pid, now - self._first.setdefault(pid, now))
            if taken:
                series.setdefault(pid, []).append(taken)
        return found

    def left(self) -> list[int]:
        """Processes that were seen and still run."""
        return [pid for pid in self._first if _sample(pid, 0.0) is not None]


def _slope(lives: list[list[Sample]]) -> float:
    """Kilobytes a minute within lives (least squares, each life with a level of its own)."""
    above = below = 0.0
    for life in lives:
        age = statistics.fmean(s.age for s in life)
        size = statistics.fmean(s.kilobytes for s in life)
        above += sum((s.age - age) * (s.kilobytes - size) for s in life)
        below += sum((s.age - age) ** 2 for s in life)
    return 60 * above / below if below else 0.0


def _thirds(series: list[Sample]) -> tuple[list[Sample], list[Sample]]:
    third = max(1, len(series) // 3)
    return series[:third], series[-third:]


def judged(samples: Samples, worker_seconds: float) -> tuple[dict[str, Any], list[str]]:
    """Figures, and what is not flat in words.

    Parameters
    ----------
    samples
        What was seen.
    worker_seconds
        For how long a worker lives until it is replaced.
    """
    faults: list[str] = []
    parent = max(samples.parents.values(), key=len)
    parent = [s for s in parent if s.age >= min(_WARM, parent[-1].age / 3)]
    early, late = _thirds(parent)
    growth = statistics.median(s.kilobytes for s in late) - statistics.median(s.kilobytes for s in early)
    if growth > _PARENT_KB:
        faults.append(f"the parent grew by {growth:.0f} KB")
    if max(s.handles for s in late) > max(s.handles for s in early) + _HANDLES:
        faults.append("the parent's handles grew")
    lives = [[s for s in life if s.age >= _WARM] for life in samples.workers.values()]
    lives = [life for life in lives if life and life[-1].age >= 2 * _WARM]
    out: dict[str, Any] = {
        "parent": {
            "kilobytes_first_third": round(statistics.median(s.kilobytes for s in early)),
            "kilobytes_last_third": round(statistics.median(s.kilobytes for s in late)),
            "kilobytes_a_minute": round(_slope([parent]), 1),
            "handles_most": max(s.handles for s in parent),
            "handles_last": parent[-1].handles,
        },
        "workers_seen": len(samples.workers),
        "worker_lives_judged": len(lives),
    }
    if lives:
        size = statistics.median(life[0].kilobytes for life in lives)
        slope = _slope(lives)
        expected = slope * worker_seconds / 60
        handles = [s.handles for life in lives for s in life]
        out["workers"] = {
            "kilobytes_warm": round(size),
            "kilobytes_most": max(s.kilobytes for life in lives for s in life),
            "kilobytes_a_minute": round(slope, 1),
            "kilobytes_expected_until_replaced": round(expected),
            "longest_life_seconds": round(max(life[-1].age for life in lives)),
            "handles_least": min(handles),
            "handles_most": max(handles),
        }
        if expected > _WORKER_SHARE * size:
            faults.append(f"a worker would grow by {expected:.0f} KB until it is replaced")
        if max(handles) > min(handles) + _HANDLES:
            faults.append("the workers' handles grew")
    return out, faults
