"""The register of personal data, who may see it, who may be erased, and how long what is kept.

Pure: no database, no request, no clock.
"""

from app.privacy.rules.access import may_see_record
from app.privacy.rules.erasure import Ties, may_erase
from app.privacy.rules.register import BY_PURPOSE, IMPERSONAL, TABLES, Activity
from app.privacy.rules.retention import (
    ACT_NAMES,
    CHUNK,
    NOTICE_DAYS,
    RULES,
    Act,
    Period,
    Rule,
    ends_of,
    trios_ended_before,
    unused_before,
)

__all__ = [
    "ACT_NAMES",
    "BY_PURPOSE",
    "CHUNK",
    "IMPERSONAL",
    "NOTICE_DAYS",
    "RULES",
    "TABLES",
    "Act",
    "Activity",
    "Period",
    "Rule",
    "Ties",
    "ends_of",
    "may_erase",
    "may_see_record",
    "trios_ended_before",
    "unused_before",
]
