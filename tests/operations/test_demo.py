"""The demo world: as large and as varied as promised, true to every rule, and the same for every day it is made for."""

import csv
import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

import pytest
from sqlalchemy import create_engine, func, select
from sqlalchemy.orm import Session, selectinload

from app import tables
from app.accounts import queries as accounts
from app.accounts.models import Consent, Invitation, RoleGrant, User
from app.accounts.rules.invitations import InvitationState, state_of
from app.accounts.services import check_password
from app.assessment.models import Attempt
from app.companies import rules as company_rules
from app.companies.models import Company, CompanyAid, CompanyContact, CompanyFiguresOfYear, CompanySite, TrioCompany
from app.companies.queries.duplicates import list_pairs
from app.companies.rules import SME, AidKind, Origin, Relation, SizeBasis, SizeClass, Why
from app.credentials.models import Certificate
from app.evaluation import queries as evaluations
from app.evaluation.models import LooseText, Voter
from app.kit import audit, database
from app.kit.actors import Grant, Role
from app.kit.clock import BERLIN
from app.kit.outbox import Message, State
from app.learning import queries as learning
from app.learning.models import Completion, LessonProgress
from app.modules import queries as modules
from app.modules.models import Module, ModuleShare
from app.modules.rules import CompletionRule
from app.operations import demo
from app.operations.demo import fates
from app.operations.demo.days import Days, easter, is_working_day
from app.operations.demo.reading import read
from app.profiles import queries as profiles
from app.runs import queries as runs
from app.runs import rules
from app.runs.models import Attendance, Enrolment, EnrolmentEvent, Run, RunSession
from app.runs.rules import TOOK_PART, EnrolmentState, RunState, Standing
from app.trios import queries as trios
from app.trios import rules as trio_rules
from app.trios.models import Logo, Organisation, Partnership, Trio, TrioLegalPage
from app.trios.rules import LegalPage, OrganisationKind

pytestmark = pytest.mark.xdist_group("demo")  # one worker builds the two worlds, once

COURSES = Path(__file__).parents[2] / "courses"
TODAY, ANOTHER_DAY = date(2026, 9, 15), date(2027, 1, 5)


@pytest.fixture(scope="module")
def world(server: Callable[[str], str]) -> Iterator[Callable[[date], Session]]:
    """Sessions on the world of a day; each is built once."""
    built: dict[date, Session] = {}

    def _world(today: date) -> Session:
        if today not in built:
            url = server(f"demo_{today:%Y%m%d}")
            engine = create_engine(url, **database.engine_options(url))
            tables.metadata.create_all(engine)
            with Session(engine) as session:
                database.begin_writing(session)
                demo.build(session, today=today, courses=COURSES)
                audit.seal(session)
                session.commit()
            built[today] = Session(engine)
        return built[today]

    yield _world
    for session in built.values():
        session.close()
        session.get_bind().dispose()  # type: ignore[union-attr]


@pytest.fixture
def here(world: Callable[[date], Session]) -> Iterator[Session]:
    """The world of TODAY; whatever a test does to it is undone."""
    session = world(TODAY)
    yield session
    session.rollback()


def morning(today: date = TODAY) -> datetime:
    """Ten in the morning of the day."""
    return datetime(today.year, today.month, today.day, 10, tzinfo=BERLIN)


def count(session: Session, table: type[Any], *conditions: Any) -> int:
    return session.scalar(select(func.count()).select_from(table).where(*conditions)) or 0


def account(session: Session, key: str) -> User:
    """A demo account with its grants."""
    query = select(User).where(User.email == f"{key}@demo.lernzelle.example")
    return session.scalars(query.options(selectinload(User.grants))).one()


# ---------------------------------------------------------------- how much there is


def test_as_much_as_promised(here):
    assert count(here, Trio) == 2
    assert count(here, Company) == 42
    assert count(here, User) == 319
    assert Counter(here.scalars(select(Run.state))) == {RunState.FINISHED: 15, RunState.PUBLISHED: 8}
    assert {found.profile.code for found in profiles.list_published(here)} == {"T04", "T06", "T08", "T11"}
    assert {module.code for module, published, _draft in modules.list_modules(here, None) if published} == {
        "M01", "M02", "M06", "M12",
    }  # fmt: skip


