"""The languages: a folder for each beside this file. To add a language, add its folder."""

import tomllib
from collections.abc import Iterator, Mapping
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Final

import msgspec

from points.said import Language, Said, Text
from wellness_api.words.messages import read_message
from wellness_api.words.speaking import FIRST, Manner, Tongue

MANNER: Final = "language.toml"
"""Every other file of a folder holds messages: tables of them, whose names joined by dots are the key."""


def _folders() -> list[Traversable]:
    here = [entry for entry in files(__package__).iterdir() if entry.joinpath(MANNER).is_file()]
    return sorted(here, key=lambda folder: (folder.name != FIRST, folder.name))


def read_messages(folder: Traversable) -> dict[str, str]:
    """The messages of a language by key, as they are written."""
    messages: dict[str, str] = {}
    for file in folder.iterdir():
        if file.name.endswith(".toml") and file.name != MANNER:
            for key, message in _flat(tomllib.loads(file.read_text(encoding="utf-8"))):
                assert key not in messages, f"{folder.name}/{file.name} says {key} once more"
                messages[key] = message
    return messages


def _flat(table: Mapping[str, object], above: str = "") -> Iterator[tuple[str, str]]:
    for name, value in table.items():
        if isinstance(value, dict):
            yield from _flat(value, f"{above}{name}.")
        else:
            assert isinstance(value, str), f"{above}{name} is no text"
            yield f"{above}{name}", value


def _tongue(folder: Traversable) -> Tongue:
    manner = msgspec.toml.decode(folder.joinpath(MANNER).read_bytes(), type=Manner)
    return Tongue(
        language=folder.name,
        manner=manner,
        messages={key: read_message(text) for key, text in read_messages(folder).items()},
        day=read_message(manner.day),
        day_long=read_message(manner.day_long),
        clock=read_message(manner.clock),
    )


TONGUES: Final[Mapping[Language, Tongue]] = {folder.name: _tongue(folder) for folder in _folders()}
"""By language; FIRST comes first."""


def named(table: str, code: str) -> Text:
    """The name of a code of one of our own tables, in every language."""
    return say(Said(f"{table}.{code}", {}))


def say(what: Said) -> Text:
    """The message in every language."""
    return {language: tongue.say(what) for language, tongue in TONGUES.items()}
