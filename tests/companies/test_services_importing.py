import tracemalloc
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from decimal import Decimal
from itertools import product
from threading import Barrier

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.companies.models import (
    Company,
    CompanyContact,
    CompanyFiguresOfYear,
    CompanyImport,
    CompanyImportRow,
    CompanyKey,
    CompanySite,
    TrioCompany,
)
from app.companies.queries import imports as queries
from app.companies.rules import Origin, Relation, SizeBasis, SizeClass
from app.companies.rules.amounts import Unit
from app.companies.rules.columns import Field
from app.companies.rules.importing import KEPT_FOR, Choice, ImportState, RowState
from app.companies.services import CompanyFacts, add_company
from app.companies.services import importing as services
from app.companies.services.bringing_in import bring_in
from app.companies.services.importing import Assignment, Outcome, Upload
from app.kit import audit, database
from app.kit.actors import Role
from app.kit.errors import Conflict, Invalid, NotFound
from tests.companies.conftest import keeper
from tests.companies.sheet_files import as_table, csv_file
from tests.counting import statements
from tests.factories import NOON, Make

HEAD = ["Firma", "Straße", "PLZ", "Ort", "NUTS", "WZ", "MA", "Umsatz (T€)", "Kontakt", "E-Mail", "Notiz"]
GUSS = ["Zeller Guss GmbH", "Weg 1", "01917", "Kamenz", "DED2C", "24.53", "42", "6500", "Petra Müller", "p@x.de", "neu"]


def upload(*rows, head=HEAD, **given):
    content = csv_file([head, *rows])
    sha256 = given.pop("sha256", str(hash(content)))
    return Upload(as_table(content), "liste.csv", sha256, "Liste des Clusters", **given)


def start(session, actor, trio, *rows, now=NOON, **given):
    import_id = services.start_import(session, actor, trio.id, upload(*rows, **given), now=now)
    return session.get_one(CompanyImport, import_id)


def row(session, batch, number):
    session.flush()
    return session.get_one(CompanyImportRow, (batch.id, number), populate_existing=True)


def confirm(session, actor, batch, now=NOON):
    return services.confirm_import(session, actor, batch.id, revision=batch.revision, now=now)


def count(session, *tables):
    return [session.scalar(select(func.count()).select_from(table)) for table in tables]


def everything(session):
    return count(session, Company, CompanyKey, TrioCompany, CompanyFiguresOfYear, CompanySite, CompanyContact)


def test_the_dry_run_changes_nothing_and_says_all(make, session):
    trio, actor = keeper(make)
    batch = start(session, actor, trio, GUSS, ["", "", "xx!", "Ulm", "", "", "viele"], ["A"])
    assert everything(session) == [0] * 6
    assert (batch.state, batch.counts) == (
        ImportState.CHECKED,
        {"head": 1, "new": 2, "bad": 1, "hinted": 0},
    )
    bad = row(session, batch, 3)
    assert {(one["column"], one["value"]) for one in bad.problems} == {(0, ""), (2, "xx!"), (6, "viele")}
    assert bad.cells == ["", "", "xx!", "Ulm", "", "", "viele"]


