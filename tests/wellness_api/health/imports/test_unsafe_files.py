"""Files that are none, or are made to do harm: refused with a reason, and the worker goes on."""

import zipfile
from io import BytesIO
from typing import Any

import pytest

from tests.town import Town
from tests.wellness_api.health.imports.exports import (
    DECLARATION,
    START,
    bring_in,
    export,
    steps,
    xml,
    zipped,
)
from wellness_api.health.imports.archive import CENTRAL_DIRECTORY_BYTES_MAX, RATIO_FREE_BYTES

MEBIBYTE = 1024 * 1024
GOOD = export(steps(0, 10))


def zip_of(*names: str, compression: int = zipfile.ZIP_DEFLATED) -> bytes:
    file = BytesIO()
    with zipfile.ZipFile(file, "w", compression) as archive:
        for name in names:
            archive.writestr(f"apple_health_export/{name}", xml(steps(0, 10)))
    return file.getvalue()


def encrypted() -> bytes:
    file = bytearray(GOOD)
    file[file.index(b"PK\x01\x02") + 8] |= 1
    return bytes(file)


def with_a_long_list_of_files() -> bytes:
    # The list's size is where zipfile reads how much to read at once.
    file = bytearray(bytes(CENTRAL_DIRECTORY_BYTES_MAX + MEBIBYTE) + GOOD)
    end = file.rindex(b"PK\x05\x06")
    file[end + 12 : end + 16] = (end - MEBIBYTE // 2).to_bytes(4, "little")
    return bytes(file)


def zip_bomb() -> bytes:
    blocks = RATIO_FREE_BYTES // MEBIBYTE + 1
    return zipped(b" " * MEBIBYTE if block else xml(end="") for block in range(blocks))


BILLION_LAUGHS = '<!DOCTYPE HealthData [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>\n'
OUTSIDE = '<!DOCTYPE HealthData [<!ENTITY passwords SYSTEM "file:///etc/passwd">]>\n'
PARAMETER = "<!DOCTYPE HealthData [<!ELEMENT a EMPTY> %more; ]>\n"
ELSEWHERE = '<!DOCTYPE HealthData SYSTEM "http://192.0.2.1/health.dtd">\n'
ENDLESS = "<!DOCTYPE HealthData [\n" + "<!-- and so on -->\n" * 20_000
TWICE = '<!DOCTYPE HealthData []>\n<!DOCTYPE HealthData [<!ENTITY a "ha">]>\n'

REFUSED: dict[str, tuple[bytes, str]] = {
    "no zip": (b"steps: 10000", "not_a_zip"),
    "the first half of a zip": (GOOD[: len(GOOD) // 2], "not_a_zip"),
    "a zip without an export": (zip_of("export_cda.xml", "readme.txt"), "no_export"),
    "a zip with two exports": (zip_of("mine.xml", "yours.xml"), "no_export"),
    "a zip with two exports of the name": (zip_of("export.xml", "old/export.xml"), "no_export"),
    "other XML": (zipped(b"<gpx><trk/></gpx>"), "no_export"),
    "an encrypted zip": (encrypted(), "not_a_zip"),
    "a zip packed by LZMA": (zip_of("export.xml", compression=zipfile.ZIP_LZMA), "not_a_zip"),
    "a zip with a list of files of 8 MiB": (with_a_long_list_of_files(), "too_large"),
    "a zip bomb": (zip_bomb(), "too_compressed"),
    "an entity bomb": (zipped(xml(doctype=BILLION_LAUGHS)), "unsafe_xml"),
    "an outside entity": (zipped(xml(doctype=OUTSIDE)), "unsafe_xml"),
    "a parameter entity": (zipped(xml(doctype=PARAMETER)), "unsafe_xml"),
    "an outside DOCTYPE": (zipped(xml(doctype=ELSEWHERE)), "unsafe_xml"),
    "an endless DOCTYPE": (zipped(xml(doctype=ENDLESS)), "unsafe_xml"),
    "two DOCTYPEs": (zipped(xml(doctype=TWICE)), "unsafe_xml"),
    "an entity bomb in UTF-16": (
        zipped(xml(doctype=BILLION_LAUGHS).decode().replace("UTF-8", "UTF-16").encode("utf-16")),
        "unsafe_xml",
    ),
    "XML deeper than any export": (zipped(xml("<a>" * 100)), "unsafe_xml"),
    "thousands of names": (
        zipped(xml("".join(f"<a{number}/>" for number in range(3_000)))),
        "unsafe_xml",
    ),
    "XML in UTF-16 without a mark": (zipped(xml().decode().encode("utf-16-le")), "unsafe_xml"),
    "no XML from the start on": (zipped(b"steps: 10000" * 100), "broken_xml"),
    "damage in a thousand places": (zipped(xml("<Record/></a>" * 1_001)), "broken_xml"),
    "no bytes in the export": (zipped(b""), "broken_xml"),
}


@pytest.mark.parametrize("what", REFUSED)
async def test_it_is_refused_with_its_reason_and_the_next_file_is_read(
    town: Town, what: str
) -> None:
    file, code = REFUSED[what]
    hanako = await town.resident()
    over = await bring_in(town, hanako, file)
    assert (over["state"], over["problem"]["code"]) == ("refused", code)
    assert over["problem"]["detail"]
    assert over["progress"]["samples"]["accepted"] == 0
    assert (await bring_in(town, hanako, GOOD))["state"] == "done"


async def ends_early(town: Town, file: bytes, code: str) -> Any:
    hanako = await town.resident()
    over = await bring_in(town, hanako, file)
    assert (over["state"], over["problem"]["code"]) == ("refused", code)
    await town.settle()
    steps_today = (await town.get("/v1/me/today", hanako)).json["steps"]
    assert over["progress"]["samples"]["accepted"] * 10 == steps_today
    return over["progress"]


async def test_what_was_read_before_the_xml_ends_too_soon_is_kept(town: Town) -> None:
    half = f"{DECLARATION}{START}{''.join(steps(minute, 10) for minute in range(8))}".encode()
    progress = await ends_early(town, zipped(half + b' <Record type="HKQuan'), "broken_xml")
    assert progress["samples"]["accepted"] == 8
    assert progress["bytes_read"] == progress["bytes_total"]
