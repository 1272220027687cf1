"""Radiofrequency, chemical and cryo denervation."""