def test_a_confirmed_row_is_a_company_with_all_its_parts(make, session):
    trio, actor = keeper(make)
    batch = start(session, actor, trio, GUSS)
    assert confirm(session, actor, batch) is Outcome.IMPORTED
    company = session.scalars(select(Company)).one()
    assert (company.name, company.name_key, company.city) == ("Zeller Guss GmbH", "zeller guss gmbh", "Kamenz")
    assert (company.nuts3, company.nace, company.size_class, company.size_basis, company.size_year) == (
        "DED2C", "24.53", SizeClass.SMALL, SizeBasis.ESTIMATED, 2025,
    )  # fmt: skip
    entry = session.get_one(TrioCompany, (trio.id, company.id))
    assert (entry.origin, entry.is_checked, entry.note, entry.since_on) == (
        Origin.IMPORTED, True, "neu", date(2026, 3, 2),
    )  # fmt: skip
    figures = session.scalars(select(CompanyFiguresOfYear)).one()
    assert (figures.year, figures.headcount, figures.turnover, figures.balance) == (2025, 42, Decimal("6.5"), None)
    assert (figures.evidence, figures.recorded_by, figures.relation) == (
        "Liste des Clusters", actor.user_id, Relation.UNKNOWN,
    )  # fmt: skip
    contact = session.scalars(select(CompanyContact)).one()
    assert (contact.name, contact.email, contact.source, contact.wants_news) == (
        "Petra Müller", "p@x.de", "Liste des Clusters", None,
    )  # fmt: skip
    site = session.scalars(select(CompanySite)).one()
    assert (site.street, site.postcode, site.city) == ("Weg 1", "01917", "Kamenz")
    assert count(session, CompanyImportRow) == [0], "the rows are not kept"
    assert (batch.state, batch.done_at) == (ImportState.DONE, NOON)


def test_what_the_audit_chain_keeps_names_nobody(make, session):
    trio, actor = keeper(make)
    confirm(session, actor, start(session, actor, trio, GUSS))
    audit.seal(session)
    entries = session.scalars(select(audit.Entry).order_by(audit.Entry.number)).all()
    assert [entry.action for entry in entries] == ["import.started", "company.imported", "import.confirmed"]
    assert {entry.trio_id for entry in entries} == {trio.id}
    assert entries[1].new["headcount"] == "42"
    said = str([entry.new for entry in entries] + [entry.old for entry in entries])
    assert not any(text in said for text in ("Zeller", "Petra", "p@x.de", "Weg"))


def test_importing_the_same_list_again_changes_nothing(make, session):
    trio, actor = keeper(make)
    confirm(session, actor, start(session, actor, trio, GUSS))
    before = everything(session)
    batch = start(session, actor, trio, GUSS)
    assert batch.counts == {"head": 1, "same": 1, "hinted": 0}
    with pytest.raises(Conflict, match="no row that would change"):
        confirm(session, actor, batch)
    assert everything(session) == before


def test_changes_of_a_company_that_is_known_are_told_and_written(make, session):
    trio, actor = keeper(make)
    confirm(session, actor, start(session, actor, trio, GUSS))
    changed = [
        "ZELLER GUSS GmbH",
        "Weg 2",
        "01917",
        "Kamenz",
        "DED2D",
        "24.51",
        "61",
        "",
        "Petra Müller",
        "p@x.de",
        "x",
    ]
    batch = start(session, actor, trio, changed)
    found = row(session, batch, 2)
    assert (found.state, {one["field"]: (one["old"], one["new"]) for one in found.changes}) == (
        RowState.CHANGED,
        {
            "nuts3": ("DED2C", "DED2D"), "wz": ("24.53", "24.51"), "note": ("neu", "neu\nx"),
            "headcount": ("42", "61"), "site": ("", "Weg 2, 01917, Kamenz"),
        },
    )  # fmt: skip
    confirm(session, actor, batch)
    company = session.scalars(select(Company)).one()
    assert (company.name, company.nuts3, company.nace, company.size_class) == (
        "Zeller Guss GmbH", "DED2D", "24.51", SizeClass.MEDIUM,
    )  # fmt: skip
    figures = session.scalars(select(CompanyFiguresOfYear)).one()
    assert (figures.headcount, figures.turnover) == (61, Decimal("6.5")), "an empty cell removes nothing"
    assert session.get_one(TrioCompany, (trio.id, company.id)).note == "neu\nx"
    assert count(session, CompanySite, CompanyContact) == [2, 1]


def test_a_company_of_another_trio_comes_into_the_register_and_keeps_what_it_had(make, session):
    other, mine = keeper(make), keeper(make)
    confirm(session, other[1], start(session, other[1], other[0], GUSS))
    batch = start(session, mine[1], mine[0], GUSS[:4])
    assert [one["field"] for one in row(session, batch, 2).changes] == ["registered", "site"]
    confirm(session, mine[1], batch)
    assert count(session, Company, TrioCompany, CompanyContact) == [1, 2, 1]


