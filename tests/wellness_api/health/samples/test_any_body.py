"""Whatever bytes come in, an upload is read or refused with a reason: no other error, and no wrong sample."""

from datetime import date
from typing import Any

import msgspec
import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from device_bridge.wire import Upload
from tests.soundness import assert_sound
from tests.town import NOON
from wellness_api.health.metrics.catalogue import METRICS
from wellness_api.health.samples.columns import Arrival, ReadBatch, read_upload
from wellness_api.health.samples.problems import InvalidUpload

REFUSALS = (InvalidUpload, msgspec.DecodeError, UnicodeDecodeError)
NOON_MS = round(NOON.timestamp() * 1000)

anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: (
        st.lists(inner, max_size=5)
        | st.dictionaries(
            st.sampled_from(
                [
                    "batches",
                    "metric",
                    "source",
                    "times_ms",
                    "lengths_ms",
                    "values",
                    "revision",
                    "card",
                ]
            )
            | st.text(max_size=8),
            inner,
            max_size=5,
        )
    ),
    max_leaves=25,
)

numbers = st.integers(-(2**63), 2**63 - 1) | st.integers(NOON_MS - 10**9, NOON_MS + 10**6)
near_uploads = st.fixed_dictionaries(
    {
        "batches": st.lists(
            st.fixed_dictionaries(
                {
                    "metric": st.sampled_from([metric.code for metric in METRICS])
                    | st.text(max_size=5),
                    "source": st.sampled_from(["phone:a", "watch:b", "station:c", "oven:d", ""]),
                    "times_ms": st.lists(numbers, max_size=6) | st.binary(max_size=33),
                    "values": st.lists(
                        st.floats() | st.none() | st.integers(-(10**9), 10**9), max_size=6
                    )
                    | st.binary(max_size=33),
                },
                optional={
                    "revision": st.integers(-2, 2**62 + 1),
                    "lengths_ms": st.integers(-1, 10**8)
                    | st.lists(st.integers(-1, 10**8) | numbers, max_size=6)
                    | st.binary(max_size=33),
                },
            ),
            max_size=3,
        )
    },
    optional={"card": st.text(max_size=70)},
)


def read(body: bytes, decoder: Any) -> list[ReadBatch]:
    try:
        return read_upload(decoder.decode(body), Arrival(NOON, "Asia/Tokyo", date.min))
    except REFUSALS:
        return []


JSON, MESSAGEPACK = msgspec.json.Decoder(Upload), msgspec.msgpack.Decoder(Upload)


@settings(max_examples=400, deadline=None)
@given(body=st.binary(max_size=300))
def test_any_bytes(body: bytes) -> None:
    assert_sound(read(body, JSON), now=NOON)
    assert_sound(read(body, MESSAGEPACK), now=NOON)


@settings(max_examples=300, deadline=None)
@given(content=anything)
def test_any_structure(content: Any) -> None:
    try:
        body = msgspec.msgpack.encode(content)
    except (OverflowError, ValueError):  # MessagePack has no such number.
        body = b""
    assert_sound(read(body, MESSAGEPACK), now=NOON)
    assert_sound(read(msgspec.json.encode(content), JSON), now=NOON)


@settings(max_examples=600, deadline=None)
@given(content=near_uploads)
def test_what_is_nearly_an_upload(content: Any) -> None:
    try:
        body = msgspec.msgpack.encode(content)
    except (OverflowError, ValueError):
        return
    assert_sound(read(body, MESSAGEPACK), now=NOON)


@settings(max_examples=400, deadline=None)
@given(place=st.integers(0, 10_000), byte=st.integers(0, 255), cut=st.integers(0, 10_000))
def test_a_good_upload_with_a_wrong_byte_or_a_cut_end(place: int, byte: int, cut: int) -> None:
    times = (NOON_MS - 60_000 * np.arange(20, 0, -1)).astype("<i8").tobytes()
    batch = {"metric": "steps", "source": "phone:a", "times_ms": times, "values": [50.0] * 20}
    body = bytearray(msgspec.msgpack.encode({"batches": [batch]}))
    body[place % len(body)] = byte
    assert_sound(read(bytes(body), MESSAGEPACK), now=NOON)
    assert_sound(read(bytes(body[: cut % len(body)]), MESSAGEPACK), now=NOON)
