from app.kit.errors import Conflict, DomainError, Forbidden, Invalid, NotFound
from app.kit.text import _, translator


def test_an_error_says_its_reason_in_the_language_of_who_reads_it():
    error = Conflict(_("Too late."))
    assert str(error) == "Too late."
    token = translator.set(lambda *_sentence: "Zu spät.")
    try:
        assert str(error) == "Zu spät."
    finally:
        translator.reset(token)


def test_a_reason_is_not_needed():
    assert [str(kind()) for kind in (DomainError, NotFound, Forbidden)] == ["", "", ""]


def test_all_problems_of_what_was_handed_in():
    assert Invalid("No.", ["a", "b"]).problems == ["a", "b"]
    assert Invalid("No.").problems == []
