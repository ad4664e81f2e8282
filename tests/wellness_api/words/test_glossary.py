"""The pages and the server keep to the words of docs/glossary.md."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest

import wellness_api
from wellness_api.words.languages import TONGUES
from wellness_api.words.messages import Plural, read_message

PACKAGE: Final = Path(wellness_api.__file__).parent
GLOSSARY: Final = PACKAGE.parent / "docs" / "glossary.md"
ROW: Final = re.compile(r"^\| (.+?) \| (.+?) \| (.*?) ?\| (.*?) ?\|$", re.MULTILINE)


def _not_used() -> dict[str, str]:
    """By word that is not to be used, the one that is."""
    things = GLOSSARY.read_text(encoding="utf-8").partition("## Things")[2].partition("\n## ")[0]
    return {
        word: japanese
        for _, japanese, _, refused in ROW.findall(things)
        for word in filter(None, refused.split(", "))
        if word not in {"not", "---"}
    }


def _japanese() -> Iterator[tuple[str, str]]:
    """Key and text of everything that is said in Japanese."""
    for key, parts in TONGUES["ja"].messages.items():
        yield key, "".join(_texts(parts))
    for file in (PACKAGE / "web" / "src" / "words" / "ja").glob("*.json"):
        for key, message in json.loads(file.read_text(encoding="utf-8")).items():
            yield f"{file.stem}.{key}", "".join(_texts(read_message(message)))


def _texts(parts: object) -> Iterator[str]:
    assert isinstance(parts, tuple)
    for part in parts:
        if isinstance(part, str):
            yield part
        if isinstance(part, Plural):
            yield from _texts(part.one)
            yield from _texts(part.other)


@pytest.mark.parametrize(("word", "instead"), _not_used().items())
def test_a_thing_has_one_word(word: str, instead: str) -> None:
    assert [key for key, text in _japanese() if word in text] == [], f"say {instead}"


def test_the_glossary_lists_words_that_are_not_to_be_used() -> None:
    assert {"プログラム", "ルール", "チーム", "申し込", "景品"} <= set(_not_used())
