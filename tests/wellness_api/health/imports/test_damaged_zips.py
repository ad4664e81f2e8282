"""A zip that is not as it was packed: nothing of its export is kept, for a wrong byte in a value looks like a value."""

import io
import struct
import zipfile
from collections.abc import Callable
from typing import Final

import pytest

from tests.town import Town
from tests.wellness_api.health.imports.exports import bring_in, heart_rate, xml
from wellness_api.health.imports import archive, pieces

RECORDS: Final = 300
CONTENT: Final = xml(*(heart_rate(-minute, 60) for minute in range(RECORDS)))
NAME: Final = "apple_health_export/export.xml"
LISTED: Final = struct.Struct("<4s6H3L")
"""The beginning of a file's entry in the zip's list: its check sum and its two sizes stand last."""


@pytest.fixture(autouse=True)
def _small_steps(monkeypatch: pytest.MonkeyPatch) -> None:
    """Many pieces and many looks at the zip, so that what is kept too early would be seen."""
    monkeypatch.setattr(pieces, "SAMPLES_PER_PIECE", 10)
    monkeypatch.setattr(archive, "CHECKED_AT_ONCE_BYTES", 4_096)


def packed(
    content: bytes = CONTENT,
    *,
    compression: int = zipfile.ZIP_DEFLATED,
    zip64: bool = False,
    file: io.BytesIO | None = None,
) -> bytes:
    whole = io.BytesIO() if file is None else file
    with zipfile.ZipFile(whole, "w", compression) as zipped:
        with zipped.open(NAME, "w", force_zip64=zip64) as member:
            member.write(content)
        zipped.writestr("apple_health_export/workout-routes/route.gpx", b"<gpx/>" * 10)
    return whole.getvalue()


class Unseekable(io.BytesIO):
    """A pipe: whoever packs into it says sizes and check sum behind the file."""

    def seekable(self) -> bool:
        return False

    def seek(self, *_: int) -> int:
        raise io.UnsupportedOperation

    def tell(self) -> int:
        raise io.UnsupportedOperation


def listed(zipped: bytes, *, crc: int = 0, packed_bytes: int = 0, length: int = 0) -> bytes:
    """The zip with other figures for its first file in its list: so much more than they were."""
    changed = bytearray(zipped)
    place = changed.index(b"PK\x01\x02")
    *first, crc_now, packed_now, length_now = LISTED.unpack_from(changed, place)
    LISTED.pack_into(
        changed, place, *first, crc_now ^ crc, packed_now + packed_bytes, length_now + length
    )
    return bytes(changed)


def with_a_wrong_byte(zipped: bytes, place: int) -> bytes:
    changed = bytearray(zipped)
    changed[place] ^= 1
    return bytes(changed)


def of_a_value() -> bytes:
    """The value of the first record is another one, and all is XML as before."""
    zipped = packed(compression=zipfile.ZIP_STORED)
    return with_a_wrong_byte(zipped, zipped.index(b'value="60"') + len(b'value="'))


def in_the_last_hundred() -> bytes:
    zipped = packed(compression=zipfile.ZIP_STORED)
    return with_a_wrong_byte(zipped, zipped.rindex(b'value="60"') + len(b'value="'))


def in_the_packed_bytes() -> bytes:
    zipped = packed()
    return with_a_wrong_byte(zipped, zipped.index(b"PK\x01\x02") * 2 // 3)


def without_its_last_hundred_bytes() -> bytes:
    """Packed bytes are missing, and all else says that they are there."""
    zipped = packed()
    return zipped.replace(zipped[800:900], bytes(100), 1)


DAMAGED: Final[dict[str, Callable[[], bytes]]] = {
    "a wrong byte in a value, which is a value all the same": of_a_value,
    "a wrong byte in the last value": in_the_last_hundred,
    "a wrong byte in what is packed": in_the_packed_bytes,
    "nothing where packed bytes were": without_its_last_hundred_bytes,
    "another check sum": lambda: listed(packed(), crc=1),
    "a greater length than it has": lambda: listed(packed(), length=1),
    "a smaller length than it has": lambda: listed(packed(), length=-len(CONTENT) // 2),
    "fewer packed bytes than there are": lambda: listed(packed(), packed_bytes=-200),
    "packed bytes that reach into the next file": lambda: listed(
        packed(compression=zipfile.ZIP_STORED), packed_bytes=60, length=60
    ),
}


@pytest.mark.parametrize("what", DAMAGED)
async def test_nothing_is_kept_of_a_zip_that_is_damaged(town: Town, what: str) -> None:
    hanako = await town.resident()
    over = await bring_in(town, hanako, DAMAGED[what]())
    assert (over["state"], over["problem"]["code"]) == ("refused", "broken_zip")
    assert "Nothing of it was kept" in over["problem"]["detail"]
    assert over["progress"]["samples"]["accepted"] == 0
    assert over["progress"]["bytes_read"] == 0
    assert await town.owner.fetchval("SELECT count(*) FROM health.segment") == 0


def with_a_damaged_route() -> bytes:
    zipped = packed(compression=zipfile.ZIP_STORED)
    return with_a_wrong_byte(zipped, zipped.index(b"<gpx/>"))


WHOLE: Final[dict[str, Callable[[], bytes]]] = {
    "packed into a pipe, with sizes behind the file": lambda: packed(file=Unseekable()),
    "with the sizes of large files": lambda: packed(zip64=True),
    "not packed at all": lambda: packed(compression=zipfile.ZIP_STORED),
    "something before the zip": lambda: b"#!/bin/sh\n" + packed(),
    "a damaged file that is not read": with_a_damaged_route,
}


@pytest.mark.parametrize("what", WHOLE)
async def test_a_whole_export_is_read_however_it_was_packed(town: Town, what: str) -> None:
    hanako = await town.resident()
    over = await bring_in(town, hanako, WHOLE[what]())
    assert (over["state"], over["progress"]["samples"]["accepted"]) == ("done", RECORDS)


async def test_the_whole_file_sent_after_the_damaged_one_counts_as_if_there_had_been_none(
    town: Town,
) -> None:
    hanako = await town.resident()
    await bring_in(town, hanako, of_a_value())
    over = await bring_in(town, hanako, packed())
    samples = over["progress"]["samples"]
    assert (samples["accepted"], samples["duplicate"]) == (RECORDS, 0)
