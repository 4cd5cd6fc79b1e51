"""Erasing a person: nothing is left by which anybody could find them, and all counts are as before."""

import json
from datetime import timedelta

import pytest
from sqlalchemy import String, func, select
from sqlalchemy import Text as LongText
from sqlalchemy.types import JSON

from app.accounts.models import Consent, RoleGrant, SignInSession, User
from app.assessment.models import Attempt, AttemptAnswer
from app.credentials.models import Certificate
from app.evaluation.models import Voter
from app.kit import audit
from app.kit.actors import ANYONE, Actor, Role
from app.kit.base import Base
from app.kit.errors import Conflict, Forbidden, NotFound
from app.kit.outbox import Message
from app.kit.personal import Erasure
from app.privacy import services
from app.privacy.queries.paths import Who, is_about, sql_table
from app.privacy.rules import TABLES
from app.privacy.services import erasing
from app.reporting import queries as reports
from app.runs.models import Enrolment, Run
from app.runs.rules import EnrolmentState, RunState
from tests.factories import NOON, as_actor
from tests.privacy.world import frozen

DAY = timedelta(days=1)


def erase(session, user, actor=None):
    who = Who.of(user)
    services.erase_person(session, actor or Actor(user.id), user.id, now=NOON)
    audit.seal(session)
    session.commit()
    return who


def places_with(session, *needles):
    """Every table and column in which one of the texts stands, in any case, inside JSON too."""
    found = []
    for table in Base.metadata.sorted_tables:
        for column in table.columns:
            if isinstance(column.type, String | LongText | JSON):
                for value in session.scalars(select(column).where(column.is_not(None))):
                    said = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)
                    found += [(table.name, column.name) for needle in needles if needle.lower() in said.lower()]
    return found


def places_with_id(session, user_id):
    """Every column that leads to the person by a foreign key."""
    return [
        (table.name, column.name)
        for table in Base.metadata.sorted_tables
        for column in table.columns
        for foreign in column.foreign_keys
        if foreign.column.table.name == "users"
        and session.scalar(select(func.count()).select_from(table).where(column == user_id))
    ]


def test_there_was_something_to_erase_everywhere(session, person, filled):
    """Otherwise the next test could not fail: a row about the person in every table, and their name in the database."""
    who = Who.of(person)
    for table in TABLES.values():
        if table.subject:
            query = select(func.count()).select_from(sql_table(table.name)).where(is_about(table, who))
            assert session.scalar(query), table.name
    assert len(places_with(session, person.name)) > 8
    assert len(places_with_id(session, person.id)) > 25


def test_nothing_leads_to_an_erased_person(session, person, filled):
    name = person.name
    who = erase(session, person)
    session.delete(session.scalars(select(Message).where(Message.payload["to"].as_string() == who.email)).one())
    session.flush()
    chain = {("audit_entries", "actor"), ("audit_entries", "ref")}
    assert places_with(session, name, "quastenberg", who.email) == []
    assert set(places_with(session, who.key)) == chain, "acts never change; nobody has this key any more"
    assert places_with_id(session, who.id) == []
    assert session.get(User, who.id) is None
    assert session.scalar(select(func.count()).where(User.key == who.key)) == 0


def test_nobody_else_is_touched(session, person, other, filled):
    def others_rows():
        who = Who.of(other)
        return {
            name: [
                {key: value for key, value in row.items() if key not in table.acting}
                for row in session.execute(select(sql_table(name)).where(is_about(table, who))).mappings()
            ]
            for name, table in TABLES.items()
            if table.subject
        }

    before = others_rows()
    erase(session, person)
    after = others_rows()
    for name, rows in before.items():
        if name == "certificates":  # the person was the trainer on it
            for row in rows:
                row["frozen"] = row["frozen"] | {"trainer": None}
        assert after[name] == rows, name


def test_what_the_register_says_stays_stays_and_belongs_to_one_nobody(session, person, filled):
    counts = {
        name: session.scalar(select(func.count()).select_from(sql_table(name)).where(is_about(table, Who.of(person))))
        for name, table in TABLES.items()
        if table.erasure is Erasure.PSEUDONYMISE and table.subject
    }
    erase(session, person)
    nobody = session.scalars(select(User).where(User.erased_at.is_not(None), User.name == "")).all()[-1]
    assert nobody.email == f"{nobody.key}@erased.invalid"
    assert (nobody.password_hash, nobody.verified_at, nobody.seen_on) == (None, None, None)
    for name, count in counts.items():
        query = select(func.count()).select_from(sql_table(name)).where(is_about(TABLES[name], Who.of(nobody)))
        assert session.scalar(query) == count, name


