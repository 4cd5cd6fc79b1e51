import pytest

from app.evaluation import cli, rules
from app.evaluation.models import Questionnaire
from app.kit.errors import Invalid
from app.kit.localised import LANGUAGES
from tests.conftest import rows


def test_the_standard_questionnaire_has_five_questions_in_every_language():
    sheet = cli.read()
    questions = rules.questions_of(sheet.questions)
    assert [question.key for question in questions] == ["useful", "understood", "trainer", "recommend", "change"]
    assert [question.kind for question in questions] == ["faces", "faces", "faces", "nps", "text"]
    texts = [sheet.title, *(question.text for question in questions)]
    texts += [words for question in questions[:3] for _value, words in question.options]
    assert all(set(text) == set(LANGUAGES) for text in texts)


def test_loading_is_harmless_when_repeated(session):
    assert cli.load(session).id == cli.load(session).id
    assert rows(session, Questionnaire) == 1


@pytest.mark.parametrize(
    "content,told",
    [
        ("key: [", "is not a questionnaire"),
        ("just words", "is not a questionnaire"),
        ("key: a\ntitle: {de: A}\n", "questions"),
        ("key: a\ntitle: {de: A}\nquestions: 3\n", "is not a questionnaire"),
    ],
)
def test_a_broken_file_is_named(tmp_path, content, told):
    path = tmp_path / "broken.yaml"
    path.write_text(content)
    with pytest.raises(Invalid, match=r"broken\.yaml") as refusal:
        cli.read(path)
    assert told in str(refusal.value)


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(Invalid, match=r"none\.yaml"):
        cli.read(tmp_path / "none.yaml")


def test_the_command(client, flask_app, tmp_path):
    command = flask_app.test_cli_runner()
    assert command.invoke(args=["evaluation", "load"]).output == "short-form: version 1\n"
    path = tmp_path / "own.yaml"
    path.write_text("key: own\ntitle: {de: A}\nquestions: [{key: a, kind: stars, text: {de: A}}]\n")
    refused = command.invoke(args=["evaluation", "load", str(path)])
    assert refused.exit_code == 1
    assert "faces, nps" in refused.output