def test_figures_that_were_checked_stay(make, session):
    trio, actor = keeper(make)
    confirm(session, actor, start(session, actor, trio, GUSS))
    figures = session.scalars(select(CompanyFiguresOfYear)).one()
    figures.basis = SizeBasis.CHECKED
    batch = start(session, actor, trio, [*GUSS[:6], "400", "", "Neu", "n@x.de"])
    found = row(session, batch, 2)
    assert [one["field"] for one in found.changes] == ["contact_entry"]
    assert "were checked" in found.remarks[0]["what"]
    confirm(session, actor, batch)
    assert (figures.headcount, count(session, CompanyContact)) == (42, [2])


def test_a_company_that_looks_like_another_waits_for_a_choice(make, session):
    trio, actor = keeper(make)
    company_id = add_company(session, actor, trio.id, CompanyFacts("Zeller Guss GmbH", "Kamenz"), now=NOON)
    batch = start(session, actor, trio, ["Zeler Guß AG", "", "", "Kamenz", "DED2C"])
    found = row(session, batch, 2)
    assert (found.state, [(one["choice"], one["ref"]) for one in found.hints]) == (
        RowState.UNDECIDED, [("company", company_id)],
    )  # fmt: skip
    with pytest.raises(Conflict):
        confirm(session, actor, batch)
    services.choose(session, actor, batch.id, {2: (Choice.COMPANY, company_id)}, now=NOON)
    assert [one["field"] for one in row(session, batch, 2).changes] == ["nuts3"]
    assert confirm(session, actor, batch) is Outcome.IMPORTED
    company = session.scalars(select(Company)).one()
    assert (company.id, company.name, company.nuts3) == (company_id, "Zeller Guss GmbH", "DED2C")


@pytest.mark.parametrize(
    "choice,companies,states",
    [(Choice.OTHER, 2, {"new": 1}), (Choice.LEAVE, 1, {"left": 1}), (None, 1, {"undecided": 1})],
)
def test_it_is_another_one_or_is_left_out(make, session, choice, companies, states):
    trio, actor = keeper(make)
    add_company(session, actor, trio.id, CompanyFacts("Zeller Guss GmbH", "Kamenz"), now=NOON)
    batch = start(session, actor, trio, ["Zeler Guß AG", "", "", "Kamenz"], ["Ganz was anderes", "", "", "Ulm"])
    if choice:
        services.choose(session, actor, batch.id, {2: (choice, None)}, now=NOON)
    assert {name: batch.counts.get(name, 0) for name in states} == ({"new": 2} if choice is Choice.OTHER else states)
    confirm(session, actor, batch)
    assert count(session, Company) == [companies + 1]


def test_a_choice_that_is_not_offered_counts_as_none(make, session):
    trio, actor = keeper(make)
    add_company(session, actor, trio.id, CompanyFacts("Zeller Guss GmbH", "Kamenz"), now=NOON)
    batch = start(session, actor, trio, ["Zeler Guß AG", "", "", "Kamenz"], ["B"])
    choices = {2: (Choice.COMPANY, 10**6), 3: (Choice.OTHER, None), 99: (Choice.LEAVE, None)}
    services.choose(session, actor, batch.id, choices, now=NOON)
    assert (row(session, batch, 2).state, row(session, batch, 3).state) == (RowState.UNDECIDED, RowState.NEW)


