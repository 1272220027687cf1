"""Examination findings that bear on facet or root disease, and the reading of test results."""
