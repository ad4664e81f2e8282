"""The pages say the same things in every language, and only what their own files hold."""

import re
from pathlib import Path
from typing import Final

import pytest

import wellness_api
from wellness_api.checkout.page_words import page_languages, page_words
from wellness_api.words.languages import TONGUES
from wellness_api.words.messages import arguments_of, read_message
from wellness_api.words.speaking import FIRST

SOURCES: Final = Path(wellness_api.__file__).parent / "web" / "src"

every_language = pytest.mark.parametrize("language", page_languages())


def _arguments(message: str) -> set[str]:
    return {name for name, _ in arguments_of(read_message(message))}


def test_pages_and_server_speak_the_same_languages() -> None:
    assert page_languages() == list(TONGUES)


@every_language
def test_every_language_has_every_page_and_every_key_of_it(language: str) -> None:
    first, this = page_words(FIRST), page_words(language)
    assert {page: list(messages) for page, messages in this.items()} == {
        page: list(messages) for page, messages in first.items()
    }


@every_language
def test_every_message_of_a_page_takes_the_same_arguments(language: str) -> None:
    first, this = page_words(FIRST), page_words(language)
    differing = [
        key
        for page, messages in first.items()
        for key, message in messages.items()
        if _arguments(message) != _arguments(this[page][key])
    ]
    assert differing == []


def test_a_key_stands_in_one_file_alone() -> None:
    keys = [key for messages in page_words(FIRST).values() for key in messages]
    assert sorted(keys) == sorted(set(keys))


def test_every_key_is_said_by_some_page() -> None:
    sources = "\n".join(
        path.read_text(encoding="utf-8")
        for path in SOURCES.rglob("*.ts*")
        if path.name not in {"keys.ts", "schema.d.ts"}
    )
    named = set(re.findall(r"[\"'](\w+)[\"']", sources))
    keys = {key for messages in page_words(FIRST).values() for key in messages}
    assert keys - named == set()
