"""The store: one row a case and circumstances, its state, its result once it is done, and an audit trail."""

from pipeline.store.connection import StoreRefused, StoreUnavailable
from pipeline.store.job import Job, Source, bounded, digest
from pipeline.store.ledger import Store
from pipeline.store.owners import new_owner
from pipeline.store.parts import Limits
from pipeline.store.place import Place, default_place, place
from pipeline.store.rows import Claimed, Stored

__all__ = [
    "Claimed", "Job", "Limits", "Place", "Source", "Store", "StoreRefused", "StoreUnavailable", "Stored",
    "bounded", "default_place", "digest", "new_owner", "place",
]  # fmt: skip
