"""Therapies: non-operative, non-injection care, with status, length, visits and outcome."""
