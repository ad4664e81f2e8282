"""The frame of a FIT file: short times, orders of bytes, what apps add, and files that are damaged or ask for much."""

import sys
import time
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import settings as settings_of_search
from hypothesis import strategies as st

from tests.town import Town, open_town
from tests.wellness_api.health.formats.fit_files import (
    BY_EACH,
    CRC_BYTES,
    DECODERS,
    FIT_EPOCH,
    HEADER_BYTES,
    MORNING,
    WATCH,
    at,
    content_of,
    fit,
    found,
    read_file,
    resealed,
    send,
    sum_of,
    walked,
)
from tests.wellness_api.health.formats.stores import DATA, reads_or_refuses
from wellness_api.health.formats.fit.form import FIT_FILE
from wellness_api.health.formats.fit.frame import (
    DEFINITIONS_MAX,
    FILES_MAX,
    FIT_BYTES_MAX,
    MESSAGES_MAX,
)
from wellness_api.health.formats.fit.messages import read_messages
from wellness_api.health.samples.problems import InvalidUpload
from wellness_api.health.samples.records import Record
from wellness_api.process.settings import FitDecoder, Settings

WATCH_OF_BEFORE = bytes.fromhex(
    # file_id: type, manufacturer, product; then activity, Garmin, 717.
    "40 00 00 0000 03 00 01 00 01 02 84 02 02 84"
    "00 04 0100 CD02"
    # Local 1 is a record of a heart rate alone, local 2 one with its time.
    "41 00 00 1400 01 03 01 02"
    "42 00 00 1400 02 FD 04 86 03 01 02"
    # 60 beats at 0x45130E9D, of which the last five bits are 0x1D.
    "02 9D0E1345 3C"
    # 0x80, local 1 as 0x20, and five bits: 1E is a second later, 02 begins anew, 02 again is the same second, and 01
    # has gone round all but one second.
    "BE 3D  A2 3E  A2 3F  A1 40"
    # A time in full, and short ones count from there: 0x1F is the one before the 32, 0x00 the next.
    "02 BF0E1345 41  BF 42  A0 43".replace(" ", "")
)
SHORT_TIMES = [
    (0x45130E9D, 60),
    (0x45130E9E, 61),
    (0x45130EA2, 62),
    (0x45130EA2, 63),
    (0x45130EC1, 64),
    (0x45130EBF, 65),
    (0x45130EBF, 66),
    (0x45130EC0, 67),
]


@BY_EACH
def test_the_short_times_of_old_devices_are_read(decoder: FitDecoder) -> None:
    items = read_file(resealed(WATCH_OF_BEFORE), decoder)
    assert not items.refused
    epoch_ms = int(FIT_EPOCH.timestamp() * 1000)
    assert [
        (column.times_ms[0], column.values[0])
        for record in items.taken
        if isinstance(record, Record)
        for column in record.columns.values()
    ] == [(epoch_ms + seconds * 1000, beats) for seconds, beats in SHORT_TIMES]


def test_the_fuzzer_starts_from_what_an_old_device_writes() -> None:
    assert (DATA / "fit_watch_of_before.fit").read_bytes() == resealed(WATCH_OF_BEFORE)


@BY_EACH
def test_a_short_time_that_nothing_stands_before_is_no_time(decoder: FitDecoder) -> None:
    end_of_definitions = WATCH_OF_BEFORE.index(bytes.fromhex("02 9D0E1345"))
    items = read_file(
        resealed(WATCH_OF_BEFORE[:end_of_definitions] + bytes.fromhex("BE3D")), decoder
    )
    (refused,) = items.refused
    assert (items.taken, refused.item, refused.field) == ([], 1, "timestamp")


@BY_EACH
def test_no_file_goes_on_with_the_time_of_the_one_before_it(decoder: FitDecoder) -> None:
    alone = bytes.fromhex("40 00 00 0000 01 00 01 00  00 04  41 00 00 1400 01 03 01 02  BE 3D")
    items = read_file(resealed(WATCH_OF_BEFORE) + resealed(alone), decoder)
    assert [refused.field for refused in items.refused] == ["timestamp"]


@BY_EACH
def test_both_orders_of_bytes_are_read(decoder: FitDecoder) -> None:
    weighing = bytes.fromhex(
        # The file of scales in the documents, with the greater byte first.
        "40 00 01 0000 01 00 01 00  00 09"
        "40 00 01 001E 02 FD 04 86 00 02 84  00 45130EA8 1860".replace(" ", "")
    )
    assert [
        next(iter(record.columns.values())).values
        for record in read_file(resealed(weighing), decoder).taken
        if isinstance(record, Record)
    ] == [[62.4]]