def test_the_same_company_twice_in_a_list_adds_its_second_contact(make, session):
    trio, actor = keeper(make)
    second = ["zeller  guss gmbh", "Weg 2", "", "Kamenz", "", "", "99", "", "Eva Pohl", "e@x.de"]
    batch = start(session, actor, trio, GUSS, second)
    found = row(session, batch, 3)
    assert (found.state, found.hints[0]["ref"], found.hints[0]["exact"]) == (RowState.UNDECIDED, 2, True)
    services.choose(session, actor, batch.id, {3: (Choice.ROW, 2)}, now=NOON)
    assert row(session, batch, 3).state is RowState.CHANGED
    assert confirm(session, actor, batch) is Outcome.IMPORTED
    assert count(session, Company, CompanyContact, CompanySite) == [1, 2, 2]
    assert session.scalars(select(CompanyFiguresOfYear.headcount)).one() == 42, "the figures of the first row hold"
    again = start(session, actor, trio, GUSS, [*second[:6], "", *second[7:]])
    assert again.counts == {"head": 1, "same": 2, "hinted": 0}, "nobody is asked when nothing would change"


def test_a_company_that_is_known_twice_in_a_list(make, session):
    trio, actor = keeper(make)
    company_id = add_company(session, actor, trio.id, CompanyFacts("Zeller Guss GmbH", "Kamenz"), now=NOON)
    batch = start(session, actor, trio, GUSS, [*GUSS[:8], "Eva Pohl", "e@x.de"])
    found = row(session, batch, 3)
    assert [(one["choice"], one["ref"]) for one in found.hints] == [("company", company_id), ("row", 2)]
    services.choose(session, actor, batch.id, {3: (Choice.COMPANY, company_id)}, now=NOON)
    assert confirm(session, actor, batch) is Outcome.IMPORTED
    assert count(session, Company, CompanyContact, CompanySite, CompanyFiguresOfYear) == [1, 2, 1, 1]


def test_rows_that_look_alike_and_rows_that_follow_one_that_is_left_out(make, session):
    trio, actor = keeper(make)
    rows = [
        ["Zeller Guss GmbH", "", "", "Kamenz"],
        ["Zeler Guss GmbH", "", "", "Kamenz"],
        ["Zeller Guß AG", "", "", "Kamenz"],
    ]
    batch = start(session, actor, trio, *rows)
    assert [row(session, batch, n).state for n in (2, 3, 4)] == [RowState.NEW, RowState.UNDECIDED, RowState.UNDECIDED]
    services.choose(session, actor, batch.id, {3: (Choice.LEAVE, None), 4: (Choice.ROW, 3)}, now=NOON)
    assert row(session, batch, 4).state is RowState.UNDECIDED
    services.choose(session, actor, batch.id, {3: (Choice.ROW, 2)}, now=NOON)
    assert row(session, batch, 4).state is RowState.CHANGED
    confirm(session, actor, batch)
    assert count(session, Company) == [1]


@pytest.mark.parametrize(
    "choice,states",
    [(Choice.COMPANY, {"changed": 2}), (Choice.OTHER, {"new": 1, "undecided": 1}), (Choice.LEAVE, {"left": 2})],
)
def test_one_choice_for_all(make, session, choice, states):
    trio, actor = keeper(make)
    add_company(session, actor, trio.id, CompanyFacts("Zeller Guss GmbH", "Kamenz"), now=NOON)
    twins = [["Andere Firma", "W 1", "89073", "Ulm"], ["Andere Firma", "W 2", "", "Ulm"]]
    batch = start(session, actor, trio, ["Zeler Guss AG", "", "", "Kamenz", "DED2C"], *twins)
    services.choose_for_all(session, actor, batch.id, choice, now=NOON)
    expected = {"changed": 0, "new": 0, "left": 0, "undecided": 0} | states
    expected["new"] += 1
    assert {name: batch.counts.get(name, 0) for name in expected} == expected


def test_one_name_in_two_cities_is_two_companies(make, session):
    trio, actor = keeper(make)
    batch = start(session, actor, trio, ["Zellwerk", "", "", "Ulm"], ["Zellwerk", "", "", "Jena"])
    services.choose_for_all(session, actor, batch.id, Choice.OTHER, now=NOON)
    confirm(session, actor, batch)
    assert count(session, Company) == [2]


