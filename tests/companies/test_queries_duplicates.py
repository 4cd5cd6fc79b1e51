import pytest
from sqlalchemy import insert

from app.companies import queries, services
from app.companies.models import Company, KeptApart, TrioCompany
from app.companies.rules import Origin, name_key
from app.companies.rules.duplicates import Candidate
from tests.companies.conftest import keeper
from tests.counting import statements
from tests.factories import NOON

MANY = 5_000


def alike(session, name, city="", **given):
    return [hint.company.name for hint in queries.list_alike(session, name, city, **given)]


@pytest.mark.parametrize(
    "typed", ["Presswerk Lindwiz", "presswerk-lindwitz kg", "Preswerk Lindwitz", "Lindwitz Presswerk AG"]
)
def test_a_company_is_found_under_a_name_with_a_slip(make, session, typed):
    make.company(name="Presswerk Lindwitz GmbH")
    make.company(name="Presstechnik Ulm GmbH")
    with statements(session) as said:
        assert alike(session, typed) == ["Presswerk Lindwitz GmbH"]
    assert len(said) == 1


def test_a_company_is_not_like_itself_nor_like_what_is_merged(make, session):
    keep = make.company(name="Zellwerk")
    make.company(name="Zelwerk", merged_into_id=keep.id)
    assert alike(session, "Zellwerk", but=keep.id) == []
    assert alike(session, "Zelwerk") == ["Zellwerk"]


def test_many_names_at_once_give_what_each_gives_alone(make, session):
    for name in ("Zellwerk GmbH", "Presswerk Lindwitz", "Kabelbau Ulm"):
        make.company(name=name)
    entries = [("Zelwerk", ""), ("Kabelbau Ulmm", "Bautzen"), ("Nobody", ""), ("Presswerk Lindwiz", "")] * 100
    with statements(session) as said:
        together = queries.list_alike_many(session, entries)
    assert len(said) == 2
    assert together[:4] == [queries.list_alike(session, *entry) for entry in entries[:4]]
    assert queries.list_alike_many(session, []) == []


def test_pairs_of_a_register(make, session):
    trio, _manager = keeper(make)
    one = make.registered(trio, make.company(name="Presswerk Lindwitz GmbH", city="Kamenz"))
    other = make.registered(trio, make.company(name="Presswerk Lindwiz", city=""))
    make.registered(trio, make.company(name="Kabelbau Ulm"))
    make.registered(make.trio(), make.company(name="Presswerk Lindwitz KG"))
    trio_id = trio.id
    with statements(session) as said:
        pairs = queries.list_pairs(session, trio_id)
    assert [(pair.first, pair.second) for pair in pairs] == [(one, other)]
    assert len(said) == 3


def test_pairs_that_were_kept_apart_do_not_come_again(make, session):
    trio, _manager = keeper(make)
    one, other = (make.registered(trio, make.company(name="Zellwerk", city=city)) for city in ("Ulm", "Kamenz"))
    assert len(queries.list_pairs(session, trio.id)) == 1
    session.add(KeptApart(first_id=one.id, second_id=other.id))
    session.flush()
    assert queries.list_pairs(session, trio.id) == []


def test_pairs_that_only_share_a_key_are_none(make, session):
    trio, _manager = keeper(make)
    for name in ("Presswerk Lindwitz", "Presstechnik Ostermühl"):
        make.registered(trio, make.company(name=name))
    assert queries.list_pairs(session, trio.id) == []


PARTS = (
    ("Press", "Zell", "Kabel", "Guss", "Feinguss", "Metall", "Sensor", "Form", "Dreh", "Batterie"),
    ("werk", "technik", "bau", "teile", "systeme", "kontor", "union", "tec", "werke", "gruppe"),
    ("Aalen", "Bautzen", "Cottbus", "Döbeln", "Ellwangen", "Freiberg", "Görlitz", "Heide", "Itzehoe", "Jena"),
    ("Nord", "Süd", "Ost", "West", "Mitte"),
)


@pytest.fixture
def crowd(make, session):
    """Five thousand companies with names that have much in common, all in one register."""
    trio, _manager = keeper(make)
    named = [
        f"{a}{b} {c} {d} {number % 97} GmbH"
        for number, (a, b, c, d) in enumerate(
            (a, b, c, d) for a in PARTS[0] for b in PARTS[1] for c in PARTS[2] for d in PARTS[3]
        )
    ]
    assert len(named) == MANY
    start = 1_000_000  # far from the ids that the database gives
    rows = [
        {"id": start + at, "name": name, "name_key": name_key(name), "city": "", "size_class": "unchecked"}
        for at, name in enumerate(named)
    ]
    session.execute(insert(Company), rows)
    services.write_keys(session, [(int(str(row["id"])), str(row["name"])) for row in rows])
    session.execute(
        insert(TrioCompany),
        [
            {
                "trio_id": trio.id,
                "company_id": row["id"],
                "origin": Origin.IMPORTED,
                "since_on": NOON.date(),
                "note": "",
                "is_checked": True,
                "has_enrolments": False,
            }
            for row in rows
        ],
    )
    return trio, named


def test_among_five_thousand_companies_a_few_are_read(crowd, session, monkeypatch):
    """One statement, and no more rows than are compared letter by letter."""
    _trio, named = crowd
    wanted = "Feingusstechnik Döbeln Ost"
    whole = next(name for name in named if name.startswith(wanted))
    read = []
    session.expire_all()

    def note(row):
        read.append(row)
        return row

    real = Candidate
    monkeypatch.setattr(queries.duplicates, "Candidate", lambda *row: note(real(*row)))
    with statements(session) as said:
        found = alike(session, whole.replace("Feinguss", "Feingus"))
    assert whole in found
    assert len(said) == 1
    assert len(read) <= queries.duplicates.MOST_CANDIDATES
    with statements(session) as said:
        together = queries.list_alike_many(session, [(name.replace("GmbH", "AG"), "") for name in named[:200]])
    assert len(said) == 1
    assert all(
        any(hint.company.name == name for hint in hints) for name, hints in zip(named[:200], together, strict=True)
    )


def test_pairs_among_five_thousand_companies(crowd, make, session):
    trio, named = crowd
    twin = make.registered(trio, make.company(name=named[0].replace("ss", "s")))
    trio_id = trio.id
    with statements(session) as said:
        pairs = queries.list_pairs(session, trio_id)
    assert len(said) == 3
    assert len(pairs) <= queries.duplicates.MOST_PAIRS
    assert {named[0], twin.name} in [{pair.first.name, pair.second.name} for pair in pairs]
