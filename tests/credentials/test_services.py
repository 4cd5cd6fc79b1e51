import json
from datetime import timedelta

import pytest

from app.accounts.models import User
from app.credentials import queries, rules, services
from app.credentials.models import Certificate
from app.kit.actors import Role
from app.kit.errors import Conflict, Forbidden, Invalid, NotFound
from app.kit.outbox import Message
from app.learning.models import Completion
from app.modules.models import ModuleVersion
from app.runs.models import Run
from app.runs.rules import EnrolmentState
from tests.conftest import rows
from tests.credentials.conftest import complete
from tests.factories import NOON, both
from tests.reading import says_number

LATER = NOON + timedelta(days=30)


def letters(session):
    """Which mails are in the outbox."""
    mails = session.query(Message).filter_by(kind="mail").order_by(Message.id)
    return [(mail.payload["template"], mail.payload["user_id"], mail.payload["values"]) for mail in mails]


def test_names_are_taken_off_one_by_one_and_all_else_stays(session, certificate):
    person = session.get(User, certificate.user_id)
    before = dict(certificate.says)
    services.forget_names(session, person.id)
    assert certificate.says == before | {"person": ""}
    assert certificate.is_valid


def test_a_certificate_says_what_was_true_on_the_day_of_issue(session, completed, certificate):
    module, trio = completed.module, completed.trio
    assert certificate.says == {
        "kind": "qualified",
        "person": "Oksana Bondar",
        "module": {"code": module.code, "version": 1, "title": both("Cell basics")},
        "units": {"presence": 2, "online": 0, "self_study": 4, "practice": 0, "total": 6, "workplace_hours": 0},
        "outcomes": [
            {"lesson": both("Lesson 1"), "outcome": both("You name 1.")},
            {"lesson": both("Lesson 2"), "outcome": both("You name 2.")},
        ],
        "dqr": 3,
        "hv_level": None,
        "provider": "Bildungswerk Muldental",
        "trio": trio.name,
        "run": {"starts_on": "2026-03-12", "ends_on": "2026-03-13", "city": "Kamenz", "format": "presence"},
        "trainer": "Petra Winkelmann",
        "reviewer": "Dr. Ines Kaltwasser",
        "rule": {"attendance": 80, "test": 70, "lessons": True},
        "met": {"attendance": 95, "test": True, "lessons": True},
        "funding_notice": both("Funded"),
        "issued_on": "2026-03-02",
    }
    assert not says_number(json.dumps(certificate.frozen), "87")


def test_later_changes_elsewhere_do_not_change_it(session, completed, certificate):
    before = json.dumps(certificate.frozen, sort_keys=True)
    session.get_one(User, completed.person.id).name = "Somebody Else"
    session.get_one(Run, completed.run.id).city = "Dresden"
    session.get_one(ModuleVersion, completed.run.version_id).title = both("Renamed")
    completed.trio.name = "Other"
    session.commit()
    session.expire_all()
    again = services.issue(session, completed.enrolment.id, now=LATER)
    assert json.dumps(again.frozen, sort_keys=True) == before


def test_it_is_issued_once_and_its_person_is_told_once(session, completed, certificate):
    again = services.issue(session, completed.enrolment.id, now=LATER)
    assert (again.id, again.issued_at, rows(session, Certificate)) == (certificate.id, NOON, 1)
    values = {"code": certificate.shown_code, "title": both("Cell basics")}
    assert letters(session) == [("credentials/mail/issued", completed.person.id, values)]


def test_without_a_test_it_is_a_plain_certificate(session, make):
    issued = services.issue(session, complete(make, test=0).enrolment.id, now=NOON)
    assert issued.paper is rules.Paper.ATTENDANCE
    assert issued.says["met"]["test"] is False


def test_a_high_voltage_module_names_its_level_and_nobody_has_to_be_named(session, make):
    done = complete(make, hv_level="1E")
    session.get_one(Run, done.run.id).trainer_id = None
    session.get_one(ModuleVersion, done.run.version_id).released_by = None
    says = services.issue(session, done.enrolment.id, now=NOON).says
    assert (says["hv_level"], says["trainer"], says["reviewer"]) == ("1E", None, None)


def test_nothing_is_issued_before_completion(session, make):
    attended = make.enrolment(state=EnrolmentState.ATTENDED)
    with pytest.raises(Conflict, match="completed module"):
        services.issue(session, attended.id, now=NOON)
    completed = make.enrolment(state=EnrolmentState.COMPLETED)  # but nothing is on record
    assert session.get(Completion, completed.id) is None
    with pytest.raises(Conflict, match="completed module"):
        services.issue(session, completed.id, now=NOON)
    with pytest.raises(NotFound):
        services.issue(session, 999_999, now=NOON)
    assert rows(session, Certificate) == 0


def test_codes_differ(session, make, completed):
    first = services.issue(session, completed.enrolment.id, now=NOON)
    other = services.issue(session, complete(make, run=completed.run).enrolment.id, now=NOON)
    assert first.code != other.code
    assert rules.read_code(first.shown_code) == first.code


def test_a_withdrawn_certificate_stays_and_its_person_is_told(session, make, completed, certificate):
    admin = make.actor(Role.TRIO_ADMIN, trio=completed.trio)
    services.revoke(session, admin, certificate.shown_code.lower(), " Wrong person. ", now=LATER)
    assert not certificate.is_valid
    assert (certificate.revoked_at, certificate.revocation_reason) == (LATER, "Wrong person.")
    template, user_id, values = letters(session)[-1]
    assert (template, user_id) == ("credentials/mail/revoked", completed.person.id)
    assert values["reason"] == "Wrong person."


def test_it_is_withdrawn_once(session, make, certificate):
    admin = make.actor(Role.SITE_ADMIN)
    services.revoke(session, admin, certificate.code, "Wrong person.", now=NOON)
    with pytest.raises(Conflict, match="withdrawn already"):
        services.revoke(session, admin, certificate.code, "Again.", now=LATER)
    assert certificate.revocation_reason == "Wrong person."


@pytest.mark.parametrize("reason", ["", "   ", "x" * 201])
def test_a_reason_is_needed(session, make, certificate, reason):
    with pytest.raises(Invalid):
        services.revoke(session, make.actor(Role.SITE_ADMIN), certificate.code, reason, now=NOON)
    assert certificate.is_valid


def test_others_do_not_withdraw(session, make, completed, certificate):
    strangers = [make.actor(Role.TRIO_ADMIN, trio=make.trio()), make.actor(Role.TRAINER, trio=completed.trio)]
    for actor in strangers:
        with pytest.raises(Forbidden):
            services.revoke(session, actor, certificate.code, "No.", now=NOON)
    with pytest.raises(NotFound):
        services.revoke(session, make.actor(Role.SITE_ADMIN), "2" * 20, "No.", now=NOON)


def test_certificates_of_a_person_and_of_enrolments(session, make, completed, certificate):
    later = complete(make, run=completed.run)
    other = services.issue(session, later.enrolment.id, now=LATER)
    assert queries.list_certificates_of(session, completed.person.id) == [certificate]
    assert queries.list_certificates_of(session, make.user().id) == []
    ids = [completed.enrolment.id, later.enrolment.id, 999_999]
    assert queries.find_for_enrolments(session, ids) == {
        completed.enrolment.id: certificate, later.enrolment.id: other,
    }  # fmt: skip
    assert queries.find_for_enrolments(session, []) == {}
