"""What is wrong with a profile, and who may publish it."""

from dataclasses import replace

import pytest

from app.kit.actors import ANYONE, Actor, Grant, Role
from app.kit.text import _
from app.kit.verdicts import YES, Answer, not_now
from app.profiles.rules import Content, faults_of, may_publish_profile

CONTENT = Content(
    title={"de": "Fachkraft", "en": "Operator"},
    summary={"de": "Baut."},
    tasks={"de": "- baut"},
    entry={"de": "Keine."},
    changes={"de": "Erste."},
    dqr=3,
    eqf=3,
    kldb="25112",
    isco="8212",
    esco_uri="http://data.europa.eu/esco/occupation/718bba63-75b7-4b3a-9912-e201b729fe4c",
    esco_label="battery assembler",
    competences={"C01": 2},
    steps=("P08",),
)


def test_a_good_profile_has_no_faults():
    assert faults_of(CONTENT) == []


@pytest.mark.parametrize(
    "change, told",
    [
        ({"title": {}}, "title"),
        ({"title": {"de": ""}}, "title"),
        ({"dqr": 0}, "DQR"),
        ({"eqf": 9}, "EQF"),
        ({"kldb": "25110"}, "KldB"),
        ({"kldb": "2511"}, "KldB"),
        ({"isco": "821"}, "ISCO"),
        ({"esco_uri": "http://data.europa.eu/esco/skill/718bba63-75b7-4b3a-9912-e201b729fe4c"}, "ESCO"),
        ({"esco_uri": "javascript:alert(1)"}, "ESCO"),
        ({"competences": {}}, "at least one competence"),
        ({"competences": {"C01": 5}}, "Target levels"),
        ({"competences": {"C01": 0}}, "Target levels"),
    ],
)
def test_a_fault_is_named(change, told):
    (fault,) = faults_of(replace(CONTENT, **change))
    assert told in str(fault)


def test_all_faults_are_named_at_once():
    assert len(faults_of(replace(CONTENT, dqr=9, isco="", kldb="", competences={}))) == 4


@pytest.mark.parametrize(
    "actor, answer",
    [
        (Actor(1, frozenset({Grant(Role.REVIEWER, trio_id=1)})), Answer.YES),
        (Actor(1, frozenset({Grant(Role.SITE_ADMIN)})), Answer.YES),
        (Actor(1, frozenset({Grant(Role.REVIEWER, trio_id=2)})), Answer.NOT_YOU),
        (Actor(1, frozenset({Grant(Role.AUTHOR, trio_id=1)})), Answer.NOT_YOU),
        (ANYONE, Answer.NOT_YOU),
    ],
)
def test_the_reviewer_of_the_trio_publishes(actor, answer):
    assert may_publish_profile(actor, 1, trio=YES).answer is answer


def test_an_incomplete_trio_cannot_publish():
    reviewer = Actor(1, frozenset({Grant(Role.REVIEWER, trio_id=1)}))
    missing = not_now(_("Somebody is missing."))
    assert may_publish_profile(reviewer, 1, trio=missing) is missing