def test_a_company_that_was_merged_is_the_one_it_was_merged_into(make, session):
    trio, actor = keeper(make)
    target = make.company(name="Zeller AG", city="Kamenz")
    make.company(name="Zeller Guss GmbH", city="Kamenz", merged_into_id=target.id)
    batch = start(session, actor, trio, GUSS)
    assert row(session, batch, 2).company_id == target.id


def test_when_the_register_changed_meanwhile_it_is_shown_again(make, session):
    trio, actor = keeper(make)
    batch = start(session, actor, trio, GUSS)
    seen = batch.revision
    add_company(session, actor, trio.id, CompanyFacts("Zeller Guss GmbH", "Kamenz", nuts3="DED2C"), now=NOON)
    assert confirm(session, actor, batch) is Outcome.CHANGED
    assert (batch.state, batch.counts["changed"], batch.revision) == (ImportState.CHECKED, 1, seen + 1)
    assert count(session, CompanyFiguresOfYear) == [0]
    assert services.confirm_import(session, actor, batch.id, revision=seen, now=NOON) is Outcome.CHANGED
    assert confirm(session, actor, batch) is Outcome.IMPORTED
    assert confirm(session, actor, batch) is Outcome.ALREADY


def test_a_company_registered_in_the_very_moment(make, session, monkeypatch):
    trio, actor = keeper(make)
    batch = start(session, actor, trio, GUSS)

    def meanwhile(session, actor, batch, *, now):
        session.add(Company(name="Zeller Guss GmbH", city="Kamenz"))
        session.flush()
        bring_in(session, actor, batch, now=now)

    monkeypatch.setattr("app.companies.services.importing.bring_in", meanwhile)
    assert confirm(session, actor, batch) is Outcome.CHANGED
    assert everything(session) == [0] * 6


