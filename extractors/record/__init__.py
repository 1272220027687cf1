"""Stated reasons, and the formal parts of the record: signature, order, procedure note."""
