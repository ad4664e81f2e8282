"""FIT files, which watches, scales and cuffs of Garmin and other makers keep on themselves."""

import hashlib
from collections.abc import Sequence
from typing import Final

from points.said import said
from wellness_api.health.formats.fit.messages import Message, read_messages
from wellness_api.health.formats.fit.readings import FitFile
from wellness_api.health.formats.format import Context, Format, ReadItems
from wellness_api.health.formats.items import ItemRefused, read_each
from wellness_api.health.formats.naming import source_name
from wellness_api.health.samples.records import Record

FIT: Final = "application/vnd.ant.fit"
OCTETS: Final = "application/octet-stream"

FILES_OF_STATIONS: Final = ("weight", "blood_pressure")
"""The types of files that scales and cuffs write. All other files come from what people wear or carry."""

SERIAL_DIGEST_BYTES: Final = 4


def read_fit(body: bytes, context: Context) -> ReadItems:
    """Reads records from all messages, and one record of steps from each file. A body may hold several files, one after another."""
    files: list[FitFile] = []

    def read_message(message: Message) -> Sequence[Record]:
        if message.kind == "file_id":
            files.append(FitFile(_source(message), context))
        if not files:
            raise ItemRefused(
                field="file_id",
                limit="a file_id message before all others",
                detail=said("refusal.device_unsaid"),
            )
        return files[-1].read(message)

    read = read_each(read_messages(body, context.fit_decoder), read_message)
    steps = [record for file in files for record in file.steps()]
    return ReadItems(read.item_count, [*read.taken, *steps], read.refused)


def _source(file_id: Message) -> str:
    """The device, by its maker's name, its product's number and a digest of its serial number.

    The product's name is not used: the decoder learns new names, and then the device would become another source.
    """
    maker, product = file_id.amount("manufacturer"), file_id.amount("product")
    serial = file_id.amount("serial_number")
    digest = hashlib.blake2b(repr(serial).encode(), digest_size=SERIAL_DIGEST_BYTES)
    return source_name(
        "station" if file_id.word("type") in FILES_OF_STATIONS else "watch",
        file_id.word("manufacturer") or ("fit" if maker is None else f"{maker:.0f}"),
        None if product is None else f"{product:.0f}",
        None if serial is None else digest.hexdigest(),
    )


EXAMPLE: Final = bytes(
    (
        0x0E,
        0x20,
        0xE2,
        0x52,
        0x36,
        0x00,
        0x00,
        0x00,
        0x2E,
        0x46,
        0x49,
        0x54,
        0x5F,
        0x44,
        0x40,
        0x00,
        0x00,
        0x00,
        0x00,
        0x05,
        0x00,
        0x01,
        0x00,
        0x01,
        0x02,
        0x84,
        0x02,
        0x02,
        0x84,
        0x03,
        0x04,
        0x8C,
        0x04,
        0x04,
        0x86,
        0x00,
        0x09,
        0x01,
        0x00,
        0x7D,
        0x09,
        0x87,
        0xD6,
        0x12,
        0x00,
        0xA8,
        0x0E,
        0x13,
        0x45,
        0x41,
        0x00,
        0x00,
        0x1E,
        0x00,
        0x02,
        0xFD,
        0x04,
        0x86,
        0x00,
        0x02,
        0x84,
        0x01,
        0xA8,
        0x0E,
        0x13,
        0x45,
        0x60,
        0x18,
        0x35,
        0x4A,
    )
)
"""A scale's file with one weighing: 62.4 kg on 2026-09-21."""

FIT_FILE: Final = Format(
    name="fit",
    title="a FIT file",
    about=(
        "The file of a Garmin or another maker's watch, scale or cuff: activity, monitoring, weight, blood pressure,"
        " sleep. An item is a message of it. docs/formats/fit.md says what each becomes."
    ),
    media_types=(FIT, OCTETS),
    read=read_fit,
    example=EXAMPLE,
)
