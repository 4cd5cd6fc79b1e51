"""The platform. Read ``create_app`` top to bottom: it is the table of contents."""

from pathlib import Path

from flask import Flask

import app.accounts.cli
import app.accounts.pages
import app.assessment.pages
import app.catalogue.api
import app.catalogue.pages
import app.companies.pages
import app.competences.cli
import app.credentials.api
import app.credentials.pages
import app.evaluation.cli
import app.evaluation.pages
import app.home.pages
import app.learning.pages
import app.modules.cli
import app.modules.pages
import app.operations.cli
import app.operations.pages
import app.privacy.pages
import app.reporting.api
import app.reporting.pages
import app.runs.api
import app.runs.pages
import app.trios.pages
from app import tables  # noqa: F401 (tables refer to each other by name: all must be known)
from app.web import (
    api,
    assets,
    clients,
    db,
    errors,
    headers,
    identity,
    language,
    limits,
    logs,
    oidc,
    origin,
    secret,
    templates,
)
from config import Config

PAGES = (
    app.privacy.pages,
    app.home.pages,
    app.catalogue.pages,
    app.runs.pages,
    app.learning.pages,
    app.assessment.pages,
    app.evaluation.pages,
    app.credentials.pages,
    app.reporting.pages,
    app.modules.pages,
    app.companies.pages,
    app.trios.pages,
    app.accounts.pages,
    app.operations.pages,
)
RESOURCES = (app.catalogue.api, app.runs.api, app.credentials.api, app.reporting.api)
COMMANDS = (app.accounts.cli, app.competences.cli, app.evaluation.cli, app.modules.cli, app.operations.cli)


def create_app(config: type[Config] = Config) -> Flask:
    """Put the platform together; nothing is opened or written before the first request."""
    flask_app = Flask(__name__, template_folder=str(Path(__file__).parents[1] / "templates"))
    flask_app.config.from_object(config)

    secret.init_app(flask_app)
    logs.init_app(flask_app)
    limits.init_app(flask_app)
    clients.init_app(flask_app)
    language.init_app(flask_app)
    origin.init_app(flask_app)
    db.init_app(flask_app)
    identity.init_app(flask_app)
    oidc.init_app(flask_app)
    api.init_app(flask_app)
    errors.init_app(flask_app)
    headers.init_app(flask_app)
    assets.init_app(flask_app)
    templates.init_app(flask_app)

    for face in PAGES:
        flask_app.register_blueprint(face.bp)
    for resource in RESOURCES:
        api.api.register_blueprint(resource.bp)
    for command in COMMANDS:
        flask_app.cli.add_command(command.group)
    return flask_app
