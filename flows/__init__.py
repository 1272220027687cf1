"""Thin Prefect flows over `pipeline`: they pass ids and counts, never the text of a note."""
