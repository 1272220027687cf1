"""The queue worked on by a Dask cluster: the same results, and a process that dies takes nobody along."""

from __future__ import annotations

import importlib.util
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from flows.dask_drain import drain_on_dask
from pipeline.errors import OutputError, UsageError
from pipeline.site import Site, load_site

HANDS = Path(__file__).parents[1] / "pipeline" / "work"


@pytest.fixture(scope="module")
def light() -> Iterator[Any]:
    """The light assessor, as worker processes import it."""
    sys.path.insert(0, str(HANDS))
    import light

    yield light
    sys.path.remove(str(HANDS))


@pytest.fixture(scope="module")
def cluster(light: object, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """Two processes of one thread each, on loopback only."""
    if importlib.util.find_spec("distributed") is None:
        pytest.skip("Dask is not installed")
    from distributed import LocalCluster

    made = LocalCluster(
        n_workers=2, threads_per_worker=1, processes=True, dashboard_address=None, host="127.0.0.1",
        local_directory=str(tmp_path_factory.mktemp("dask")), silence_logs=50,
    )  # fmt: skip
    with made:
        yield made


def payloads(site: Site) -> dict[str, str | None]:
    with site.open_store() as store:
        return {r.case_id: r.payload for r in store.results()}


def settings(cluster: Any) -> str:
    return f'document_seconds: 2, dask: "{cluster.scheduler_address}"'


@pytest.mark.slow
def test_a_cluster_gives_the_results_that_one_process_gives(tmp_path: Path, cluster: Any, light: Any) -> None:
    from pipeline.work.pool import drain

    texts = {f"case-{n:03}": f"document {n}" for n in range(80)}
    here = light.site_with(tmp_path / "here", texts)
    there = light.site_with(tmp_path / "there", texts, settings(cluster))
    drain(here, processes=1, assessor=light.NAME, versions=light.VERSIONS)
    seen: list[int] = []
    counts = drain_on_dask(there, assessor=light.NAME, versions=light.VERSIONS, progress=seen.append)
    assert (counts["done"], counts["dead"], counts["deaths"]) == (80, 0, 0)
    assert sum(seen) == 80
    assert all(type(n) is int for n in counts.values())
    assert payloads(there) == payloads(here)


@pytest.mark.slow
def test_a_document_that_ends_its_process_becomes_a_dead_letter(
    tmp_path: Path, cluster: Any, light: Any
) -> None:
    texts = {f"case-{n:03}": f"document {n}" for n in range(40)}
    texts |= {"kills": "kill always"}
    site = light.site_with(tmp_path, texts, settings(cluster) + ", attempts: 1")
    drain_on_dask(site, assessor=light.NAME, versions=light.VERSIONS)
    with site.open_store() as store:
        rows = {r.case_id: (r.state, r.attempts) for r in store.results(payloads=False)}
    assert rows.pop("kills") == ("dead", 1)
    assert set(rows.values()) == {("done", 1)}


@pytest.mark.slow
def test_a_cluster_that_cannot_be_used_is_said(tmp_path: Path, cluster: Any, light: Any) -> None:
    site = light.site_with(tmp_path, {})
    with pytest.raises(UsageError, match="the site names no cluster"):
        drain_on_dask(site)
    site.file.write_text('store: store.sqlite\nwork: {dask: "tcp://127.0.0.1:9"}\n')
    with pytest.raises(OutputError, match="no scheduler answers"):
        drain_on_dask(load_site(site.file))