def test_proportions_are_those_of_short_courses(here):
    states = Counter(
        here.scalars(
            select(Enrolment.state).join(Run, Run.id == Enrolment.run_id).where(Run.state == RunState.FINISHED)
        )
    )
    present = states[EnrolmentState.ATTENDED] + states[EnrolmentState.COMPLETED]
    assert 0.10 <= states[EnrolmentState.NO_SHOW] / (present + states[EnrolmentState.NO_SHOW]) <= 0.15
    assert 0.80 <= states[EnrolmentState.COMPLETED] / present <= 0.90
    assert 0.70 <= count(here, Voter) / present <= 0.90
    assert 8 <= count(here, LooseText) <= present / 2
    heads = here.scalar(select(func.count(Enrolment.user_id.distinct())).where(Enrolment.state.in_(TOOK_PART)))
    assert heads < present, "some people come again"


def test_every_run_has_a_handful_of_people(here):
    enrolled = here.scalars(
        select(func.count(Enrolment.id))
        .join(Run, Run.id == Enrolment.run_id)
        .where(Run.ends_at < morning())
        .group_by(Run.id)
    ).all()
    assert all(9 <= number <= 13 for number in enrolled)


def test_quarters_differ(here):
    quarters = Counter((ends.year, (ends.month + 2) // 3) for ends in here.scalars(
        select(Run.ends_at).where(Run.state == RunState.FINISHED)
    ))  # fmt: skip
    assert len(quarters) >= 4
    assert len(set(quarters.values())) > 1


def test_companies_are_mostly_small(here):
    classes = Counter(here.scalars(select(Company.size_class)))
    checked = 42 - classes[SizeClass.UNCHECKED]
    assert set(classes) == set(SizeClass)
    assert classes[SizeClass.UNCHECKED] == 7
    assert 0.6 <= sum(classes[size] for size in SME) / checked <= 0.7


def test_names_come_from_many_places(here):
    names = here.scalars(select(User.name)).all()
    assert any("Nguyễn" in name for name in names)
    assert sum(not name.isascii() for name in names) > 30
    assert len(names) == len(set(names))


# ---------------------------------------------------------------- nothing pretends to be real


def test_trios_say_that_they_do_not_exist(here):
    for trio in here.scalars(select(Trio)):
        assert "Fiktives Beispiel" in trio.funding_notice["de"]
        assert "Fictional example" in trio.funding_notice["en"]
    assert all(
        re.fullmatch(r"DEMO-\d{4}[A-Z]", grant or "") for grant in here.scalars(select(Partnership.grant_number))
    )


def test_all_addresses_lead_nowhere(here):
    assert all(email.endswith("@demo.lernzelle.example") for email in here.scalars(select(User.email)))
    assert count(here, User, User.is_demo.is_(False)) == 0
    partners = [
        partner.organisation for trio in here.scalars(select(Trio)) for partner in trios.list_partners(here, trio.id)
    ]
    assert all(str(partner.email).endswith(".example") for partner in partners)
    assert all(str(partner.phone).startswith(("030 23125 ", "089 99998 ")) for partner in partners), "kept for films"


# ---------------------------------------------------------------- the field


def test_both_trios_are_constituted_with_several_partners_per_role(here):
    for trio in here.scalars(select(Trio)):
        kinds = Counter(trios.list_partner_kinds(here, trio.id, on=TODAY))
        assert trio_rules.may_publish(kinds)
        assert 5 <= kinds.total() <= 7
        assert kinds[OrganisationKind.SCIENCE] >= 2
        assert kinds[OrganisationKind.PROVIDER] >= 2
    coordinators = here.scalars(select(Partnership.kind).where(Partnership.is_coordinator)).all()
    assert len(coordinators) == len(set(coordinators)) == 2


def test_partnerships_have_all_that_a_grant_decision_names(here):
    partnerships = here.scalars(select(Partnership)).all()
    assert all(partnership.sub_project and partnership.grant_number for partnership in partnerships)
    assert len({partnership.grant_number for partnership in partnerships}) == len(partnerships)


def test_partners_are_as_different_as_the_field_has_them(here):
    rows = here.execute(
        select(Organisation, Partnership).join(Partnership, Partnership.organisation_id == Organisation.id)
    ).all()
    assert {(who.kind, part.kind) for who, part in rows if who.kind != part.kind} == {
        (OrganisationKind.CHAMBER, OrganisationKind.PROVIDER)
    }
    assert [part.ends_on for _who, part in rows if part.ends_on is not None] == [TODAY - timedelta(days=151)]
    assert max(Counter(who.id for who, _part in rows).values()) == 2, "one organisation in both Trios"