@BY_EACH
def test_a_type_without_its_mark_of_order_is_the_same_type(decoder: FitDecoder) -> None:
    marked = content_of(fit("weight", ("WEIGHT_SCALE", {"timestamp": at(0), "weight": 62.4})))
    bare = marked.replace(b"\x00\x02\x84", b"\x00\x02\x04")
    assert bare != marked
    assert found(read_file(resealed(bare), decoder)) == {"body_weight": [(0, 62.4)]}


@BY_EACH
def test_what_apps_on_a_watch_add_changes_nothing(decoder: FitDecoder) -> None:
    # A record with one field of an app, described as a heart rate, and one that nobody described.
    described = bytes.fromhex(
        "43 00 00 CF00 01 03 01 02  03 00"
        "44 00 00 CE00 05 00 01 02 01 01 02 02 01 02 03 0B 07 0F 01 02"
        "04 00 00 02 68656172745F7261746500 03".replace(" ", "")
    )
    record = (
        bytes.fromhex("65 00 00 1400 02 FD 04 86 03 01 02  02 00 01 00 07 05 09".replace(" ", ""))
        + b"\x05"
        + at(3).to_bytes(4, "little")
        + b"\x50\xf0other"[:8]
    )
    items = read_file(resealed(content_of(MORNING) + described + record), decoder)
    assert not items.refused
    assert found(items)["heart_rate"] == [(1, 61), (3, 80)]


@BY_EACH
def test_a_field_whose_size_is_none_of_its_type_is_passed_over(decoder: FitDecoder) -> None:
    odd = bytes.fromhex("41 00 00 1400 04 FD 04 86 03 03 84 03 00 02 0D 05 07".replace(" ", ""))
    message = b"\x01" + at(3).to_bytes(4, "little") + b"\x50\x51\x52hello"
    items = read_file(resealed(content_of(MORNING) + odd + message), decoder)
    assert not items.refused
    assert found(items)["heart_rate"] == [(1, 61)]


