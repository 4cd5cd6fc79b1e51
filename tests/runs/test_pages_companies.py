from datetime import timedelta

from app.kit.actors import Role
from app.runs.rules import EnrolmentState, RunState
from tests.factories import NOON
from tests.reading import says_number


def test_how_many_people_of_a_company_took_part(sign_in, make):
    trio = make.trio()
    company = make.registered(trio, make.company(name="Zellwerk"), has_enrolments=True)
    desk = sign_in(make.user(Role.CLUSTER_MANAGER, trio=trio))
    assert f'href="/companies/{company.id}/participations"' in desk.get(f"/companies/{company.id}").text
    page = desk.get(f"/companies/{company.id}/participations")
    assert "No finished courses yet" in page.text
    run = make.run(make.module(trio=trio), starts_at=NOON - timedelta(days=30), state=RunState.FINISHED, seats=30)
    names = [make.user(name=f"Ada Nowak {number}") for number in range(4)]
    for person in names:
        make.enrolment(run, EnrolmentState.COMPLETED, user_id=person.id, company_id=company.id)
    page = desk.get(f"/companies/{company.id}/participations")
    assert "withheld" in page.text
    make.enrolment(run, EnrolmentState.COMPLETED, company_id=company.id)
    page = desk.get(f"/companies/{company.id}/participations")
    assert says_number(page.text, "5")
    assert "Zellwerk" in page.text
    assert "Ada" not in page.text


def test_not_for_others(sign_in, make):
    trio = make.trio()
    company = make.registered(trio)
    url = f"/companies/{company.id}/participations"
    assert sign_in(make.user(Role.CLUSTER_MANAGER, trio=make.trio())).get(url).status_code == 404
    assert sign_in(make.user(Role.TRAINER, trio=trio)).get(url).status_code == 403
