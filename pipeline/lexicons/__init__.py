"""The lexicons' workbench: lint, trial, suggestions from misses, a user's own entries.

``docs/tutorial-lexicon.md`` leads through it.
"""
