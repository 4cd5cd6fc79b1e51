"""Enrolments that are completed and wait for their certificate."""

from dataclasses import dataclass
from decimal import Decimal

import pytest

from app.accounts.models import User
from app.credentials import services
from app.credentials.models import Certificate
from app.learning.models import Completion
from app.modules.models import Module, ModuleVersion
from app.runs.models import Enrolment, Run
from app.runs.rules import EnrolmentState
from app.trios.models import Trio
from tests.factories import NOON, Make


@dataclass
class Completed:
    """A completed enrolment and what hangs on it."""

    enrolment: Enrolment
    person: User
    run: Run
    module: Module
    trio: Trio


def complete(make: Make, *, run: Run | None = None, test: int = 70, **given) -> Completed:
    """Somebody who attended all of a run and completed its module."""
    session = make.session
    if run is None:
        given.setdefault("trio", make.trio(name="Trio Muldental"))  # without a number, which could be any
        module = make.module(**given)
        version = session.get_one(ModuleVersion, module.published_id)
        version.released_by = make.user(name="Dr. Ines Kaltwasser").id
        run = make.run(
            module,
            sessions=2,
            trainer_id=make.user(name="Petra Winkelmann").id,
            provider=make.organisation(name="Bildungswerk Muldental"),
        )
    person = make.user(name="Oksana Bondar")
    enrolment = make.enrolment(run, EnrolmentState.COMPLETED, user_id=person.id, attendance=100)
    rule = {"attendance": 80, "test": test, "lessons": True}
    session.add(
        Completion(enrolment_id=enrolment.id, completed_at=NOON, attendance=95, score=Decimal("87.5"), rule=rule)
    )
    session.commit()
    return Completed(enrolment, person, run, session.get_one(Module, run.module_id), session.get_one(Trio, run.trio_id))


@pytest.fixture
def completed(make) -> Completed:
    """A completed enrolment without a certificate."""
    return complete(make)


@pytest.fixture
def certificate(session, completed) -> Certificate:
    """The certificate of that enrolment."""
    issued = services.issue(session, completed.enrolment.id, now=NOON)
    session.commit()
    return issued