def test_roles_are_held_for_partners_that_have_these_duties(here):
    query = select(RoleGrant, Partnership).outerjoin(
        Partnership,
        (Partnership.trio_id == RoleGrant.trio_id) & (Partnership.organisation_id == RoleGrant.organisation_id),
    )
    held = here.execute(query.where(RoleGrant.trio_id.is_not(None))).all()
    assert len(held) >= 14
    assert all(grant.role in trio_rules.roles_for(part.kind) for grant, part in held)
    left = [grant for grant, _part in held if grant.revoked_at is not None]
    assert [grant.role for grant in left] == [Role.TRAINER], "whose partner left"


def test_each_trio_has_a_face_of_its_own(here):
    faces = here.execute(select(Trio, Logo).join(Logo, Logo.trio_id == Trio.id)).all()
    assert len({trio.accent for trio, _logo in faces}) == len({logo.hash for _trio, logo in faces}) == 2
    for trio, logo in faces:
        assert trio_rules.may_wear(trio.accent)
        assert set(logo.alt) == {"de", "en"}
        assert trio.sender_name
        assert trio.reply_to.endswith(".example")
    pages = here.scalars(select(TrioLegalPage)).all()
    assert {page.page for page in pages} == set(LegalPage)
    assert all(set(page.text) == {"de", "en"} for page in pages)
    assert all(page.text["de"].startswith("Fiktives Beispiel") for page in pages)


def test_invitations_stand_in_every_way(here):
    standing = {
        state_of(
            expires_at=one.expires_at, accepted_at=one.accepted_at, revoked_at=one.revoked_at, now=morning()
        )
        for one in here.scalars(select(Invitation))
    }  # fmt: skip
    assert standing == set(InvitationState)
    open_ones = select(Invitation.role).where(Invitation.accepted_at.is_(None), Invitation.expires_at > morning())
    assert {Role.HR_CONTACT, Role.TRAINER} <= set(here.scalars(open_ones))
    assert all(
        email.endswith((".example", "@demo.lernzelle.example")) for email in here.scalars(select(Invitation.email))
    )


def test_a_module_is_taught_in_the_other_trio_too(here):
    query = select(Run.trio_id, Module.trio_id).join(Module, Module.id == Run.module_id)
    elsewhere = here.execute(query.where(Run.trio_id != Module.trio_id)).all()
    assert len(elsewhere) == 1
    assert count(here, ModuleShare, ModuleShare.revoked_at.is_(None)) == 1


def test_profiles_stand_on_real_classifications(here, shared: Path):
    with (shared / "esco" / "KldB_2010_V2020.csv").open(encoding="utf-8-sig", newline="") as file:
        kldb = {row[0] for row in csv.reader(file, delimiter=";") if len(row) > 1 and row[1] == "5"}
    with (shared / "esco" / "occupations_de.csv").open(encoding="utf-8-sig", newline="") as file:
        esco = {row["conceptUri"] for row in csv.DictReader(file)}
    for found in profiles.list_published(here):
        assert found.version.kldb in kldb
        assert found.version.esco_uri in esco
        assert len(found.levels) >= 5
        assert found.step_codes
        for texts in (found.version.title, found.version.summary, found.version.tasks, found.version.entry):
            assert set(texts) == {"de", "en"}


def test_every_code_is_real(here):
    for nace, nuts3 in here.execute(select(Company.nace, Company.nuts3)):
        assert nace is None or nace in company_rules.activities()
        assert nuts3 is None or nuts3 in company_rules.regions()
    places = [*here.scalars(select(Organisation.nuts3)), *here.scalars(select(CompanySite.nuts3))]
    assert all(nuts3 in company_rules.regions() for nuts3 in places)
    assert count(here, Company, Company.nace.is_(None)) == 2, "those that people typed"


# ---------------------------------------------------------------- the registers of companies


def test_every_trio_has_a_register(here):
    of_lists = Counter(here.scalars(select(TrioCompany.trio_id).where(TrioCompany.origin == Origin.IMPORTED)))
    assert sorted(of_lists.values()) == [18, 22]
    typed = here.scalars(select(TrioCompany).where(TrioCompany.origin == Origin.ENROLMENT)).all()
    assert typed
    assert not any(entry.is_checked for entry in typed)


