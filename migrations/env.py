"""Runs the migrations: on the database of the settings, or on the one that the caller names."""

from typing import Any, Literal

from alembic import context
from alembic.autogenerate.api import AutogenContext
from sqlalchemy import create_engine

from app import tables
from app.kit import database
from app.kit.base import Moment
from config import Config


def plain_types(kind: str, item: Any, _context: AutogenContext) -> str | Literal[False]:
    """Write ``Moment`` as the column it is: a migration must not import the app."""
    return "sa.DateTime(timezone=True)" if kind == "type" and isinstance(item, Moment) else False


url = context.config.attributes.get("url") or Config.SQLALCHEMY_DATABASE_URI
engine = create_engine(url, **database.engine_options(url))
is_sqlite = engine.dialect.name == "sqlite"

with engine.connect() as plain:
    if is_sqlite:
        # SQLite rebuilds a table to change it; with foreign keys on, dropping the old one would empty its children. The
        # pragma only works outside a transaction, and SQLAlchemy begins one for everything: so ask the driver itself.
        plain.connection.cursor().execute("PRAGMA foreign_keys=OFF")
    connection = plain.execution_options(writes=True)
    context.configure(
        connection=connection,
        target_metadata=tables.metadata,
        render_as_batch=is_sqlite,
        render_item=plain_types,
        compare_type=True,
        transaction_per_migration=False,
    )
    with context.begin_transaction():
        context.run_migrations()
        if is_sqlite and (broken := connection.exec_driver_sql("PRAGMA foreign_key_check").all()):
            raise RuntimeError(f"The migration would break references in {sorted({row[0] for row in broken})}.")
engine.dispose()
