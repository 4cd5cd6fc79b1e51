"""The framework file: complete, in both languages, and true to ESCO; and the command that loads it."""

import csv
from collections import Counter
from contextlib import contextmanager
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from app.competences import cli, queries
from app.competences.rules import Stage

STEPS, COMPETENCES = cli.read_framework()


def test_the_framework_is_complete():
    assert [step.code for step in STEPS] == [f"P{n:02}" for n in range(1, 20)] + [f"X{n:02}" for n in range(1, 9)]
    assert [area.code for area in COMPETENCES] == [f"C{n:02}" for n in range(1, 15)]
    assert {step.stage for step in STEPS} == set(Stage)


def test_every_name_is_in_both_languages():
    names = [*(step.name for step in STEPS), *(area.name for area in COMPETENCES)]
    assert all(set(name) == {"de", "en"} and all(name.values()) for name in names)
    assert all(
        count == 1 for count in Counter(name["de"] for name in names if name["de"] != "Hochvolt-Sicherheit").values()
    )


def test_no_skill_stands_twice_in_a_competence():
    for area in COMPETENCES:
        assert len({uri for uri, _label in area.anchors}) == len(area.anchors)


def test_every_anchor_is_in_esco_under_this_label(shared: Path):
    with (shared / "esco" / "skills_en_de.csv").open(encoding="utf-8-sig", newline="") as file:
        esco = {row["conceptUri"]: row for row in csv.DictReader(file)}
    for area in COMPETENCES:
        for uri, label in area.anchors:
            row = esco[uri]
            assert dict(label) == {code: row[f"label_{code}"] for code in ("en", "de") if row[f"label_{code}"]}, uri


def test_the_command_loads_it_once(flask_app: Flask, session: Session, monkeypatch: pytest.MonkeyPatch):
    @contextmanager
    def transaction():
        yield session

    monkeypatch.setattr(cli, "transaction", transaction)
    run = flask_app.test_cli_runner().invoke
    assert "41 entries" in run(args=["competences", "load"]).output
    assert ": 0 entries" in run(args=["competences", "load"]).output
    assert len(queries.list_framework(session)) == 14
