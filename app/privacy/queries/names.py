"""What people call the things that their rows refer to by number."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.models import ConsentText, RoleGrant
from app.companies.models import Company
from app.kit.localised import Localised
from app.modules.models import ModuleVersion
from app.privacy.queries.paths import Who, sql_table
from app.runs.models import Enrolment, Run
from app.trios.models import Organisation, Trio

Names = Mapping[tuple[str, int], str | Localised]


def leads_of(name: str) -> dict[str, str]:
    """By column of a table: the table that its foreign key leads to."""
    return {
        column.name: foreign.column.table.name for column in sql_table(name).columns for foreign in column.foreign_keys
    }


def list_names(session: Session, who: Who) -> Names:
    """By table and number: the person's places and runs by title, companies, Trios, organisations and wordings."""
    names: dict[tuple[str, int], Any] = {}
    places = (
        select(Enrolment.id, Run.id, ModuleVersion.title, Company.id, Company.name)
        .join(Run, Run.id == Enrolment.run_id)
        .join(ModuleVersion, ModuleVersion.id == Run.version_id)
        .outerjoin(Company, Company.id == Enrolment.company_id)
        .where(Enrolment.user_id == who.id)
    )
    for enrolment_id, run_id, title, company_id, company in session.execute(places):
        names |= {("enrolments", enrolment_id): title, ("runs", run_id): title, ("companies", company_id): company}
    roles = (
        select(Trio.id, Trio.name, Company.id, Company.name, Organisation.id, Organisation.name)
        .select_from(RoleGrant)
        .outerjoin(Trio, Trio.id == RoleGrant.trio_id)
        .outerjoin(Company, Company.id == RoleGrant.company_id)
        .outerjoin(Organisation, Organisation.id == RoleGrant.organisation_id)
        .where(RoleGrant.user_id == who.id)
    )
    for trio_id, trio, company_id, company, organisation_id, organisation in session.execute(roles):
        names |= {("trios", trio_id): trio, ("companies", company_id): company}
        names |= {("organisations", organisation_id): organisation}
    wordings = session.execute(select(ConsentText.id, ConsentText.text))
    names |= {("consent_texts", number): text for number, text in wordings}
    return names
