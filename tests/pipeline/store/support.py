"""What the store's tests share: a job, many jobs, a clock that they set."""

import dataclasses

from pipeline.store import Job

JOB = Job(
    case_id="case-1", documents=("a" * 64, "b" * 64), paths=("/inbox/1.txt", "/inbox/2.txt"),
    policy="guideline",
    versions={"rules": "1", "policy": "guideline 1"}, as_of="2026-01-05",
    request={"case_file": {"cpt": ["64635"]}},
)  # fmt: skip


def jobs(n: int) -> list[Job]:
    return [dataclasses.replace(JOB, case_id=f"case-{i}") for i in range(n)]


class Clock:
    def __init__(self, time: float = 1_000_000.0) -> None:
        self.time = time

    def __call__(self) -> float:
        return self.time