def test_what_is_emptied_is_empty(session, person, filled):
    own, _others = filled
    erase(session, person)
    enrolment = session.get(Enrolment, own["enrolments"])
    assert not enrolment.shares_with_employer
    assert session.get(Attempt, own["attempts"]).drawn == []
    assert session.get(Consent, own["consents"]).withdrawn_at == NOON


def test_a_certificate_stays_genuine_without_the_name(session, make):
    holder = make.user(name="Ada Rot")
    place = make.enrolment(make.run(), EnrolmentState.COMPLETED, user_id=holder.id)
    session.add(Certificate(code="A" * 20, enrolment_id=place.id, user_id=holder.id, issued_at=NOON,
                            frozen=frozen("Ada Rot", trainer="Bea Blau")))  # fmt: skip
    session.commit()
    erase(session, holder)
    paper = session.scalars(select(Certificate)).one()
    assert (paper.says["person"], paper.says["trainer"]) == ("", "Bea Blau")
    assert paper.is_valid


def test_a_trainers_name_goes_from_the_papers_of_others_too_and_a_namesakes_stays(session, make):
    trainer = make.user(name="Bea Blau")
    papers = []
    for number, run in enumerate([make.run(trainer_id=trainer.id, state=RunState.FINISHED), make.run()]):
        holder = make.user()
        place = make.enrolment(run, EnrolmentState.COMPLETED, user_id=holder.id)
        papers.append(
            Certificate(code=f"{number}" * 20, enrolment_id=place.id, user_id=holder.id, issued_at=NOON,
                        frozen=frozen(holder.name, trainer="Bea Blau"))
        )  # fmt: skip
    session.add_all(papers)
    session.commit()
    erase(session, trainer)
    assert [paper.says["trainer"] for paper in papers] == [None, "Bea Blau"]
    assert all(paper.says["person"] for paper in papers)


def test_a_coming_place_is_given_back_and_the_next_one_moves_up(session, make):
    person = make.user()
    run = make.run(seats=1)
    place = make.enrolment(run, user_id=person.id)
    waiting = make.enrolment(run, EnrolmentState.WAITING)
    erase(session, person)
    assert waiting.state is EnrolmentState.CONFIRMED
    assert place.state is EnrolmentState.CANCELLED
    assert session.get(User, place.user_id).name == ""


def test_a_place_in_a_run_that_has_begun_stays_on_the_list(session, make):
    person = make.user()
    run = make.run(starts_at=NOON - DAY, sessions=3)
    place = make.enrolment(run, user_id=person.id)
    erase(session, person)
    assert place.state is EnrolmentState.CONFIRMED


def test_a_test_that_is_under_way_ends(session, make):
    place = make.enrolment(make.run(starts_at=NOON - DAY, sessions=3))
    run = session.get(Run, place.run_id)
    attempt = Attempt(enrolment_id=place.id, version_id=run.version_id, drawn=[], started_at=NOON)
    session.add(attempt)
    session.flush()
    session.add(AttemptAnswer(attempt_id=attempt.id, item_key="item-1", chosen=[0], answered_at=NOON))
    session.commit()
    erase(session, session.get(User, place.user_id))
    assert session.scalar(select(func.count()).select_from(Attempt)) == 0


def test_sessions_end_everywhere_and_a_last_mail_is_on_its_way(session, make):
    person = make.user(language="en")
    for _browser in range(2):
        make.token(person)
    who = erase(session, person)
    assert session.scalar(select(func.count()).select_from(SignInSession)) == 0
    mail = session.scalars(select(Message)).one()
    assert mail.payload == {
        "user_id": None, "to": who.email, "language": "en", "template": "privacy/mail/erased", "values": {},
    }  # fmt: skip


def test_the_act_stands_in_the_chain_by_a_key_that_nobody_has(session, make):
    person = make.user()
    who = erase(session, person)
    entry = session.scalars(select(audit.Entry).where(audit.Entry.action == "person.erased")).one()
    assert (entry.actor, entry.ref, entry.old, entry.new) == (who.key, who.key, {}, {})
    assert audit.verify(session).problem is None


