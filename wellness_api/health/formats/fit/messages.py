"""A FIT file as its messages: the one place where a decoder reads.

docs/decisions/0048-parts-that-last.md says which decoders there are, and why.
"""

import math
from collections.abc import Callable, Mapping
from typing import NamedTuple

from wellness_api.health.formats.fit.frame import damaged, framed_messages, plain_file
from wellness_api.health.formats.fit.profile import WORDS
from wellness_api.process.settings import FitDecoder

Fields = Mapping[str, object]
"""A message's fields by name: numbers as the profile scales them, or, where it has a name for each, as they stand."""

Decode = Callable[[bytes], list[Fields]]
"""Reads a file that `plain_file` wrote, message by message; raises UnreadableFile."""


class UnreadableFile(Exception):
    """The decoder gave up; the message says why."""


class Message(NamedTuple):
    """A data message: its kind in the profile, empty where nothing of it is read but its time, and its fields."""

    kind: str
    fields: Fields

    def amount(self, name: str) -> float | None:
        """The field where it is one finite number; None where it is left out, or is something else."""
        value = self.fields.get(name)
        return value if isinstance(value, int | float) and math.isfinite(value) else None

    def word(self, name: str) -> str | None:
        """The field where the profile has a name for its value."""
        value = self.fields.get(name)
        return WORDS[name].get(value) if isinstance(value, int) else None


def read_messages(body: bytes, decoder: FitDecoder = "fitdecode") -> list[Message]:
    """All data messages in their order; raises InvalidUpload for what is no whole FIT file, or too large a one."""
    framed = framed_messages(body)
    asked = [message for message in framed if message.definition.kept]
    try:
        decoded = _decode_of(decoder)(plain_file(asked)) if asked else []
    except UnreadableFile as error:
        raise damaged(str(error)) from error
    assert len(decoded) == len(asked), "a decoder tells of every message of a plain file"
    fields = iter(decoded)
    return [
        Message(
            definition.kind,
            {
                **(next(fields) if definition.kept else {}),
                **({} if seconds is None else {"timestamp": seconds}),
            },
        )
        for definition, seconds, _ in framed
    ]


def _decode_of(decoder: FitDecoder) -> Decode:
    """Each is loaded when it is first used: the garmin one may not be there."""
    match decoder:
        case "fitdecode":
            from wellness_api.health.formats.fit.by_fitdecode import decode
        case "garmin":
            from wellness_api.health.formats.fit.by_garmin import decode
    return decode
