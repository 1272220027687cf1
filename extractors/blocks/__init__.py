"""Injections and nerve blocks, and the discourse of procedures that ablations share."""
