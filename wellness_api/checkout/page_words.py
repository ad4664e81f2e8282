"""Makes wellness_api/web/src/words/keys.ts: the keys of the pages' words and the arguments of each, so that `tsc`
checks every call.
"""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final

from wellness_api.words.messages import arguments_of, read_message
from wellness_api.words.speaking import FIRST

WORDS: Final = Path(__file__).parent.parent / "web" / "src" / "words"

HEAD: Final = (
    "// Made from the words of the first language by `./run docs`; changes by hand are lost.\n"
    "// For each page, its keys and their arguments: null when a message takes none. The argument of a plural is a number.\n\n"
    "export interface Words {\n"
)


def page_words(language: str) -> dict[str, dict[str, str]]:
    """The messages of a language by page and key."""
    return {
        file.stem: json.loads(file.read_text(encoding="utf-8"))
        for file in sorted((WORDS / language).glob("*.json"))
    }


def page_languages() -> list[str]:
    """The languages of the pages, the first one first."""
    names = [folder.name for folder in WORDS.iterdir() if folder.is_dir()]
    return sorted(names, key=lambda name: (name != FIRST, name))


def keys_document() -> str:
    """The TypeScript that lists the keys."""
    numbers = _numbers()
    lines = [
        line
        for page, messages in page_words(FIRST).items()
        for line in _page_lines(page, messages, numbers)
    ]
    return HEAD + "".join(f"{line}\n" for line in lines) + "}\n"


def _page_lines(
    page: str, messages: Mapping[str, str], numbers: set[tuple[str, str]]
) -> Iterator[str]:
    yield f'  "{page}": {{'
    for key, message in messages.items():
        names = dict.fromkeys(name for name, _ in arguments_of(read_message(message)))
        taken = "; ".join(
            f"{name}: {'number' if (key, name) in numbers else 'string | number'}" for name in names
        )
        yield f"    {key}: {f'{{ {taken} }}' if taken else 'null'};"
    yield "  };"


def _numbers() -> set[tuple[str, str]]:
    """Key and name of each argument that has to be a number in at least one language."""
    return {
        (key, name)
        for language in page_languages()
        for messages in page_words(language).values()
        for key, message in messages.items()
        for name, is_number in arguments_of(read_message(message))
        if is_number
    }
