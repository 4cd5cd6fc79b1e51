import pytest

from app.modules import queries
from tests.modules.test_package import files


@pytest.fixture
def folder(tmp_path):
    for name, content in files().items():
        path = tmp_path / "probe" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    return tmp_path / "probe"


@pytest.fixture
def flask(flask_app, client):
    return flask_app.test_cli_runner().invoke


def test_checking_a_folder(flask, folder):
    assert "M99 in de, en: 1 lessons" in flask(args=["modules", "check", str(folder)]).output
    (folder / "module.yaml").write_text("format: [")
    result = flask(args=["modules", "check", str(folder)])
    assert result.exit_code == 1
    assert "module.yaml:1: YAML mistake" in result.output


def test_importing_a_folder(flask, folder, make, session):
    make.competence(code="C01")
    make.step(code="P08")
    trio = make.trio()
    assert flask(args=["modules", "import", str(folder), "--trio", trio.slug]).output == "M99: draft version 1\n"
    assert flask(args=["modules", "import", str(folder), "--trio", trio.slug]).output == "M99: unchanged\n"
    assert queries.get_module(session, "M99").trio_id == trio.id


def test_importing_for_nobody_or_without_framework(flask, folder, make):
    result = flask(args=["modules", "import", str(folder), "--trio", "nobody"])
    assert (result.exit_code, "There is no Trio nobody." in result.output) == (1, True)
    trio = make.trio()
    result = flask(args=["modules", "import", str(folder), "--trio", trio.slug])
    assert (result.exit_code, "The framework has no C01, P08" in result.output) == (1, True)
