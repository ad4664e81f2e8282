"""Reads a FIT file as messages. Only this file calls a decoder.

docs/decisions/0048-parts-that-last.md says which decoders there are, and why.
"""

import math
from collections.abc import Callable, Mapping
from typing import NamedTuple

from points.said import said
from wellness_api.health.formats.fit.frame import damaged, framed_messages, plain_file
from wellness_api.health.formats.fit.profile import WORDS
from wellness_api.process.settings import FitDecoder

Fields = Mapping[str, object]
"""A message's fields by name. Values are numbers as the profile scales them. A value for which the profile has a name is
the bare number.
"""

Decode = Callable[[bytes], list[Fields]]
"""Reads a file that `plain_file` wrote, message by message. Raises UnreadableFile."""


class UnreadableFile(Exception):
    """The decoder gave up; the message says why."""


class Message(NamedTuple):
    """A data message. `kind`: its kind in the profile, empty where only its time is read."""

    kind: str
    fields: Fields

    def amount(self, name: str) -> float | None:
        """The field's value if it is one finite number; None if it is missing or something else."""
        value = self.fields.get(name)
        return value if isinstance(value, int | float) and math.isfinite(value) else None

    def word(self, name: str) -> str | None:
        """The profile's name for the field's value; None if it has none."""
        value = self.fields.get(name)
        return WORDS[name].get(value) if isinstance(value, int) else None


def read_messages(body: bytes, decoder: FitDecoder = "fitdecode") -> list[Message]:
    """All data messages in order. Raises InvalidUpload for a body that is no whole FIT file, or too large."""
    framed = framed_messages(body)
    asked = [message for message in framed if message.definition.kept]
    try:
        decoded = _decode_of(decoder)(plain_file(asked)) if asked else []
    except UnreadableFile as error:
        raise damaged(said("fit_flaw.unread")) from error
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
    """The decoder's function. A decoder is loaded when it is first used, because the one named garmin may not be there."""
    match decoder:
        case "fitdecode":
            from wellness_api.health.formats.fit.by_fitdecode import decode
        case "garmin":
            from wellness_api.health.formats.fit.by_garmin import decode
    return decode
