"""Bad input: each gets a problem report that names the field and the limit, nothing is stored, the server stays up."""

import gzip
import json
import math
import struct
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import msgspec
import numpy as np
import pytest

from device_bridge.wire import CLOCK_AHEAD_MS_MAX, LENGTH_MS_MAX
from tests.town import NOON, Answer, Person, Town, steps
from wellness_api.http.zstd import zstd

JSON = {"Content-Type": "application/json"}
MESSAGEPACK = {"Content-Type": "application/msgpack"}
MEBIBYTE = 1024 * 1024


def body(**changed: Any) -> bytes:
    return json.dumps({"batches": [steps([100, 100, 100]) | changed]}).encode()


def packed(times: np.ndarray[Any, Any], values: np.ndarray[Any, Any]) -> bytes:
    batch = {
        "metric": "steps",
        "source": "phone:a",
        "times_ms": times.astype("<i8").tobytes(),
        "values": values.astype("<f8").tobytes(),
    }
    return msgspec.msgpack.encode({"batches": [batch]})


def million() -> bytes:
    start = round(NOON.timestamp() * 1000) - 1_000_000_000
    return packed(start + np.arange(1_000_000) * 1000, np.ones(1_000_000))


async def sent(town: Town, person: Person, data: bytes, headers: Mapping[str, str]) -> Answer:
    return await town.call(
        "POST",
        "/v1/uploads",
        data=data,
        headers={"Idempotency-Key": "bad-input-1"} | dict(headers) | person.headers,
    )


async def stored(town: Town) -> int:
    count: int = await town.owner.fetchval(
        "SELECT (SELECT count(*) FROM health.upload) + (SELECT count(*) FROM health.segment)"
        " + (SELECT count(*) FROM health.pending_day)"
    )
    return count


NOON_MS = round(NOON.timestamp() * 1000)

