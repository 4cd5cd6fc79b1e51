"""Whose register a page shows, and the way to its other pages."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flask import request, url_for

from app.companies import queries
from app.web.db import reading
from app.web.identity import current_actor


@dataclass(frozen=True, slots=True)
class Frame:
    """The Trio whose register is shown, among those the reader may choose from."""

    trio_id: int
    slug: str
    name: str
    choices: Sequence[tuple[str, str]]
    """(slug, name) of all Trios whose registers the reader keeps."""

    @property
    def query(self) -> dict[str, str]:
        """What an address carries so that the next page shows the same register; nothing where there is one alone."""
        return {"trio": self.slug} if len(self.choices) > 1 else {}

    def link(self, endpoint: str, **values: Any) -> str:
        """The address of a page of this register."""
        carried: dict[str, Any] = {**values, **self.query}
        return url_for(endpoint, **carried)


def get_frame() -> Frame:
    """The register the address asks for (``?trio=slug``), or the reader's first; NotFound, Forbidden."""
    session, actor = reading(), current_actor()
    trio = queries.get_register(session, actor, request.args.get("trio"))
    choices = [(one.slug, one.name) for one in queries.list_registers(session, actor)]
    return Frame(trio.id, trio.slug, trio.name, choices)
