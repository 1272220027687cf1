"""Radicular symptoms and signs, settled to one status a spinal region."""
