"""Reading, checking and compiling the German catalogue."""

import gettext

import pytest
from babel.messages.catalog import Message
from babel.messages.pofile import PoFileError

from app.web import translations

HEAD = 'msgid ""\nmsgstr "Content-Type: text/plain; charset=utf-8\\n"\n\n'
HELLO = '#, python-format\nmsgid "Hello, %(name)s."\nmsgstr "Hallo %(name)s."\n\n'
PLACES = (
    '#, python-format\nmsgid "%(number)s place"\nmsgid_plural "%(number)s places"\n'
    'msgstr[0] "%(number)s Platz"\nmsgstr[1] "%(number)s Plätze"\n\n'
)
STAFF = 'msgctxt "staff"\nmsgid "Save"\nmsgstr "Speichern Sie"\n\nmsgid "Save"\nmsgstr "Speichern"\n\n'


@pytest.fixture
def folder(tmp_path, monkeypatch):
    folder = tmp_path / "de" / "LC_MESSAGES"
    folder.mkdir(parents=True)
    monkeypatch.setattr(translations, "FOLDER", folder)
    return folder


@pytest.fixture
def said(monkeypatch):
    """What the code says."""
    sentences: list[tuple[str, int, Message]] = []
    monkeypatch.setattr(translations, "sentences", lambda: iter(sentences))

    def _say(*messages, context=None):
        sentences.extend(("app/x.py", 7, Message(message, context=context)) for message in messages)

    return _say


def write(folder, name, *entries):
    (folder / f"{name}.po").write_text(HEAD + "".join(entries), encoding="utf-8")


def compiled(path):
    with path.open("rb") as file:
        return gettext.GNUTranslations(file)


def test_the_files_of_all_capabilities_become_one_catalogue(folder):
    write(folder, "kit", HELLO)
    write(folder, "runs", PLACES, HELLO)
    german = compiled(translations.compile_all())
    assert german.gettext("Hello, %(name)s.") == "Hallo %(name)s."
    assert [german.ngettext("%(number)s place", "%(number)s places", n) for n in (0, 1, 2)] == [
        "%(number)s Plätze", "%(number)s Platz", "%(number)s Plätze",
    ]  # fmt: skip


def test_a_context_tells_one_german_from_another(folder):
    write(folder, "kit", STAFF)
    german = compiled(translations.compile_all())
    assert german.gettext("Save") == "Speichern"
    assert german.pgettext("staff", "Save") == "Speichern Sie"


def test_two_germans_for_one_sentence_are_refused_with_the_file_and_the_sentence(folder):
    write(folder, "kit", HELLO)
    write(folder, "runs", HELLO.replace("Hallo", "Servus"))
    with pytest.raises(ValueError, match=r"runs\.po: two translations of 'Hello, %\(name\)s\.'"):
        translations.compile_all()
    assert not list(folder.glob("*.mo"))


@pytest.mark.parametrize("exists", [True, False], ids=["empty folder", "no folder"])
def test_without_any_german_the_catalogue_compiles_all_the_same(folder, exists):
    if not exists:
        folder.rmdir()
    german = compiled(translations.compile_all())
    assert german.gettext("Hello, %(name)s.") == "Hello, %(name)s."


def test_a_file_with_a_mistake_is_refused(folder):
    write(folder, "kit", "<<<<<<< HEAD\n")
    with pytest.raises(PoFileError):
        translations.compile_all()


@pytest.mark.parametrize(
    "german",
    [
        "",
        HELLO.replace("Hallo %(name)s.", ""),
        HELLO.replace("Hallo %(name)s", "Hallo %(nmae)s"),
        "#, fuzzy\n" + HELLO,
        STAFF,
    ],
    ids=["absent", "empty", "wrong parameter", "uncertain", "another sentence"],
)
def test_a_sentence_without_german_is_found(folder, said, german):
    write(folder, "kit", german)
    said("Hello, %(name)s.")
    assert [(name, line, message.id) for name, line, message in translations.missing()] == [
        ("app/x.py", 7, "Hello, %(name)s.")
    ]


def test_a_plural_needs_all_its_forms(folder, said):
    write(folder, "kit", PLACES.replace("%(number)s Plätze", ""))
    said(("%(number)s place", "%(number)s places"))
    assert len(translations.missing()) == 1
    write(folder, "kit", PLACES)
    assert translations.missing() == []


def test_a_plural_is_not_covered_by_a_singular(folder, said):
    write(folder, "kit", '#, python-format\nmsgid "%(number)s place"\nmsgstr "%(number)s Platz"\n')
    said(("%(number)s place", "%(number)s places"))
    assert len(translations.missing()) == 1


def test_a_sentence_of_another_context_does_not_count(folder, said):
    write(folder, "kit", 'msgid "Save"\nmsgstr "Speichern"\n')
    said("Save", context="staff")
    assert len(translations.missing()) == 1


def test_german_that_nothing_says_any_more(folder, said):
    write(folder, "kit", HELLO, PLACES, STAFF)
    said("Save")
    said(("%(number)s place", "%(number)s places"))
    assert translations.unused() == ["Hello, %(name)s.", "Save"]


# ---- the command


def test_the_command_compiles(folder, said, capsys):
    write(folder, "kit", HELLO)
    said("Never translated")
    assert translations.main([]) == 0
    assert (folder / "messages.mo").is_file()
    assert capsys.readouterr().out == ""


def test_checking_names_what_is_missing_and_fails(folder, said, capsys):
    write(folder, "kit", HELLO)
    said("Hello, %(name)s.", "Never translated")
    assert translations.main(["--check"]) == 1
    told = capsys.readouterr().out
    assert "app/x.py:7: no German for 'Never translated'" in told
    assert "1 sentences without German" in told


def test_checking_is_content_when_all_is_there(folder, said, capsys):
    write(folder, "kit", HELLO)
    said("Hello, %(name)s.")
    assert translations.main(["--check"]) == 0
    assert capsys.readouterr().out == ""


def test_missing_sentences_are_printed_ready_to_be_filled_in(folder, said, capfdbinary):
    write(folder, "kit")
    said("Never translated", ("%(number)s place", "%(number)s places"))
    said("Save", context="staff")
    assert translations.main(["--missing"]) == 0
    told = capfdbinary.readouterr().out.decode()
    assert 'msgid "Never translated"\nmsgstr ""' in told
    assert 'msgid_plural "%(number)s places"' in told
    assert 'msgctxt "staff"\nmsgid "Save"' in told


def test_sentences_come_from_code_pages_and_mails(monkeypatch, tmp_path):
    monkeypatch.setattr(translations, "ROOT", tmp_path)
    for name, text in {
        "app/runs/rules.py": '_("One")\nn_("%(number)s place", "%(number)s places", 2)\n',
        "templates/runs/show.html": '{{ pgettext("staff", "Two") }}{% trans %}Three{% endtrans %}',
        "templates/runs/mail/x.txt": '{{ _("Four %(name)s", name="x") }}',
    }.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
    found = {(name, message.id, message.context) for name, _line, message in translations.sentences()}
    assert found == {
        ("app/runs/rules.py", "One", None),
        ("app/runs/rules.py", ("%(number)s place", "%(number)s places"), None),
        ("templates/runs/show.html", "Two", "staff"),
        ("templates/runs/show.html", "Three", None),
        ("templates/runs/mail/x.txt", "Four %(name)s", None),
    }


def test_the_real_catalogue_has_no_two_germans_and_no_wrong_parameter():
    wrong = [str(message.id) for message in translations.catalogue() if message.id and message.check()]
    assert wrong == []
