"""What is counted, what is withheld, who reads it. Pure: no database, no request, no clock."""

from app.reporting.rules.access import may_read_reports, trios_reported_to
from app.reporting.rules.figures import (
    ALL,
    NO_COMPANY,
    SIZES,
    TOTAL,
    YEAR,
    Activity,
    Companies,
    Counts,
    Group,
    sme_share,
)
from app.reporting.rules.headline import Headline, headline_of, headline_span
from app.reporting.rules.periods import Quarter, quarters_begun, quarters_between
from app.reporting.rules.protection import Withheld, withheld_figures, withheld_runs
from app.reporting.rules.regions import region_name
from app.reporting.rules.report import FIGURES, GroupLine, Line, Report, pending_quarter, report_of
from app.reporting.rules.withholding import (
    FEWEST_COMPANIES,
    LAST_RESORT,
    Axis,
    Grid,
    Risk,
    risk_of_companies,
    risk_of_people,
    withheld,
    withheld_parts,
)

__all__ = [
    "ALL",
    "FEWEST_COMPANIES",
    "FIGURES",
    "LAST_RESORT",
    "NO_COMPANY",
    "SIZES",
    "TOTAL",
    "YEAR",
    "Activity",
    "Axis",
    "Companies",
    "Counts",
    "Grid",
    "Group",
    "GroupLine",
    "Headline",
    "Line",
    "Quarter",
    "Report",
    "Risk",
    "Withheld",
    "headline_of",
    "headline_span",
    "may_read_reports",
    "pending_quarter",
    "quarters_begun",
    "quarters_between",
    "region_name",
    "report_of",
    "risk_of_companies",
    "risk_of_people",
    "sme_share",
    "trios_reported_to",
    "withheld",
    "withheld_figures",
    "withheld_parts",
    "withheld_runs",
]