def test_nothing_is_written_when_it_breaks_half_way(make, session, monkeypatch):
    trio, actor = keeper(make)
    batch = start(session, actor, trio, GUSS)
    session.commit()
    monkeypatch.setattr("app.companies.services.bringing_in._record", lambda *_: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        confirm(session, actor, batch)
    session.rollback()
    assert (everything(session), session.get_one(CompanyImport, batch.id).state) == ([0] * 6, ImportState.CHECKED)


def test_columns_are_assigned_by_hand(make, session):
    trio, actor = keeper(make)
    batch = start(session, actor, trio, ["Zellwerk", "Ulm", "5"], head=["foo", "bar", "baz"])
    assert (batch.state, batch.counts) == (ImportState.OPEN, {})
    with pytest.raises(Conflict, match="First say in which column"):
        confirm(session, actor, batch)
    with pytest.raises(Invalid):
        services.assign_columns(session, actor, batch.id, Assignment({Field.CITY: 1}, 2024), now=NOON)
    places = {Field.NAME: 0, Field.CITY: 1, Field.TURNOVER: 2}
    services.assign_columns(session, actor, batch.id, Assignment(places, 2024, Unit.MILLION), now=NOON)
    assert row(session, batch, 2).values == {"name": "Zellwerk", "city": "Ulm", "turnover": "5.000", "year": 2024}
    without_head = Assignment({Field.NAME: 0}, 2024, has_head=False)
    services.assign_columns(session, actor, batch.id, without_head, now=NOON)
    assert [row(session, batch, n).values["name"] for n in (1, 2)] == ["foo", "Zellwerk"]


def test_a_row_with_more_cells_than_the_head(make, session):
    trio, actor = keeper(make)
    batch = start(session, actor, trio, ["A", "Ulm", "", "x"], head=["Firma", "Ort"])
    assert "more cells than the head" in row(session, batch, 2).problems[0]["what"]


def test_the_same_file_twice_is_one_import(make, session):
    trio, actor = keeper(make)
    first = start(session, actor, trio, GUSS, sha256="a")
    assert start(session, actor, trio, GUSS, sha256="a", basis=SizeBasis.SELF_DECLARED) is first
    assert first.basis is SizeBasis.SELF_DECLARED
    assert start(session, actor, trio, GUSS, sha256="b") is not first


def test_a_list_expires_and_goes(make, session):
    trio, actor = keeper(make)
    batch, late = start(session, actor, trio, GUSS), NOON + KEPT_FOR
    for act in (
        lambda: confirm(session, actor, batch, now=late),
        lambda: services.choose(session, actor, batch.id, {}, now=late),
        lambda: services.choose_for_all(session, actor, batch.id, Choice.LEAVE, now=late),
        lambda: services.assign_columns(session, actor, batch.id, Assignment({Field.NAME: 0}, 2024), now=late),
    ):
        with pytest.raises(Conflict, match="longer than a day"):
            act()
    assert services.discard_expired(session, now=late - timedelta(seconds=1)) == 0
    assert services.discard_expired(session, now=late) == 1
    assert count(session, CompanyImport, CompanyImportRow) == [0, 0]


def test_a_list_is_thrown_away_unless_it_is_in_the_register(make, session):
    trio, actor = keeper(make)
    services.discard_import(session, actor, start(session, actor, trio, GUSS).id, now=NOON)
    assert count(session, CompanyImport, CompanyImportRow, Company) == [0, 0, 0]
    done = start(session, actor, trio, GUSS)
    confirm(session, actor, done)
    with pytest.raises(Conflict, match="imported already"):
        services.discard_import(session, actor, done.id, now=NOON)


@pytest.mark.parametrize("role", [Role.CLUSTER_MANAGER, Role.TRIO_ADMIN, Role.SITE_ADMIN])
def test_who_imports(make, session, role):
    trio = make.trio()
    actor = make.actor(role, trio=None if role is Role.SITE_ADMIN else trio)
    batch = start(session, actor, trio, GUSS)
    assert [one.id for one in queries.list_imports(session, actor, now=NOON)] == [batch.id]


@pytest.mark.parametrize("role", [None, *Role])
def test_to_everybody_else_there_is_no_such_trio_and_no_such_list(make, session, role):
    (trio, actor), foreign = keeper(make), make.trio()
    batch = start(session, actor, trio, GUSS)
    if role is Role.SITE_ADMIN:
        return
    stranger = make.actor(role, trio=foreign)
    for act in (
        lambda: start(session, stranger, trio, GUSS),
        lambda: confirm(session, stranger, batch),
        lambda: services.choose(session, stranger, batch.id, {}, now=NOON),
        lambda: services.choose_for_all(session, stranger, batch.id, Choice.LEAVE, now=NOON),
        lambda: services.assign_columns(session, stranger, batch.id, Assignment({Field.NAME: 0}, 2024), now=NOON),
        lambda: services.discard_import(session, stranger, batch.id, now=NOON),
    ):
        with pytest.raises(NotFound):
            act()
    assert list(queries.list_imports(session, stranger, now=NOON)) == []


FAMILIES = ("Müller", "Schmidt", "Krause", "Nowak", "Zeller", "Bauer", "Lorenz", "Hempel", "Oertel", "Kirsch")
TRADES = ("Metallbau", "Zerspanung", "Guss", "Kunststoff", "Präzision", "Werkzeugbau", "Galvanik", "Kabel", "Laser")
SIGNS = (
    "Abel",
    "Ebro",
    "Ikon",
    "Odra",
    "Ural",
    "Orka",
    "Alba",
    "Inga",
    "Ufer",
    "Elba",
    "Isar",
    "Ahle",
    "Erle",
    "Neiße",
)
FORMS = ("GmbH", "AG", "KG", "GbR")


def many(number, faulty):
    """A list of so many companies; every row whose number is in ``faulty`` has a postcode that is none."""
    names = [" ".join(words) for words in product(FAMILIES, TRADES, SIGNS, FORMS)]
    assert len(names) >= number
    for n in range(number):
        place = "x!" if n in faulty else "01917"
        yield [names[n], "Weg 1", place, "Ulm", "DED2C", "29.32", "42", "6500", f"Pat {n}", f"p{n}@x.de", ""]


def test_5000_rows_with_300_errors(make, session):
    trio, actor = keeper(make)
    faulty = set(range(0, 4500, 15))
    rows = list(many(5000, faulty))
    with statements(session) as said:
        batch = start(session, actor, trio, *rows)
    assert len(said) < 150, "no query per row"
    assert batch.counts["bad"] == len(faulty) == 300
    bad = [one for rows in queries.stream_rows(session, batch.id, (RowState.BAD,)) for one in rows]
    assert [one.number for one in bad] == [n + 2 for n in sorted(faulty)]
    assert {(found["column"], found["value"]) for one in bad for found in one.problems} == {(2, "x!")}
    services.choose_for_all(session, actor, batch.id, Choice.OTHER, now=NOON)
    written = batch.counts["new"]
    names = {one.values["name"] for many in queries.stream_rows(session, batch.id, (RowState.NEW,)) for one in many}
    with statements(session) as said:
        assert confirm(session, actor, batch) is Outcome.IMPORTED
    assert len(said) < 400
    assert count(session, Company, TrioCompany) == [written, written]
    assert set(session.scalars(select(Company.name))) == names <= {one[0] for one in rows}


def test_the_memory_for_a_thousand_rows(make, session):
    trio, actor = keeper(make)
    rows = list(many(1000, set()))
    tracemalloc.start()
    try:
        start(session, actor, trio, *rows)
        assert tracemalloc.get_traced_memory()[1] < 12 * 1024 * 1024
    finally:
        tracemalloc.stop()


def test_as_many_statements_for_one_row_as_for_a_hundred(make, session):
    trio, actor = keeper(make)
    told = []
    for number in (1, 2, 100):  # the first one also reads who acts
        with statements(session) as said:
            start(session, actor, trio, *many(number, set()))
        told.append(len(said))
    assert told[1] == told[2]


def test_two_tabs_confirm_at_the_same_moment(own_engine):
    with Session(own_engine) as session:
        make = Make(session)
        trio, actor = keeper(make)
        batch = start(session, actor, trio, GUSS, ["A", "", "", "Ulm"])
        session.commit()
        import_id, revision = batch.id, batch.revision
    begin = Barrier(4)

    def work(_n):
        with Session(own_engine) as session:
            begin.wait()
            database.begin_writing(session)
            outcome = services.confirm_import(session, actor, import_id, revision=revision, now=NOON)
            audit.seal(session)
            session.commit()
            return outcome

    with ThreadPoolExecutor(4) as threads:
        outcomes = list(threads.map(work, range(4)))
    assert sorted(one.name for one in outcomes) == ["ALREADY", "ALREADY", "ALREADY", "IMPORTED"]
    with Session(own_engine) as session:
        assert count(session, Company, CompanyContact, TrioCompany) == [2, 1, 2]


def test_one_contact_in_two_rows_is_one_contact(make, session):
    trio, actor = keeper(make)
    head = [*HEAD, "Telefon"]
    batch = start(session, actor, trio, GUSS, [*GUSS[:4], *[""] * 4, "P. Müller", "P@x.de", "", "0351 1"], head=head)
    services.choose(session, actor, batch.id, {3: (Choice.ROW, 2)}, now=NOON)
    confirm(session, actor, batch)
    contact = session.scalars(select(CompanyContact)).one()
    assert (contact.name, contact.phone) == ("P. Müller", "0351 1")


def test_the_size_class_stays_where_something_better_says_it(make, session):
    trio, actor = keeper(make)
    add_company(session, actor, trio.id, CompanyFacts("Zeller Guss GmbH", "Kamenz"), now=NOON)
    company = session.scalars(select(Company)).one()
    company.size_class, company.size_basis, company.size_year = SizeClass.LARGE, SizeBasis.CHECKED, 2025
    confirm(session, actor, start(session, actor, trio, GUSS))
    assert (company.size_class, company.size_basis) == (SizeClass.LARGE, SizeBasis.CHECKED)
    assert count(session, CompanyFiguresOfYear) == [1]
