"""``flask competences load``: bring the framework of ``framework.yaml`` into the database."""

from pathlib import Path

import click
from flask.cli import AppGroup
from ruamel.yaml import YAML
from sqlalchemy.orm import Session

from app.competences import services
from app.competences.rules import CompetenceEntry, Stage, StepEntry
from app.web.db import transaction

FRAMEWORK = Path(__file__).with_name("framework.yaml")

group = AppGroup("competences", help="The framework of process steps and competences.")


def read_framework(path: Path = FRAMEWORK) -> tuple[list[StepEntry], list[CompetenceEntry]]:
    """The process steps and competences of a framework file, in its order."""
    content = YAML(typ="safe", pure=True).load(path)
    steps = [StepEntry(step["code"], step["name"], Stage(step["stage"])) for step in content["steps"]]
    competences = [
        CompetenceEntry(
            area["code"],
            area["name"],
            [(content["esco"] + anchor["uri"], anchor["label"]) for anchor in area["anchors"]],
        )
        for area in content["competences"]
    ]
    return steps, competences


def load(session: Session) -> int:
    """Load the framework of the platform; returns how many entries were new or changed."""
    return services.load_framework(session, *read_framework())


@group.command("load")
def load_command() -> None:
    """Load the framework; loading it again changes nothing."""
    with transaction() as session:
        changed = load(session)
    click.echo(f"The framework is loaded: {changed} entries are new or changed.")
