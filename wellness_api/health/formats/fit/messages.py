"""A FIT file as its messages, by Garmin's own decoder, which is kept within bounds here.

docs/decisions/0016-fit-files.md says why this decoder.
"""

import math
from collections.abc import Mapping
from typing import Any, Final, NamedTuple

from garmin_fit_sdk import Decoder, Profile, Stream

from wellness_api.health.samples.problems import InvalidUpload

FIT_BYTES_MAX: Final = 4 * 1024 * 1024
"""A day's activity, with every sensor there is, recorded each second."""

MESSAGES_MAX: Final = 60_000
"""Sixteen hours of an activity recorded each second, and some."""

DEFINITIONS_MAX: Final = 2_000
"""A file of more definitions is refused as too large."""

FIELDS_MAX: Final = 2_000_000
"""Of all messages together, so that decoding takes seconds. A long activity with every sensor has half of it."""

DEVELOPER_FIELDS_MAX: Final = 64
"""Which apps on a watch may describe in a file. The decoder looks for each in a list of all, in each message."""

DESCRIPTIONS_PER_FIELD: Final = 32
"""How many of these the decoder looks at in the time that it takes for a field."""

NUMBER_OF: Final[Mapping[str, int]] = Profile["mesg_num"]
FIELD_DESCRIPTION: Final = NUMBER_OF["FIELD_DESCRIPTION"]


class Message(NamedTuple):
    """A data message: its number in the profile, and its fields as the profile scales and names them."""

    number: int
    fields: Mapping[str, object]

    def amount(self, name: str) -> float | None:
        """The field where it is one finite number; None where it is left out, or is something else."""
        value = self.fields.get(name)
        return value if isinstance(value, int | float) and math.isfinite(value) else None

    def word(self, name: str) -> str | None:
        """The field where the profile has a name for its value."""
        value = self.fields.get(name)
        return value if isinstance(value, str) else None


class _Bounds:
    """Listens to the decoder, keeps what it finds, and stops it where a file asks for too much."""

    def __init__(self) -> None:
        self.messages: list[Message] = []
        self._definitions = 0
        self._descriptions = 0
        self._fields = 0
        self._defined: dict[int, tuple[int, int]] = {}
        """The most fields and developer fields that messages of a number are defined with."""

    def message(self, number: int, fields: dict[str, Any]) -> None:
        self.messages.append(Message(number, fields))
        if len(self.messages) > MESSAGES_MAX:
            raise _too_much(f"at most {MESSAGES_MAX} messages")
        self._descriptions += number == FIELD_DESCRIPTION
        if self._descriptions > DEVELOPER_FIELDS_MAX:
            raise _too_much(f"at most {DEVELOPER_FIELDS_MAX} developer fields")
        own, developers = self._defined[number]
        self._fields += own + developers + developers * self._descriptions // DESCRIPTIONS_PER_FIELD
        if self._fields > FIELDS_MAX:
            raise _too_much(f"at most {FIELDS_MAX} fields")

    def definition(self, definition: dict[str, Any]) -> None:
        self._definitions += 1
        if self._definitions > DEFINITIONS_MAX:
            raise _too_much(f"at most {DEFINITIONS_MAX} definitions")
        number = definition["global_mesg_num"]
        own, developers = self._defined.get(number, (0, 0))
        self._defined[number] = (
            max(own, len(definition["field_definitions"])),
            max(developers, len(definition["developer_field_defs"])),
        )


def read_messages(body: bytes) -> list[Message]:
    """All data messages in their order; raises InvalidUpload for what is no whole FIT file, or too large a one."""
    if len(body) > FIT_BYTES_MAX:
        raise _too_much(f"at most {FIT_BYTES_MAX} bytes")
    bounds = _Bounds()
    _, errors = Decoder(Stream.from_byte_array(bytearray(body))).read(
        convert_datetimes_to_dates=False,
        # Strap readings would be averaged into records, and one that lacks a field would fail the whole file.
        merge_heart_rates=False,
        mesg_listener=bounds.message,
        mesg_definition_listener=bounds.definition,
    )
    for error in errors:
        if isinstance(error, InvalidUpload):
            raise error
        raise InvalidUpload(
            field="body",
            limit="a whole FIT file with its check sums, as the device wrote it",
            detail=f"The file is no FIT file, is damaged or cut off, or uses what is not supported: {error}",
        ) from error
    return bounds.messages


def _too_much(limit: str) -> InvalidUpload:
    return InvalidUpload(
        field="body",
        limit=limit,
        detail="The file asks for too much; no device's file is like this.",
    )
