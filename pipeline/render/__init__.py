"""Assessments for people: plain text and self-contained HTML."""
