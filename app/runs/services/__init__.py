"""What people do with runs. Each function is one use case, inside the caller's transaction."""

from app.runs.services.attendance import close_list, complete, mark, mark_all
from app.runs.services.companies import move_company
from app.runs.services.enrolment import enrol, name_company, share_with_employer, withdraw
from app.runs.services.newcomers import enrol_newcomer, write_to_newcomer
from app.runs.services.planning import cancel_run, faults_of_plan, open_run, why_not_publish

__all__ = [
    "cancel_run",
    "close_list",
    "complete",
    "enrol",
    "enrol_newcomer",
    "faults_of_plan",
    "mark",
    "mark_all",
    "move_company",
    "name_company",
    "open_run",
    "share_with_employer",
    "why_not_publish",
    "withdraw",
    "write_to_newcomer",
]
