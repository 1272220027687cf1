"""Assertion: medspaCy's ConText with our own rules on top of the shipped ones."""
