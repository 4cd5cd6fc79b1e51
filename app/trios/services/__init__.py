"""Making Trios, letting partners come and leave, keeping the register, branding."""

from app.trios.services.branding import Presentation, present, remove_logo, set_logo, write_legal_page
from app.trios.services.logos import Drawn, read_logo
from app.trios.services.organisations import Details, add_organisation, change_organisation, faults_of_details
from app.trios.services.partnerships import (
    Part,
    add_partner,
    change_partner,
    end_partnership,
    end_roles_of_partner,
    is_there,
    keep_partner,
    last_day,
    move_coordination,
    why_not_add,
    why_not_change,
    why_not_end,
)
from app.trios.services.trios import Plan, faults_of_plan, found_trio, is_founded

__all__ = [
    "Details",
    "Drawn",
    "Part",
    "Plan",
    "Presentation",
    "add_organisation",
    "add_partner",
    "change_organisation",
    "change_partner",
    "end_partnership",
    "end_roles_of_partner",
    "faults_of_details",
    "faults_of_plan",
    "found_trio",
    "is_founded",
    "is_there",
    "keep_partner",
    "last_day",
    "move_coordination",
    "present",
    "read_logo",
    "remove_logo",
    "set_logo",
    "why_not_add",
    "why_not_change",
    "why_not_end",
    "write_legal_page",
]
