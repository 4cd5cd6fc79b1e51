"""One maker per table: every argument optional, every default valid and boring."""

import secrets
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from itertools import count
from typing import Any, TypeVar

from sqlalchemy import select
from sqlalchemy.orm import Session, object_session

from app.accounts.models import RoleGrant, SignInSession, User
from app.accounts.rules import Method
from app.accounts.services import digest
from app.companies.models import (
    Company,
    CompanyAid,
    CompanyContact,
    CompanyFiguresOfYear,
    CompanySite,
    TrioCompany,
)
from app.companies.rules import AidKind, Origin, Relation, SizeBasis, SizeClass
from app.companies.services import write_keys
from app.competences.models import Competence, ProcessStep
from app.kit import clock
from app.kit.actors import Actor, Grant, Role
from app.modules.models import Item, Lesson, Module, ModuleVersion, Picture
from app.profiles.models import Profile, ProfileVersion
from app.runs.models import Attendance, Enrolment, Run, RunSession
from app.runs.rules import EnrolmentState, Mark, RunFormat, RunState
from app.trios.models import Organisation, Partnership, Trio
from app.trios.rules import OrganisationKind

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
Row = TypeVar("Row")
number = count(1)


def both(text: str) -> dict[str, str]:
    """A text in German and English."""
    return {"de": f"{text} (de)", "en": text}


OPTIONS = [{"right": True, "text": both("Right")}, {"right": False, "text": both("Wrong")}]


