"""Reads plain FIT files with fitdecode, which every installation has."""

import struct

from fitdecode import CrcCheck, ErrorHandling, FitDataMessage, FitError, FitReader

from wellness_api.health.formats.fit.messages import Fields, UnreadableFile
from wellness_api.health.formats.fit.profile import WORDS

GIVES_UP: tuple[type[Exception], ...] = (
    FitError,
    ArithmeticError,
    AssertionError,
    LookupError,
    TypeError,
    ValueError,
    struct.error,
)


def decode(plain: bytes) -> list[Fields]:
    """The fields of each message. Raises UnreadableFile."""
    try:
        with FitReader(
            plain,
            processor=None,
            check_crc=CrcCheck.DISABLED,
            error_handling=ErrorHandling.RAISE,
        ) as reader:
            return [_fields(frame) for frame in reader if isinstance(frame, FitDataMessage)]
    except GIVES_UP as error:
        raise UnreadableFile(str(error)) from error


def _fields(message: FitDataMessage) -> Fields:
    fields = {}
    for field in message.fields:
        fields[field.name] = field.raw_value if field.name in WORDS else field.value
        # fitdecode names a field only by its narrower name: `product`, for example, only by the maker's own name for the
        # number.
        if field.parent_field is not None and field.parent_field.scale is None:
            fields[field.parent_field.name] = field.raw_value
    return fields
