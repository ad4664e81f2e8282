"""Reads plain FIT files with Garmin's own decoder, on a machine whose operator installed it."""

from typing import Any

from garmin_fit_sdk import Decoder, Stream

from wellness_api.health.formats.fit.messages import Fields, UnreadableFile


def decode(plain: bytes) -> list[Fields]:
    """The fields of each message. Raises UnreadableFile."""
    messages: list[Fields] = []

    def listen(_number: int, fields: dict[str, Any]) -> None:
        messages.append(fields)

    _, errors = Decoder(Stream.from_byte_array(bytearray(plain))).read(
        convert_datetimes_to_dates=False,
        convert_types_to_strings=False,
        merge_heart_rates=False,
        mesg_listener=listen,
    )
    for error in errors:
        raise UnreadableFile(str(error)) from error
    return messages
