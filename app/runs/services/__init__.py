"""What people do with runs. Each function is one use case, inside the caller's transaction."""

from app.runs.services.attendance import close_list, complete, mark, mark_all
from app.runs.services.enrolment import Newcomer, enrol, enrol_newcomer, share_with_employer, withdraw
from app.runs.services.planning import cancel_run, faults_of_plan, open_run

__all__ = [
    "Newcomer",
    "cancel_run",
    "close_list",
    "complete",
    "enrol",
    "enrol_newcomer",
    "faults_of_plan",
    "mark",
    "mark_all",
    "open_run",
    "share_with_employer",
    "withdraw",
]
