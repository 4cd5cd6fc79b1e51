"""The server and the browser that other tests rely on really start, and leave nothing behind."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import create_engine, text

from tests import chromium, servers


def test_postgres_serves_copies_of_a_database_and_goes_without_a_trace():
    with servers.or_skip(), servers.postgres() as server:
        template = create_engine(server.create_database("template"))
        with template.begin() as connection:
            connection.execute(text("CREATE TABLE cell (part text)"))
            connection.execute(text("INSERT INTO cell VALUES ('KATHODE FÜR ZELLEN')"))
        template.dispose()

        copy = create_engine(server.create_database("copy", template="template"))
        with copy.connect() as connection:
            assert connection.scalar(text("SELECT lower(part) FROM cell")) == "kathode für zellen"
        copy.dispose()

    assert not server.folder.exists()


def test_postgres_drops_a_database_that_is_still_in_use():
    with servers.or_skip(), servers.postgres() as server:
        engine = create_engine(server.create_database("used"))
        with engine.connect():
            server.drop_database("used")
            server.create_database("used")
        engine.dispose()


@pytest.mark.browser
def test_chromium_shows_a_page():
    with servers.or_skip(), ThreadPoolExecutor(1) as thread:  # Playwright allows one of itself per thread
        width, language, message = thread.submit(_visit).result()
    assert (width, language) == (390, "de-DE")
    assert message == "Zelle geöffnet"


def _visit() -> tuple[int, str, str]:
    with chromium.launched() as browser:
        page = browser.new_page(viewport={"width": 390, "height": 844}, locale="de-DE")
        page.set_content(
            "<meta name=viewport content='width=device-width'><button>Öffnen</button><p role=status></p>"
            "<script>document.querySelector('button').onclick = () => "
            "document.querySelector('p').append('Zelle geöffnet')</script>"
        )
        page.get_by_role("button", name="Öffnen").click()
        width, language = page.evaluate("[innerWidth, navigator.language]")
        return width, language, page.get_by_role("status").inner_text()


def test_what_is_missing_skips_here_and_fails_in_ci(monkeypatch):
    monkeypatch.delenv("CI", raising=False)
    with pytest.raises(pytest.skip.Exception, match="no browser"), servers.or_skip():
        raise servers.Unavailable("no browser")

    monkeypatch.setenv("CI", "true")
    with pytest.raises(servers.Unavailable, match="no browser"), servers.or_skip():
        raise servers.Unavailable("no browser")