def test_figures_show_what_the_rules_know(here):
    years = defaultdict(list)
    for row in here.scalars(select(CompanyFiguresOfYear)):
        years[row.company_id].append(row.facts)
    assert Counter(len(told) for told in years.values()).keys() == {1, 2, 3}
    reasons = {step.why for told in years.values() for step in company_rules.history(told)}
    assert reasons >= {Why.FIRST, Why.SAME, Why.ONE_YEAR, Why.TWO_YEARS, Why.BACK, Why.PUBLIC, Why.MISSING}
    assert {facts.relation for told in years.values() for facts in told} == set(Relation)
    by_group = {
        facts.relation
        for told in years.values()
        for facts in told
        if facts.related and company_rules.class_of_year(facts) != company_rules.size_class(facts.own)
    }
    assert by_group == {Relation.PARTNER, Relation.LINKED}, "whose group makes them larger"
    assert set(here.scalars(select(CompanyFiguresOfYear.basis))) == set(SizeBasis)


def test_figures_are_told_after_their_year(world):
    for today in (TODAY, ANOTHER_DAY):
        for row in world(today).scalars(select(CompanyFiguresOfYear)):
            assert row.year < row.stated_on.year
            assert row.stated_on <= row.recorded_at.date() <= today


def test_a_company_was_entered_twice_in_each_register(here):
    for trio_id in here.scalars(select(Trio.id)):
        (pair,) = list_pairs(here, trio_id)
        assert pair.second.size_class is SizeClass.UNCHECKED
        assert pair.first.city == pair.second.city


def test_what_the_registers_note(here):
    contacts = here.scalars(select(CompanyContact)).all()
    assert {contact.wants_news for contact in contacts} == {True, False, None}
    assert all(contact.email.endswith(".example") for contact in contacts)
    assert all(contact.phone.startswith(("030 23125 ", "089 99998 ")) for contact in contacts if contact.phone)
    assert set(here.scalars(select(CompanyAid.kind))) >= {AidKind.DE_MINIMIS, AidKind.GBER}
    assert count(here, CompanySite) >= 4
    assert count(here, TrioCompany, TrioCompany.kept_by.is_not(None)) >= 3


def test_whoever_shows_the_employer_agreed_to_it(here):
    agreed = set(here.scalars(select(Consent.about_id).where(Consent.withdrawn_at.is_(None))))
    shown = set(here.scalars(select(Enrolment.id).where(Enrolment.shares_with_employer)))
    assert shown
    assert agreed == shown


# ---------------------------------------------------------------- what staff did


def test_the_audit_chain_is_whole_and_in_the_order_of_time(here):
    verified = audit.verify(here)
    assert verified.problem is None
    assert verified.entries > 1000
    moments = here.scalars(select(audit.Entry.at).order_by(audit.Entry.number)).all()
    assert moments == sorted(moments)
    assert moments[-1] < Days(TODAY).midnight
    told = set(here.scalars(select(audit.Entry.action)))
    assert told >= {"trio.founded", "partner.ended", "role.granted", "role.revoked", "company.sized", "module.shared"}


# ---------------------------------------------------------------- every rule holds


def test_no_run_is_overfilled_and_nobody_waits_for_a_free_seat(here):
    waiting = 0
    for run in here.scalars(select(Run)):
        places = runs.count_places(here, run)
        assert places.taken <= places.seats
        assert not places.waiting or places.free == 0
        waiting += places.waiting
    assert waiting


def test_certificates_are_for_the_completed_and_only_for_them(here):
    completed = set(here.scalars(select(Enrolment.id).where(Enrolment.state == EnrolmentState.COMPLETED)))
    assert set(here.scalars(select(Certificate.enrolment_id))) == completed
    assert set(here.scalars(select(Completion.enrolment_id))) == completed
    for certificate, completion in here.execute(
        select(Certificate, Completion).join(Completion, Completion.enrolment_id == Certificate.enrolment_id)
    ):
        assert certificate.issued_at >= completion.completed_at
        assert certificate.frozen["funding_notice"]["de"].startswith("Fiktives Beispiel")


def test_every_history_leads_to_where_the_enrolment_stands(here):
    latest = {
        event.enrolment_id: event.after for event in here.scalars(select(EnrolmentEvent).order_by(EnrolmentEvent.id))
    }
    assert latest == dict(here.execute(select(Enrolment.id, Enrolment.state)).all())


def test_nothing_happened_after_the_day_began(here):
    moments = (
        EnrolmentEvent.at, Attendance.marked_at, LessonProgress.seen_at, Attempt.started_at, Attempt.submitted_at,
        Certificate.issued_at, Completion.completed_at, Message.posted_at, RunSession.closed_at, User.created_at,
    )  # fmt: skip
    for column in moments:
        assert here.scalar(select(func.max(column))) < Days(TODAY).midnight


