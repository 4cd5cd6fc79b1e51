"""What a piece of code says to the database."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Connection, event
from sqlalchemy.orm import Session


@contextmanager
def statements(at: Session | Connection) -> Iterator[list[str]]:
    """The statements that reach the database inside the block, savepoints aside."""
    said: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_more: Any) -> None:
        if "SAVEPOINT" not in statement:
            said.append(statement)

    engine = (at.connection() if isinstance(at, Session) else at).engine
    event.listen(engine, "before_cursor_execute", note)
    try:
        yield said
    finally:
        event.remove(engine, "before_cursor_execute", note)