@dataclass
class Make:
    """Makes and commits rows. ``role`` grants are given in ``trio`` unless stated otherwise."""

    session: Session

    def user(
        self, role: Role | None = None, *, trio: Trio | None = None, company: Company | None = None, **given: Any
    ) -> User:
        """A person, with one role if wanted."""
        name = f"person{next(number)}"
        defaults: dict[str, Any] = {
            "email": f"{name}@example.org",
            "name": f"Pat {name.title()}",
            "key": secrets.token_hex(16),
            "created_at": NOON,
            "language": "en",
        }
        user = User(**defaults | given)
        user.grants = []
        if role is not None:
            user.grants = [
                RoleGrant(
                    role=role,
                    trio_id=trio.id if trio else None,
                    company_id=company.id if company else None,
                    granted_at=NOON,
                )
            ]
        return self._save(user)

    def token(self, user: User, *, second_factor: bool = True, **given: Any) -> str:
        """A session of the person, complete unless said otherwise: what the cookie of their browser holds."""
        token, now = secrets.token_urlsafe(16), clock.now()
        defaults: dict[str, Any] = {
            "user_id": user.id,
            "token_hash": digest("session", token),
            "method": Method.LINK,
            "device": "Firefox, Android",
            "created_at": now,
            "seen_at": now,
            "confirmed_at": now,
            "second_factor_at": now if second_factor else None,
        }
        self._save(SignInSession(**defaults | given))
        return token

    def actor(self, role: Role | None = None, *, trio: Trio | None = None, company: Company | None = None) -> Actor:
        """The actor of a new person with that role."""
        return as_actor(self.user(role, trio=trio, company=company))

    def organisation(self, kind: OrganisationKind = OrganisationKind.PROVIDER, **given: Any) -> Organisation:
        """A partner organisation."""
        return self._save(
            Organisation(**{"kind": kind, "name": f"Organisation {next(number)}", "city": "Kamenz"} | given)
        )

    def trio(self, *, kinds: tuple[OrganisationKind, ...] = tuple(OrganisationKind)[:3], **given: Any) -> Trio:
        """A Trio with one partner of each kind; constituted unless ``kinds`` says otherwise."""
        ident = next(number)
        defaults: dict[str, Any] = {
            "slug": f"trio-{ident}",
            "name": f"Trio {ident}",
            "region": both("Lusatia"),
            "description": both("A Trio"),
            "funding_notice": both("Funded"),
            "starts_on": date(2025, 1, 1),
            "ends_on": date(2029, 12, 31),
        }
        trio = self._save(Trio(**defaults | given))
        for kind in kinds:
            partner = self.organisation(kind)
            self._save(Partnership(trio_id=trio.id, organisation_id=partner.id, kind=kind, starts_on=date(2025, 1, 1)))
        return trio

    def company(self, **given: Any) -> Company:
        """A small company."""
        defaults: dict[str, Any] = {
            "name": f"Company {next(number)}",
            "city": "Bautzen",
            "nuts3": "DED2C",
            "headcount": 40,
            "size_class": SizeClass.SMALL,
            "size_basis": SizeBasis.SELF_DECLARED,
            "sized_on": date(2026, 1, 1),
        }
        company = Company(**defaults | given)
        self._save(company)
        write_keys(self.session, [(company.id, company.name)])
        self.session.commit()
        return company

    def registered(self, trio: Trio, company: Company | None = None, **given: Any) -> Company:
        """A company in the register of a Trio, looked at by somebody; ``given`` is about its entry."""
        company = company or self.company()
        defaults: dict[str, Any] = {"origin": Origin.ADDED, "is_checked": True, "since_on": date(2026, 1, 1)}
        self._save(TrioCompany(trio_id=trio.id, company_id=company.id, **defaults | given))
        return company

    def figures(self, trio: Trio, company: Company, year: int, **given: Any) -> CompanyFiguresOfYear:
        """What an independent company with 40 people declared to a Trio about a year."""
        defaults: dict[str, Any] = {
            "headcount": Decimal(40),
            "relation": Relation.AUTONOMOUS,
            "related": [],
            "basis": SizeBasis.SELF_DECLARED,
            "stated_on": date(2026, 1, 1),
            "recorded_at": NOON,
        }
        return self._save(CompanyFiguresOfYear(trio_id=trio.id, company_id=company.id, year=year, **defaults | given))

    def site(self, trio: Trio, company: Company, **given: Any) -> CompanySite:
        """A site of a company, as a Trio noted it."""
        return self._save(CompanySite(trio_id=trio.id, company_id=company.id, **{"city": "Kamenz"} | given))

    def contact(self, trio: Trio, company: Company, **given: Any) -> CompanyContact:
        """Somebody a Trio speaks to at a company."""
        defaults: dict[str, Any] = {"name": "Yasemin Yildiz", "email": "y@firma.example", "source": "Web page"}
        return self._save(CompanyContact(trio_id=trio.id, company_id=company.id, **defaults | given))

    def aid(self, trio: Trio, company: Company, **given: Any) -> CompanyAid:
        """De minimis aid of 1,000 EUR."""
        defaults: dict[str, Any] = {
            "kind": AidKind.DE_MINIMIS,
            "amount": Decimal(1000),
            "granted_on": date(2025, 5, 5),
            "grantor": "Bank",
        }
        return self._save(CompanyAid(trio_id=trio.id, company_id=company.id, **defaults | given))

    def competence(self, **given: Any) -> Competence:
        """A competence area."""
        ident = next(number)
        return self._save(Competence(**{"code": f"K{ident}", "name": both(f"Competence {ident}")} | given))

    def step(self, **given: Any) -> ProcessStep:
        """A process step."""
        return self._save(
            ProcessStep(**{"code": f"Z{next(number) % 90 + 10}", "name": both("Step"), "stage": "cell"} | given)
        )

    def module(
        self, *, trio: Trio | None = None, published: bool = True, lessons: int = 2, items: int = 3, **given: Any
    ) -> Module:
        """A module with one version, published or draft, with lessons ``lesson-1`` … and items ``item-1`` …."""
        ident = next(number)
        trio = trio or self.trio()
        module = self._save(Module(code=f"M{ident}", slug=f"module-{ident}", trio_id=trio.id))
        version = self.version(module, lessons=lessons, items=items, **given)
        if published:
            version.released_at, module.published_id = NOON, version.id
        else:
            module.draft_id = version.id
        self.session.commit()
        return module

    def version(
        self, module: Module, *, number: int = 1, lessons: int = 2, items: int = 3, **given: Any
    ) -> ModuleVersion:
        """A version of a module; the pointers of the module stay as they are."""
        zero = Decimal(0)
        defaults: dict[str, Any] = {
            "number": number,
            "content_hash": f"{number:064x}",
            "languages": ["de", "en"],
            "title": both("Cell basics"),
            "summary": both("How a cell works."),
            "description": both("A description."),
            "audience": both("For all."),
            "changes": both("First version."),
            "dqr": 3,
            "ue_presence": Decimal(2),
            "ue_online": zero,
            "ue_self_study": Decimal(4),
            "ue_practice": zero,
            "workplace_hours": zero,
            "min_attendance": 80,
            "pass_mark": 70,
            "needs_lessons": True,
            "test_draw": items,
            "requires": [],
            "licence": "CC-BY-4.0",
            "authors": ["Editors"],
            "sources": {"src": {"text": "A source"}},
            "imported_at": NOON,
        }
        version = self._save(ModuleVersion(module_id=module.id, **defaults | given))
        for n in range(1, lessons + 1):
            self._save(
                Lesson(
                    version_id=version.id,
                    position=n,
                    key=f"lesson-{n}",
                    title=both(f"Lesson {n}"),
                    outcome=both(f"You name {n}."),
                    minutes=6,
                    sources=["src"],
                    blocks=blocks(n),
                )
            )
        for n in range(1, items + 1):
            self._save(
                Item(
                    version_id=version.id,
                    position=n,
                    key=f"item-{n}",
                    lesson_key="lesson-1",
                    kind="single",
                    prompt=both(f"Item {n}?"),
                    options=OPTIONS,
                    explanation=both(f"Because {n}."),
                )
            )
        self._save(
            Picture(
                version_id=version.id,
                name="cell.svg",
                source="<svg/>",
                svg={"de": '<svg viewBox="0 0 1 1"></svg>', "en": '<svg viewBox="0 0 1 1"></svg>'},
            )
        )
        return version

    def profile(self, *, trio: Trio | None = None, **given: Any) -> Profile:
        """A published profile."""
        ident = next(number)
        trio = trio or self.trio()
        profile = self._save(Profile(code=f"T{ident}", trio_id=trio.id))
        defaults: dict[str, Any] = {
            "number": 1,
            "title": both("Cell assembler"),
            "summary": both("Assembles cells."),
            "tasks": both("- stacks"),
            "entry": both("None."),
            "changes": both("First."),
            "dqr": 3,
            "eqf": 3,
            "kldb": "25112",
            "isco": "8212",
            "esco_uri": "http://data.europa.eu/esco/occupation/718bba63-75b7-4b3a-9912-e201b729fe4c",
            "esco_label": "battery assembler",
            "released_at": NOON,
        }
        version = self._save(ProfileVersion(profile_id=profile.id, **defaults | given))
        profile.published_id = version.id
        self.session.commit()
        return profile

    def run(self, module: Module | None = None, *, sessions: int = 1, **given: Any) -> Run:
        """A published run that begins ten days after NOON, with sessions of 90 minutes, a day apart."""
        module = module or self.module()
        first = given.pop("starts_at", NOON + timedelta(days=10))
        last = first + timedelta(days=sessions - 1, minutes=90)
        provider = given.pop("provider", None) or self.organisation()
        defaults: dict[str, Any] = {
            "trio_id": module.trio_id,
            "module_id": module.id,
            "version_id": module.published_id or module.draft_id,
            "provider_id": provider.id,
            "state": RunState.PUBLISHED,
            "format": RunFormat.PRESENCE,
            "language": "de",
            "city": "Kamenz",
            "place": "Halle 2",
            "note": both("Bring sturdy shoes."),
            "seats": 12,
            "enrolment_opens": min(NOON, first) - timedelta(days=30),
            "enrolment_closes": first,
            "starts_at": first,
            "ends_at": last,
            "created_at": NOON,
        }
        run = self._save(Run(**defaults | given))
        for n in range(sessions):
            start = first + timedelta(days=n)
            self._save(RunSession(run_id=run.id, starts_at=start, ends_at=start + timedelta(minutes=90), ue=Decimal(2)))
        return run

    def enrolment(
        self, run: Run | None = None, state: EnrolmentState = EnrolmentState.CONFIRMED, **given: Any
    ) -> Enrolment:
        """An enrolment of a new person, unless ``user_id`` is given."""
        run = run or self.run()
        user_id = given.pop("user_id", None) or self.user().id
        defaults: dict[str, Any] = {
            "enrolled_at": NOON,
            "waiting_since": NOON if state is EnrolmentState.WAITING else None,
        }
        return self._save(Enrolment(run_id=run.id, user_id=user_id, state=state, **defaults | given))

    def attendance(self, session_id: int, enrolment: Enrolment, mark: Mark = Mark.PRESENT, **given: Any) -> Attendance:
        """A mark in a session."""
        return self._save(
            Attendance(session_id=session_id, enrolment_id=enrolment.id, mark=mark, **{"marked_at": NOON} | given)
        )

    def _save(self, row: Row) -> Row:
        self.session.add(row)
        self.session.commit()
        return row


def as_actor(user: User) -> Actor:
    """The actor of a person made here."""
    session = object_session(user)
    assert session is not None
    grants = session.scalars(select(RoleGrant).where(RoleGrant.user_id == user.id))
    return Actor(user.id, frozenset(Grant(grant.role, grant.trio_id, grant.company_id) for grant in grants))


def blocks(n: int) -> list[dict[str, Any]]:
    """One block of every kind."""
    return [
        {"type": "text", "id": "intro", "text": both(f"Text **{n}** [@src].")},
        {
            "type": "picture",
            "id": "cell",
            "file": "cell.svg",
            "alt": both("A cell"),
            "caption": both("A cell."),
            "credit": "Editors",
        },
        {"type": "note", "id": "care", "kind": "warning", "text": both("Take care.")},
        {
            "type": "question",
            "id": "ask",
            "kind": "single",
            "prompt": both("Is it so?"),
            "options": OPTIONS,
            "explanation": both("It is so."),
        },
    ]
