"""Typed values with offsets from clinical text: pure functions, standard library only.

Every ``find_*`` takes the text of a sentence or clause and ``base`` (added to all offsets), never raises
on odd text, and takes linear time.
"""

from extractors.quantities.date_ranges import DateRange, Since, find_date_ranges, find_since
from extractors.quantities.dates import DateMention, find_dates, resolve
from extractors.quantities.durations import Duration, find_durations, weeks
from extractors.quantities.laterality import Laterality, find_laterality, laterality
from extractors.quantities.levels import Levels, find_levels, levels, region_of_levels
from extractors.quantities.numbers import Number, find_numbers, parse_number
from extractors.quantities.percent import Percent, find_percents
from extractors.quantities.relief import (
    Relief,
    ScoreFall,
    find_relief,
    find_score_falls,
    relief_from_scores,
)
from extractors.quantities.scores import Score, find_scores
from extractors.quantities.sessions import Sessions, find_sessions, planned_sessions, sessions

__all__ = [
    "DateMention", "DateRange", "Duration", "Laterality", "Levels", "Number", "Percent", "Relief", "Score",
    "ScoreFall", "Sessions", "Since", "find_date_ranges", "find_dates", "find_durations", "find_laterality", "find_levels",
    "find_numbers", "find_percents", "find_relief", "find_score_falls", "find_scores", "find_sessions", "find_since",
    "laterality", "levels", "parse_number", "planned_sessions", "region_of_levels", "relief_from_scores",
    "resolve", "sessions", "weeks",
]  # fmt: skip