def test_an_administrator_erases_for_somebody_who_asked_by_letter(session, make):
    person, admin = make.user(), make.user(Role.SITE_ADMIN)
    erase(session, person, as_actor(admin))
    entry = session.scalars(select(audit.Entry).where(audit.Entry.action == "person.erased")).one()
    assert entry.actor == admin.key


@pytest.mark.parametrize("role", [None, *(role for role in Role if role is not Role.SITE_ADMIN)])
def test_nobody_else_erases_a_person(session, make, role):
    person, trio = make.user(), make.trio()
    with pytest.raises(Forbidden):
        services.erase_person(session, make.actor(role, trio=trio if role else None), person.id, now=NOON)
    with pytest.raises(Forbidden):
        services.erase_person(session, ANYONE, person.id, now=NOON)
    assert session.get(User, person.id) is person


def test_whoever_is_gone_cannot_be_erased_again(session, make):
    person, admin = make.user(), make.actor(Role.SITE_ADMIN)
    who = erase(session, person)
    nobody = session.scalars(select(User.id).where(User.erased_at.is_not(None))).one()
    for gone in (who.id, nobody):
        with pytest.raises(NotFound):
            services.erase_person(session, admin, gone, now=NOON)


def test_reports_are_the_same_before_and_after(session, make):
    """People are counted once each, however often they came, and so is whoever is nobody now."""
    admin = as_actor(make.user(Role.SITE_ADMIN))
    module, person = make.module(), make.user()
    for days in (80, 70):
        run = make.run(module, starts_at=NOON - days * DAY, state=RunState.FINISHED)
        for user_id in (person.id, *(make.user().id for _other in range(6))):
            make.enrolment(run, EnrolmentState.COMPLETED, user_id=user_id, company_id=make.company().id)
        session.add_all(Voter(run_id=run.id, user_id=user_id) for user_id in (person.id, admin.user_id))
    session.commit()

    def counted():
        frame = reports.get_frame(session, admin, year=2025, now=NOON)
        votes = session.scalar(select(func.count()).select_from(Voter))
        return reports.get_report(session, frame, now=NOON), reports.headline(session, NOON), votes

    before = counted()
    assert before[1].people == 13
    erase(session, person)
    assert counted() == before


def test_somebody_erased_by_another_at_the_same_moment_is_not_found(session, make, monkeypatch):
    person = make.user()
    monkeypatch.setattr(erasing, "_check", lambda *_given, **_more: None)
    with pytest.raises(NotFound):
        services.erase_person(session, Actor(person.id), person.id + 1000, now=NOON)


def test_a_place_taken_at_the_same_moment_stops_it(session, make, monkeypatch):
    person = make.user()
    make.enrolment(user_id=person.id)
    monkeypatch.setattr(erasing, "_give_places_back", lambda *_given, **_more: None)
    with pytest.raises(Conflict, match="Try once more"):
        services.erase_person(session, Actor(person.id), person.id, now=NOON)
    assert session.get(User, person.id) is person


def test_the_last_administrator_of_a_trio_stays_until_there_is_another(session, make):
    trio = make.trio(name="Trio Nord")
    admin = make.user(Role.TRIO_ADMIN, trio=trio)
    with pytest.raises(Conflict, match="Trio Nord"):
        services.erase_person(session, as_actor(admin), admin.id, now=NOON)
    make.user(Role.TRIO_ADMIN, trio=trio)
    erase(session, admin)
    assert session.scalar(select(func.count()).where(RoleGrant.trio_id == trio.id)) == 1


def test_the_last_administrator_of_the_platform_stays(session, make):
    admin = make.user(Role.SITE_ADMIN)
    with pytest.raises(Conflict, match="platform"):
        services.erase_person(session, as_actor(admin), admin.id, now=NOON)


def test_the_trainer_of_a_coming_run_stays_until_somebody_takes_it_over(session, make):
    trainer = make.user()
    run = make.run(trainer_id=trainer.id)
    with pytest.raises(Conflict, match="take it over"):
        services.erase_person(session, as_actor(trainer), trainer.id, now=NOON)
    run.state = RunState.CANCELLED
    session.commit()
    erase(session, trainer)
    assert session.get(User, run.trainer_id).name == ""
