"""FIT files as devices write them, by Garmin's encoder, and frames by hand."""

import struct
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, get_args

import pytest
from garmin_fit_sdk import Encoder, Profile

from tests.town import NOON, Answer, Person, Town, local_morning
from tests.wellness_api.health.formats.stores import CONTEXT
from wellness_api.health.formats.fit.form import read_fit
from wellness_api.health.formats.fit.frame import check_sum
from wellness_api.health.formats.format import ReadItems
from wellness_api.health.samples.records import Record
from wellness_api.process.settings import FitDecoder

DECODERS: tuple[FitDecoder, ...] = get_args(FitDecoder)
BY_EACH = pytest.mark.parametrize("decoder", DECODERS)
"""Whatever a file says, both decoders read."""

SIX = local_morning(NOON.date())
WATCH = {"manufacturer": "garmin", "product": 4440, "serial_number": 1_234_567}
FIT_EPOCH = datetime(1989, 12, 31, tzinfo=UTC)
HEADER_BYTES = 14
CRC_BYTES = 2

Fields = Mapping[str, Any]


def at(minutes: float) -> int:
    """So long after six, as FIT counts."""
    return int((SIX + timedelta(minutes=minutes) - FIT_EPOCH).total_seconds())


def fit(kind: str, *messages: tuple[str, Fields], device: Fields = WATCH) -> bytes:
    """A file as devices write it."""
    encoder = Encoder()
    file_id = {"type": kind, "time_created": at(0), **device}
    for name, fields in [("FILE_ID", file_id), *messages]:
        encoder.on_mesg(Profile["mesg_num"][name], dict(fields))
    return bytes(encoder.close())


def monitored(minutes: float, **fields: Any) -> tuple[str, Fields]:
    return "MONITORING", {"timestamp": at(minutes), **fields}


def walked(minutes: float, steps: int, kind: str = "walking") -> tuple[str, Fields]:
    """A reading of the watch's counter: a cycle is two steps."""
    return monitored(minutes, activity_type=kind, cycles=steps / 2)


def session(sport: str | int, minutes: float, **fields: Any) -> tuple[str, Fields]:
    """From six on."""
    return "SESSION", {
        "timestamp": at(minutes),
        "start_time": at(0),
        "total_elapsed_time": minutes * 60,
        "total_timer_time": minutes * 60,
        "sport": sport,
        **fields,
    }


def content_of(file: bytes) -> bytes:
    """What stands between the header and the check sum."""
    return file[HEADER_BYTES:-CRC_BYTES]


def resealed(content: bytes) -> bytes:
    """The bytes after a header as a whole file with the right check sums."""
    head = struct.pack("<BBHI4s", HEADER_BYTES, 0x20, 21_218, len(content), b".FIT")
    head += struct.pack("<H", check_sum(memoryview(head)))
    whole = head + content
    return whole + struct.pack("<H", check_sum(memoryview(whole)))


def read_file(body: bytes, decoder: FitDecoder) -> ReadItems:
    return read_fit(body, CONTEXT._replace(fit_decoder=decoder))


def read(
    decoder: FitDecoder, *messages: tuple[str, Fields], kind: str = "monitoring_b"
) -> ReadItems:
    return read_file(fit(kind, *messages), decoder)


def found(items: ReadItems) -> dict[str, list[tuple[float, float | None]]]:
    """By metric, its samples as (minutes after six, value)."""
    start_ms = SIX.timestamp() * 1000
    by_metric: dict[str, list[tuple[float, float | None]]] = {}
    for record in items.taken:
        assert isinstance(record, Record)
        for code, column in record.columns.items():
            by_metric.setdefault(code, []).extend(
                ((time_ms - start_ms) / 60_000, value)
                for time_ms, value in zip(column.times_ms, column.values, strict=True)
            )
    return by_metric


def sum_of(items: ReadItems, metric: str) -> float:
    return round(sum(value or 0 for _, value in found(items).get(metric, [])), 3)


async def send(
    town: Town, person: Person, body: bytes, kind: str = "application/vnd.ant.fit"
) -> Answer:
    return await town.call(
        "POST",
        "/v1/uploads/fit",
        data=body,
        headers=person.headers
        | {"Idempotency-Key": f"fit-{next(town.keys):08}", "Content-Type": kind},
    )


MORNING = fit(
    "monitoring_b",
    walked(0, 1_000),
    walked(0, 0, "running"),
    ("MONITORING", {"timestamp_16": at(1) & 0xFFFF, "heart_rate": 61}),
    walked(30, 3_000),
    walked(30, 500, "running"),
)
