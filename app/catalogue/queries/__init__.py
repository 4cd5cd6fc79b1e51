"""Reading what is on offer."""

from app.catalogue.queries.courses import Course, ProfileName, Reached, get_course
from app.catalogue.queries.profiles import Covered, Need, Teaching, get_profile, list_profiles
from app.catalogue.queries.search import (
    Found,
    Hit,
    NextRun,
    browse,
    count_by_stage,
    count_modules,
    list_entries,
)

__all__ = [
    "Course",
    "Covered",
    "Found",
    "Hit",
    "Need",
    "NextRun",
    "ProfileName",
    "Reached",
    "Teaching",
    "browse",
    "count_by_stage",
    "count_modules",
    "get_course",
    "get_profile",
    "list_entries",
    "list_profiles",
]
