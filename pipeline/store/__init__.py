"""The store: one row a case and circumstances, its state, and the assessment once it is done."""

from pipeline.store.job import Job, digest
from pipeline.store.ledger import Store
from pipeline.store.owners import new_owner
from pipeline.store.rows import Claimed, Stored

__all__ = ["Claimed", "Job", "Store", "Stored", "digest", "new_owner"]