def test_nothing_is_left_to_deliver(here):
    assert set(here.scalars(select(Message.state))) == {State.DONE}


def test_scores_are_plausible(here):
    scores = [float(score) for score in here.scalars(select(Attempt.score)) if score is not None]
    assert 70 < sum(scores) / len(scores) < 95
    assert len(set(scores)) > 8
    assert count(here, Attempt, Attempt.passed.is_(False)) > 5


# ---------------------------------------------------------------- the accounts


def test_the_accounts_open_with_the_password(here):
    people = accounts.list_demo_people(here)
    keys = ["admin", "lead", "author", "trainer", "reviewer", "cluster", "funder", "hr", "worker"]
    assert [person.email.partition("@")[0] for person in people] == keys
    for person in people:
        assert check_password(here, email=person.email, password=demo.PASSWORD) == person.id
    assert check_password(here, email=people[0].email, password="batterie") is None


@pytest.mark.parametrize(
    "key, role, in_trio",
    [
        ("admin", Role.SITE_ADMIN, False),
        ("lead", Role.TRIO_ADMIN, True),
        ("author", Role.AUTHOR, True),
        ("trainer", Role.TRAINER, True),
        ("reviewer", Role.REVIEWER, True),
        ("cluster", Role.CLUSTER_MANAGER, True),
        ("funder", Role.PROGRAMME_OFFICE, False),
    ],
)
def test_the_accounts_have_their_roles(here, key, role, in_trio):
    trio_id = here.scalar(select(Trio.id).where(Trio.slug == "lausitz-mittelsachsen"))
    assert accounts.actor_of(account(here, key), on=TODAY).grants == {Grant(role, trio_id if in_trio else None)}


def test_the_lead_manages_the_own_trio_for_its_coordinator(here):
    lead = account(here, "lead")
    actor = accounts.actor_of(lead, on=TODAY)
    managed = [trio for trio in here.scalars(select(Trio)) if trio_rules.may_manage(actor, trio.id)]
    assert [trio.slug for trio in managed] == ["lausitz-mittelsachsen"]
    coordinator = trios.find_coordinator(here, managed[0].id)
    assert coordinator is not None
    assert [grant.organisation_id for grant in lead.grants] == [coordinator.organisation_id]


def test_hr_looks_after_people_who_take_part(here):
    (company_id,) = accounts.actor_of(account(here, "hr"), on=TODAY).companies_as(Role.HR_CONTACT)
    ours = here.execute(
        select(Enrolment.user_id, Enrolment.shares_with_employer).where(Enrolment.company_id == company_id)
    ).all()
    assert len({user_id for user_id, _shares in ours}) >= 5
    assert {shares for _user_id, shares in ours} == {True, False}


def test_the_worker_is_in_the_middle_of_it(here):
    worker = account(here, "worker")
    running, finished = runs.list_enrolments_of(here, worker.id)
    assert (running.enrolment.state, running.module_code) == (EnrolmentState.CONFIRMED, "M02")
    assert (finished.enrolment.state, finished.module_code) == (EnrolmentState.COMPLETED, "M01")
    progress = learning.list_progress(here, [running.enrolment.id])[running.enrolment.id]
    assert progress.count == progress.total // 2
    assert progress.resume is not None
    assert count(here, Certificate, Certificate.user_id == worker.id) == 1
    assert evaluations.list_open(here, worker.id, now=morning()) == [finished.run.id]


def test_hr_was_invited_by_the_cluster(here):
    (invitation,) = here.scalars(select(Invitation).where(Invitation.accepted_at.is_not(None)))
    assert (invitation.accepted_by, invitation.invited_by) == (account(here, "hr").id, account(here, "cluster").id)


def test_the_trainer_keeps_a_list_today(here):
    trainer = account(here, "trainer")
    (run,) = [
        run
        for run in here.scalars(select(Run).where(Run.trainer_id == trainer.id, Run.state == RunState.PUBLISHED))
        if run.starts_at <= morning()
    ]
    first, second = runs.list_sessions(here, run.id)
    assert (first.starts_at.astimezone(BERLIN).date(), second.starts_at.astimezone(BERLIN).date()) == (
        TODAY, TODAY + timedelta(days=1),
    )  # fmt: skip
    assert rules.may_mark(run.facts, first.facts, now=morning())
    assert len(runs.list_roster(here, first)) == run.seats == 12
    assert count(here, Run, Run.trainer_id == trainer.id, Run.state == RunState.FINISHED) >= 5


