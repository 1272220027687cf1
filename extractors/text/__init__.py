"""Sections and sentences: linear in the note's length, no tokenizer."""
