import pytest

from app.kit.localised import LANGUAGES, best_language, html_language, pick

ALL = {"de": "Zelle", "en": "cell", "de-simple": "Eine Zelle"}


@pytest.mark.parametrize("language", LANGUAGES)
def test_readers_get_their_own_language(language):
    assert best_language(ALL, language) == language
    assert pick(ALL, language) == ALL[language]


@pytest.mark.parametrize(
    "texts,language,best",
    [
        ({"de": "Zelle", "en": "cell"}, "de-simple", "de"),
        ({"en": "cell", "de-simple": "Eine Zelle"}, "de", "de-simple"),
        ({"en": "cell"}, "de", "en"),
        ({"de": "Zelle", "de-simple": "Eine Zelle"}, "en", "de"),
        ({"de": "", "en": "cell"}, "de", "en"),
        ({"de": "Zelle", "en": "cell"}, "pl", "de"),
        ({"pl": "ogniwo"}, "de", "pl"),
        ({"pl": "", "cs": "článek"}, "de", "cs"),
        ({"de": ""}, "de", None),
        ({}, "de", None),
    ],
)
def test_or_the_best_other_one(texts, language, best):
    assert best_language(texts, language) == best
    assert pick(texts, language) == (texts[best] if best else "")


def test_simple_german_is_german_for_a_screen_reader():
    assert [html_language(code) for code in LANGUAGES] == ["de", "en", "de"]
