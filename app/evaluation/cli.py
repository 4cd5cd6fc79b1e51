"""``flask evaluation load``."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click
from flask.cli import AppGroup
from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError
from sqlalchemy.orm import Session

from app.evaluation import services
from app.evaluation.models import Questionnaire
from app.kit.errors import Invalid
from app.kit.text import _
from app.web.db import transaction

STANDARD = Path(__file__).with_name("questionnaire.yaml")

group = AppGroup("evaluation", help="The questionnaire that people answer after a run.")


@dataclass(frozen=True, slots=True)
class Sheet:
    """A questionnaire as it stands in a file."""

    key: str
    title: dict[str, str]
    questions: list[dict[str, Any]]


def read(path: Path = STANDARD) -> Sheet:
    """The questionnaire of a file; Invalid when the file is not one."""
    try:
        content = YAML(typ="safe", pure=True).load(path)
        return Sheet(str(content["key"]), dict(content["title"]), list(content["questions"]))
    except (YAMLError, OSError, KeyError, TypeError, ValueError) as error:
        raise Invalid(_("%(file)s is not a questionnaire: %(error)s", file=path.name, error=str(error))) from error


def load(session: Session, path: Path = STANDARD) -> Questionnaire:
    """Keep the questionnaire of a file inside the caller's transaction; harmless when nothing has changed."""
    sheet = read(path)
    return services.load_questionnaire(session, key=sheet.key, title=sheet.title, questions=sheet.questions)


@group.command("load")
@click.argument("path", default=STANDARD, type=click.Path(path_type=Path, dir_okay=False))
def load_file(path: Path) -> None:
    """Load the questionnaire (of PATH, else the standard one); a changed one becomes the next version."""
    try:
        with transaction() as session:
            questionnaire = load(session, path)
            told = f"{questionnaire.key}: version {questionnaire.number}"
    except Invalid as reason:
        raise click.ClickException("\n".join([str(reason), *reason.problems])) from reason
    click.echo(told)
