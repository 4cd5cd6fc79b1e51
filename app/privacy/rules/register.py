"""The registers of all capabilities as one."""

from collections.abc import Sequence
from dataclasses import dataclass

from app.accounts.personal import REGISTER as ACCOUNTS
from app.assessment.personal import REGISTER as ASSESSMENT
from app.companies.personal import REGISTER as COMPANIES
from app.competences.personal import REGISTER as COMPETENCES
from app.credentials.personal import REGISTER as CREDENTIALS
from app.evaluation.personal import REGISTER as EVALUATION
from app.kit.personal import REGISTER as KIT
from app.kit.personal import Impersonal, Purpose, Table
from app.learning.personal import REGISTER as LEARNING
from app.modules.personal import REGISTER as MODULES
from app.privacy.personal import REGISTER as PRIVACY
from app.profiles.personal import REGISTER as PROFILES
from app.runs.personal import REGISTER as RUNS
from app.trios.personal import REGISTER as TRIOS

REGISTERS = (
    ACCOUNTS, PRIVACY, RUNS, LEARNING, ASSESSMENT, CREDENTIALS, EVALUATION, MODULES, PROFILES, COMPANIES, TRIOS,
    COMPETENCES, KIT,
)  # fmt: skip

TABLES: dict[str, Table] = {table.name: table for register in REGISTERS for table in register.tables}
"""Every table that knows something about people, by name, in the order in which people read about them."""

IMPERSONAL: dict[str, Impersonal] = {table.name: table for register in REGISTERS for table in register.impersonal}


@dataclass(frozen=True, slots=True)
class Activity:
    """A purpose and the tables that serve it: one entry of the record of processing activities (Art. 30 GDPR)."""

    purpose: Purpose
    tables: Sequence[Table]


def _by_purpose() -> tuple[Activity, ...]:
    purposes: list[Purpose] = []
    for table in TABLES.values():
        if table.purpose not in purposes:
            purposes.append(table.purpose)
    return tuple(
        Activity(purpose, [table for table in TABLES.values() if table.purpose == purpose]) for purpose in purposes
    )


BY_PURPOSE = _by_purpose()
