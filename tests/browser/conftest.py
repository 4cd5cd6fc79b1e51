"""One demo world per module, on a server of its own, at a fixed day."""

import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime

import pytest
from werkzeug.serving import make_server

import app as platform
from app.kit import clock
from app.web.db import db
from config import TestConfig
from tests.browser.world import World, fill
from tests.conftest import _Silent, whole

MORNING = datetime(2026, 11, 24, 8, 30, tzinfo=UTC)


@pytest.fixture(scope="module")
def world(
    server: Callable[[str], str], tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest
) -> Iterator[World]:
    """The demo world on a free port; its clock stands at a Tuesday morning unless a test moves it."""
    url = server(request.module.__name__.replace(".", "_"))
    settings = {"SQLALCHEMY_DATABASE_URI": url, "DATA": tmp_path_factory.mktemp("world"), "DEMO": True}
    own = platform.create_app(type("Config", (TestConfig,), settings))
    listening = make_server("127.0.0.1", 0, whole(own), threaded=True, request_handler=_Silent)
    running = World(own, f"http://127.0.0.1:{listening.port}", MORNING)
    own.config["PUBLIC_URL"] = running.address
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(clock, "now", lambda: running.now)
        fill(own, url, clock.local_date(MORNING))
        thread = threading.Thread(target=listening.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        yield running
        listening.shutdown()
        thread.join()
    listening.server_close()
    with own.app_context():
        db.engine.dispose()
