"""Watching: logs, status, metrics and drift; ids, codes, counts and digests, never what a note says."""
