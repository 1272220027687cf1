"""Abbreviations defined in the note, and diagnosis phrases without a code linked to ICD-10-CM (scispaCy)."""