def test_the_author_has_a_draft_beside_the_published_version(here):
    drafts = {module.code: [old, new] for module, old, new in modules.list_modules(here, None) if old and new}
    assert list(drafts) == ["M02"]
    old, new = (modules.get_version(here, version.id) for version in drafts["M02"])
    assert (old.number, new.number, new.imported_by) == (1, 2, account(here, "author").id)
    assert len(new.items) == len(old.items) + 1
    changed = [
        lesson.key for lesson, before in zip(new.lessons, old.lessons, strict=True) if lesson.blocks != before.blocks
    ]
    assert changed == ["gefahren"]


def test_what_is_offered_differs(here):
    standings = {
        rules.standing(run.facts, runs.count_places(here, run), now=morning())
        for run in here.scalars(select(Run).where(Run.starts_at > morning()))
    }
    assert standings >= {Standing.FREE, Standing.WAITING_LIST, Standing.NOT_OPEN}


# ---------------------------------------------------------------- always the same


def digest(session: Session) -> dict[Any, list[Any]]:
    """Per finished run (module, and the how manyth of it): who was in it and how they fared."""
    told: dict[Any, list[Any]] = {}
    ordered = select(Run, Module.code).join(Module, Module.id == Run.module_id).where(Run.state == RunState.FINISHED)
    seen: Counter[str] = Counter()
    for run, code in session.execute(ordered.order_by(Run.starts_at, Run.id)).all():
        seen[code] += 1
        people = select(
            User.email, Enrolment.state, Enrolment.attendance, Enrolment.company_id, Enrolment.shares_with_employer,
            select(func.max(Attempt.score)).where(Attempt.enrolment_id == Enrolment.id).scalar_subquery(),
            select(func.count()).where(LessonProgress.enrolment_id == Enrolment.id).scalar_subquery(),
            select(func.count()).where(Voter.run_id == run.id, Voter.user_id == User.id).scalar_subquery(),
        ).join(User, User.id == Enrolment.user_id)  # fmt: skip
        rows = session.execute(people.where(Enrolment.run_id == run.id).order_by(User.email)).all()
        told[code, seen[code]] = [tuple(row) for row in rows]
    return told


def test_the_world_is_the_same_on_every_day(world):
    assert digest(world(TODAY)) == digest(world(ANOTHER_DAY))


def test_the_world_moves_with_the_day(world):
    for today in (TODAY, ANOTHER_DAY):
        session = world(today)
        begins = [
            moment.astimezone(BERLIN).date()
            for moment in session.scalars(select(Run.starts_at).order_by(Run.starts_at))
        ]
        assert today in begins
        assert (begins[0] - today).days in range(-365, -345)
        assert all(is_working_day(day) for day in begins if day != today)


# ---------------------------------------------------------------- the parts


@pytest.mark.parametrize(
    "year, month, day", [(1954, 4, 18), (2000, 4, 23), (2024, 3, 31), (2026, 4, 5), (2038, 4, 25), (2049, 4, 18)]
)
def test_easter_is_on_its_day(year, month, day):
    assert easter(year) == date(year, month, day)


def test_courses_are_held_on_working_days():
    days = Days(date(2026, 9, 15))
    assert days.working_day(-2) == date(2026, 9, 11), "the Friday before a Sunday"
    assert days.working_day(18) == date(2026, 10, 2), "not on the day of German unity"
    assert days.working_day(105) == date(2026, 12, 23), "not between Christmas and New Year"
    assert Days(date(2026, 9, 13)).working_day(0) == date(2026, 9, 13), "today is today"
    assert Days(date(2026, 10, 26)).at(date(2026, 10, 24), "08:00").utcoffset() == timedelta(hours=2)


def test_fates_follow_the_rule_of_the_module():
    strict, random = CompletionRule(100, 80, lessons=True), Random(1)  # noqa: S311
    drawn = [fates.draw(random, strict, sessions=2) for _number in range(500)]
    assert not any(rules.Mark.LATE in fate.marks for fate in drawn), "who is late cannot complete it"
    assert all(fate.wrong[-1] <= 2 or fate.wrong[-1] >= 5 for fate in drawn if fate.wrong)
    assert {len(fate.marks) for fate in drawn} == {2}


def test_remarks_fit_into_the_questionnaire():
    assert all(len(remark) <= 1000 for remark in read("remarks"))
