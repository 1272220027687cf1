"""Ground floor: the structured case, the codes, the checks and the policies.

Needs pydantic and PyYAML only, and works from a JSON case alone.
"""
