"""``flask modules check`` and ``flask modules import``."""

from pathlib import Path

import click
from flask.cli import AppGroup

from app.kit import clock
from app.kit.actors import Actor, Grant, Role
from app.kit.errors import DomainError
from app.modules import package, services
from app.trios import queries as trios
from app.web.db import transaction

group = AppGroup("modules", help="Course packages.")

_COMMAND_LINE = Actor(None, frozenset({Grant(Role.SITE_ADMIN)}))
"""Whoever can run commands on the server may import."""


@group.command("check")
@click.argument("folders", nargs=-1, required=True, type=click.Path(path_type=Path))
def check(folders: tuple[Path, ...]) -> None:
    """Check course packages and list every mistake."""
    for folder in folders:
        click.echo(f"{folder}: {_read(folder).summary()}")


@group.command("import")
@click.argument("folders", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--trio", required=True, help="The address (slug) of the Trio the modules belong to.")
def bring_in(folders: tuple[Path, ...], trio: str) -> None:
    """Bring course packages in as drafts; all of them or, if one has a mistake, none."""
    contents = [_read(folder) for folder in folders]
    with transaction() as session:
        owner = trios.find_trio_by_slug(session, trio)
        if owner is None:
            known = ", ".join(each.slug for each in trios.list_trios(session)) or "none yet"
            raise click.ClickException(f"There is no Trio {trio}. There are: {known}.")
        try:
            done = [
                services.import_package(session, _COMMAND_LINE, content, trio_id=owner.id, now=clock.now())
                for content in contents
            ]
        except DomainError as refusal:
            raise click.ClickException(str(refusal)) from refusal
    for module in done:
        click.echo(f"{module.code}: " + (f"draft version {module.number}" if module.is_new else "unchanged"))


def _read(folder: Path) -> package.Package:
    try:
        return package.read(package.from_folder(folder), name=folder.name)
    except package.Broken as broken:
        lines = "\n".join(f"{folder}/{mistake}" for mistake in broken.mistakes)
        raise click.ClickException(f"{lines}\n{broken}") from broken