WRONG: dict[str, tuple[bytes, Mapping[str, str], int, str, str]] = {
    # what is wrong: body, headers, status, field, part of the limit
    "cut JSON": (body()[:-5], JSON, 400, "body", "well-formed"),
    "not JSON": (b"steps=100", JSON, 400, "body", "well-formed"),
    "not UTF-8": (b'{"batches\xff\xfe": []}', JSON, 400, "body", "well-formed"),
    "empty body": (b"", JSON, 400, "body", "well-formed"),
    "a list": (b"[]", JSON, 422, "body", "object"),
    "very deep JSON": (b"[" * 100_000, JSON, 422, "body", "object"),
    "no batches": (b'{"batches": []}', JSON, 422, "batches", "at least one batch"),
    "a word for a time": (
        body(times_ms=["now", 1, 2]),
        JSON,
        422,
        "batches[0].times_ms[0]",
        "int",
    ),
    "a word for a value": (body(values=[1, 2, "3"]), JSON, 422, "batches[0].values[2]", "float"),
    "an unknown field": (body(unit="steps"), JSON, 422, "batches[0].unit", "schema"),
    "an unknown metric": (body(metric="happiness"), JSON, 422, "batches[0].metric", "/v1/metrics"),
    "a source without kind": (
        body(source="my watch"),
        JSON,
        422,
        "batches[0].source",
        "station|phone|watch",
    ),
    "a negative revision": (body(revision=-1), JSON, 422, "batches[0].revision", ">= 0"),
    "columns of unequal length": (
        body(values=[1, 2]),
        JSON,
        422,
        "batches[0].values",
        "as many values as times",
    ),
    "lengths of another number": (
        body(lengths_ms=[60_000, 60_000]),
        JSON,
        422,
        "batches[0].lengths_ms",
        "as many lengths as times",
    ),
    "a length below nothing": (
        body(lengths_ms=[60_000, -1, 60_000]),
        JSON,
        422,
        "batches[0].lengths_ms[1]",
        "from 0 to",
    ),
    "a length of more than 25 hours": (
        body(lengths_ms=LENGTH_MS_MAX + 1),
        JSON,
        422,
        "batches[0].lengths_ms",
        str(LENGTH_MS_MAX),
    ),
    "a length of twenty digits": (
        body(lengths_ms=[60_000, 60_000, 10**20]),
        JSON,
        422,
        "batches[0].lengths_ms",
        "32-bit",
    ),
    "a word for a length": (
        body(lengths_ms=["a minute", 1, 2]),
        JSON,
        422,
        "batches[0].lengths_ms[0]",
        "int",
    ),
    "a length of what is measured at a moment": (
        body(metric="heart_rate", lengths_ms=[0, 0, 60_000]),
        JSON,
        422,
        "batches[0].lengths_ms[2]",
        "from 0 to 0",
    ),
    "packed lengths of seven bytes": (
        msgspec.msgpack.encode({"batches": [steps([1]) | {"lengths_ms": b"1234567"}]}),
        MESSAGEPACK,
        422,
        "batches[0].lengths_ms",
        "4-byte",
    ),
    "a time in the future": (
        body(times_ms=[NOON_MS - 1000, NOON_MS, NOON_MS + CLOCK_AHEAD_MS_MAX + 1]),
        JSON,
        422,
        "batches[0].times_ms[2]",
        "at most 2 minutes after now",
    ),
    "a time before 2000": (
        body(times_ms=[NOON_MS, 946_684_799_999, NOON_MS]),
        JSON,
        422,
        "batches[0].times_ms[1]",
        "2000-01-01",
    ),
    "a time of twenty digits": (
        body(times_ms=[10**20, 1, 2]),
        JSON,
        422,
        "batches[0].times_ms",
        "64-bit",
    ),
    "NaN in JSON": (body(values=[1, math.nan, 3]), JSON, 400, "body", "well-formed"),
    "NaN in a packed column": (
        packed(np.array([NOON_MS - 60_000, NOON_MS]), np.array([1, math.nan])),
        MESSAGEPACK,
        422,
        "batches[0].values[1]",
        "finite",
    ),
    "infinity in a packed column": (
        packed(np.array([NOON_MS - 60_000, NOON_MS]), np.array([math.inf, 1])),
        MESSAGEPACK,
        422,
        "batches[0].values[0]",
        "finite",
    ),
    "a packed column of seven bytes": (
        msgspec.msgpack.encode({"batches": [steps([1]) | {"values": b"1234567"}]}),
        MESSAGEPACK,
        422,
        "batches[0].values",
        "8-byte",
    ),
    "a cut MessagePack": (
        packed(np.array([1]), np.array([1]))[:-3],
        MESSAGEPACK,
        400,
        "body",
        "well",
    ),
    "a million samples": (million(), MESSAGEPACK, 413, "body", str(8 * MEBIBYTE)),
    "a million samples, compressed": (
        zstd.compress(million()),
        MESSAGEPACK | {"Content-Encoding": "zstd"},
        422,
        "batches",
        "250000 samples",
    ),
    "a body of 20 MiB": (b" " * 20 * MEBIBYTE, JSON, 413, "body", str(8 * MEBIBYTE)),
    "a cut zstd body": (
        zstd.compress(body())[:-6],
        JSON | {"Content-Encoding": "zstd"},
        400,
        "body",
        "whole zstd",
    ),
    "a cut gzip body": (
        gzip.compress(body())[:-9],
        JSON | {"Content-Encoding": "gzip"},
        400,
        "body",
        "whole gzip",
    ),
    "two gzip bodies in one": (
        gzip.compress(body()) * 2,
        JSON | {"Content-Encoding": "gzip"},
        400,
        "body",
        "whole gzip",
    ),
    "two zstd bodies in one": (
        zstd.compress(body()) * 2,
        JSON | {"Content-Encoding": "zstd"},
        400,
        "body",
        "whole zstd",
    ),
    "a body that is not zstd": (
        body(),
        JSON | {"Content-Encoding": "zstd"},
        400,
        "body",
        "whole zstd",
    ),
    "a zstd bomb": (
        zstd.compress(b" " * 512 * MEBIBYTE),
        JSON | {"Content-Encoding": "zstd"},
        413,
        "body",
        str(16 * MEBIBYTE),
    ),
    "a gzip bomb": (
        gzip.compress(b" " * 128 * MEBIBYTE),
        JSON | {"Content-Encoding": "gzip"},
        413,
        "body",
        str(16 * MEBIBYTE),
    ),
    "a zstd frame that wants a window of 1 GiB": (
        b"\x28\xb5\x2f\xfd" + bytes([0x00, (30 - 10) << 3]) + struct.pack("<I", 1)[:3],
        JSON | {"Content-Encoding": "zstd"},
        400,
        "body",
        "whole zstd",
    ),
    "an unknown encoding": (
        body(),
        JSON | {"Content-Encoding": "br"},
        415,
        "Content-Encoding",
        "zstd, gzip or none",
    ),
    "an unknown content type": (
        body(),
        {"Content-Type": "text/csv"},
        415,
        "Content-Type",
        "application/json",
    ),
    "no key": (body(), JSON | {"Idempotency-Key": ""}, 400, "Idempotency-Key", "8,64"),
    "a key with spaces": (
        body(),
        JSON | {"Idempotency-Key": "a b c d e"},
        400,
        "Idempotency-Key",
        "8,64",
    ),
    "a card from an app": (
        json.dumps({"card": "0001", "batches": [steps([1])]}).encode(),
        JSON,
        422,
        "card",
        "none",
    ),
}


@pytest.mark.parametrize("wrong", WRONG)
async def test_bad_input_is_answered_with_a_problem_and_leaves_nothing_behind(
    town: Town, wrong: str
) -> None:
    data, headers, status, field, limit = WRONG[wrong]
    hanako = await town.resident()
    answer = await sent(town, hanako, data, headers)
    assert answer.status == status, answer.json
    assert answer.headers["Content-Type"] == "application/problem+json"
    problem = answer.json
    assert problem["status"] == status
    assert problem["type"].startswith("urn:wellness:")
    (error,) = problem["errors"]
    assert error["field"] == field
    assert limit in error["limit"]
    assert "ept" in problem["detail"], "the report says what was kept"
    assert await stored(town) == 0
    assert (await town.upload(hanako, steps([100]))).status == 201


async def test_what_has_begun_is_not_from_the_future_though_its_end_lies_ahead(town: Town) -> None:
    hanako = await town.resident()
    day = steps([4_000], start=NOON - timedelta(hours=12)) | {"lengths_ms": LENGTH_MS_MAX}
    assert (await town.upload(hanako, day)).status == 201


async def test_a_clock_that_runs_a_minute_ahead_is_forgiven(town: Town) -> None:
    hanako = await town.resident()
    ahead = steps([100], start=NOON + timedelta(seconds=60))
    assert (await town.upload(hanako, ahead)).status == 201
