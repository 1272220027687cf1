"""Imaging studies of the spine: modality, region, date, done or planned, and whether they assess a fusion."""
