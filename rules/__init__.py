"""Codes, policies and checks: what a structured case is held against. Imports pydantic and PyYAML only.

``assess(Case.model_validate_json(text), "guideline").determination`` is the direct answer on a case.
"""

from rules.assessment import Assessment
from rules.case import Case
from rules.engine import assess

__all__ = ["Assessment", "Case", "assess"]
