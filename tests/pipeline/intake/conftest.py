"""A site of one's own with an inbox, and its open store."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from pipeline.intake.inbox import Ingest, IngestCounts, ingest_inbox
from pipeline.site import Site, init_site, load_site
from pipeline.store import Store, Stored

#: The intake works for any set of versions; real ones take seconds to load.
VERSIONS = {"rules": "test"}


@dataclass
class InboxSite:
    """A site whose inbox settles at once."""

    site: Site
    store: Store

    @property
    def inbox(self) -> Path:
        return self.site.at(self.site.inbox.folder) if self.site.inbox else Path()

    def put(self, place: str, content: str | bytes = "Low back pain.") -> Path:
        path = self.inbox / place
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return path

    def ingest(self) -> IngestCounts:
        return ingest_inbox(self.site, self.store, VERSIONS)

    def again(self, settle: float = 0.0) -> Ingest:
        """One that remembers what it saw."""
        assert self.site.inbox
        inbox = self.site.inbox.model_copy(update={"settle_seconds": settle})
        changed = self.site.model_copy(update={"inbox": inbox})
        changed._file = self.site._file
        return Ingest(changed, self.store, VERSIONS)

    def rows(self) -> dict[str, Stored]:
        """Rows by case id; each case once."""
        found = list(self.store.results(payloads=False))
        assert len({(r.case_id, r.documents) for r in found}) == len(found)
        return {r.case_id: r for r in found}

    def left(self) -> set[str]:
        """Files in the inbox, without those refused."""
        return {
            p.relative_to(self.inbox).as_posix()
            for p in self.inbox.rglob("*")
            if (p.is_symlink() or not p.is_dir()) and ".refused" not in p.parts
        }

    def refused(self) -> set[str]:
        folder = self.inbox / ".refused"
        return {
            "/".join(p.relative_to(folder).parts[1:])
            for p in folder.rglob("*")
            if (p.is_symlink() or not p.is_dir()) and ".why" not in p.parts
        }


def make_site(folder: Path) -> Site:
    """Settings with an inbox that settles at once."""
    file = init_site(folder)
    text = file.read_text(encoding="utf-8")
    file.write_text(
        text.replace("  folder: inbox\n", "  folder: inbox\n  settle_seconds: 0\n  max_bytes: 100000\n"),
        encoding="utf-8",
    )
    return load_site(file)


@pytest.fixture
def here(tmp_path: Path) -> Iterator[InboxSite]:
    """A site in a folder of its own."""
    site = make_site(tmp_path / "site")
    with site.open_store() as store:
        yield InboxSite(site, store)