async def test_a_city_that_chose_it_reads_by_garmins_decoder(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    by_garmin = "wellness_api.health.formats.fit.by_garmin"
    monkeypatch.delitem(sys.modules, by_garmin, raising=False)
    async with open_town(settings.model_copy(update={"fit_decoder": "garmin"})) as town:
        hanako = await town.resident()
        assert (await send(town, hanako, MORNING)).status == 201
    assert by_garmin in sys.modules


@pytest.mark.parametrize(
    "damaged",
    [
        MORNING[:-1],
        MORNING[:60],
        MORNING[:HEADER_BYTES],
        MORNING[: HEADER_BYTES - 1],
        MORNING[:60] + bytes([MORNING[60] ^ 0xFF]) + MORNING[61:],
        MORNING[:-CRC_BYTES] + b"\x00\x00",
        MORNING + b"more",
        MORNING + MORNING[:-1],
        b"\x0d" + MORNING[1:],
        b"not a FIT file at all",
        b"",
    ],
)
async def test_a_damaged_file_is_refused_whole(town: Town, damaged: bytes) -> None:
    hanako = await town.resident()
    answer = await send(town, hanako, damaged)
    assert (answer.status, answer.headers["Content-Type"]) == (422, "application/problem+json")
    assert answer.json["errors"][0]["field"] == "body"
    assert await town.owner.fetchval("SELECT count(*) FROM health.upload") == 0


@BY_EACH
def test_files_one_after_another_are_each_of_their_own_device(decoder: FitDecoder) -> None:
    other = fit("monitoring_b", walked(0, 0), walked(1, 70), device=WATCH | {"serial_number": 2})
    items = read_file(MORNING + other, decoder)
    by_source = {
        record.source: sum(value or 0 for value in record.columns["steps"].values)
        for record in items.taken
        if isinstance(record, Record) and "steps" in record.columns
    }
    assert sorted(by_source.values()) == [70, 2_500]


@BY_EACH
def test_unknown_messages_and_fields_are_passed_over(decoder: FitDecoder) -> None:
    unknown = b"\x41\x00\x00\x34\xff\x01\xfe\x01\x02" + b"\x01\x07" * 3
    items = read_file(resealed(content_of(MORNING) + unknown), decoder)
    assert sum_of(items, "steps") == 2_500
    assert items.item_count == len(read_messages(MORNING)) + 3


@BY_EACH
def test_what_stands_before_the_files_own_id_is_refused(decoder: FitDecoder) -> None:
    reading = fit("weight", ("SPO2_DATA", {"timestamp": at(0), "reading_spo2": 97}))
    assert read_messages(reading, decoder)[0].kind == "file_id"
    # The definition of file_id renamed to a message that nobody knows.
    content = content_of(reading)
    items = read_file(resealed(content[:3] + b"\x34\xff" + content[5:]), decoder)
    assert (items.taken, {refused.field for refused in items.refused}) == ([], {"file_id"})


DEFINITION = b"\x40\x00\x00\x34\xff\x01\x00\x01\x02"
DEVELOPERS = b"\x60\x00\x00\x34\xff\x01\x00\x01\x02\xff" + b"\x07\x01\x00" * 255
"""Messages with 255 developer fields that nobody described."""

DESCRIPTION = b"\x40\x00\x00\xce\x00\x03\x00\x01\x02\x01\x01\x02\x02\x01\x02"
RECORD = b"\x41\x00\x00\x14\x00\x02\xfd\x04\x86\x03\x01\x02"


@pytest.mark.parametrize(
    "content",
    [
        DEFINITION + b"\x00\x01" * (MESSAGES_MAX + 1),
        DEFINITION * (DEFINITIONS_MAX + 1),
        bytes(FIT_BYTES_MAX),
        # A message without a definition, one with a short time, one that is cut off by the end of the content, and
        # definitions of an unknown type, cut off in the fields, and in the developer fields.
        b"\x03\x01",
        b"\xa0\x01",
        DEFINITION + b"\x00",
        b"\x40\x00\x00\x34\xff\x01\x00\x01\x1e",
        b"\x40\x00\x00\x34\xff\x02\x00\x01\x02",
        b"\x60\x00\x00\x34\xff\x01\x00\x01\x02\x02\x07\x01\x00",
    ],
)
def test_a_file_that_asks_for_too_much_or_breaks_off_is_refused(content: bytes) -> None:
    with pytest.raises(InvalidUpload) as refused:
        read_messages(resealed(content))
    assert refused.value.field == "body"


def test_more_files_in_one_body_than_a_device_keeps_are_refused() -> None:
    assert not read_messages(resealed(b"") * FILES_MAX)
    with pytest.raises(InvalidUpload):
        read_messages(resealed(b"") * (FILES_MAX + 1))


def repeated(definition: bytes, message: bytes) -> bytes:
    """A definition, and as many of its messages as a body may hold."""
    room = FIT_BYTES_MAX - len(definition) - HEADER_BYTES - CRC_BYTES
    return resealed(definition + message * min(MESSAGES_MAX, room // len(message)))


GREEDY = {
    "heart rates each second": repeated(RECORD, b"\x01\x00\x00\x13\x45\x50"),
    "255 heart rates at once": repeated(
        b"\x41\x00\x00\x14\x00\xff" + b"\x03\x01\x02" * 255, b"\x01" + b"\x50" * 255
    ),
    "definitions in turn": resealed((RECORD + b"\x01\x00\x00\x13\x45\x50") * DEFINITIONS_MAX),
    "fields of apps": repeated(DEVELOPERS, b"\x00".ljust(257, b"\x01")),
    "descriptions of apps' fields": repeated(DESCRIPTION, b"\x00\x00\x00\x02"),
    "messages of no bytes": repeated(b"\x40\x00\x00\x34\xff\x00", b"\x00"),
    "fields that unfold": repeated(
        b"\x41\x00\x00\x37\x00\x02\xfd\x04\x86\x18\x01\x0d", b"\x01\x00\x00\x13\x45\x26"
    ),
}


@BY_EACH
@pytest.mark.parametrize("body", GREEDY.values(), ids=GREEDY.keys())
def test_no_file_takes_longer_than_a_long_days(decoder: FitDecoder, body: bytes) -> None:
    began = time.process_time()
    assert read_messages(body, decoder)
    assert time.process_time() - began < 20


def test_an_interval_is_one_sample_however_long_it_is() -> None:
    day = 24 * 60
    readings = [walked(day * number - day * 400, 100 * number) for number in range(400)]
    read = read_file(fit("monitoring_b", *readings), "fitdecode")
    assert sum(len(record.columns["steps"].times_ms) for record in read.taken) == 399


@given(st.binary(max_size=200), st.sampled_from([bytes, resealed]), st.sampled_from(DECODERS))
def test_any_bytes_are_read_or_refused(
    content: bytes, seal: Callable[[bytes], bytes], decoder: FitDecoder
) -> None:
    reads_or_refuses(lambda body, _: read_file(body, decoder), seal(content))


SAMPLES = (
    MORNING,
    FIT_FILE.example,
    resealed(WATCH_OF_BEFORE),
    (DATA / "fit_day.fit").read_bytes(),
)


# Both decoders read each file, one after the other, on a machine that may have other things to do.
@settings_of_search(deadline=None)
@given(
    st.sampled_from(SAMPLES),
    st.lists(st.tuples(st.integers(0, 400), st.binary(max_size=3)), min_size=1),
)
def test_a_damaged_file_with_right_check_sums_is_read_the_same_by_both_or_refused(
    whole: bytes, changes: list[tuple[int, bytes]]
) -> None:
    content = content_of(whole)
    for place, other in changes:
        start = place % len(content)
        content = content[:start] + other + content[start + len(other) :]
    read = [
        reads_or_refuses(lambda body, _, by=decoder: read_file(body, by), resealed(content))
        for decoder in DECODERS
    ]
    assert read[0] == read[1]
