"""Every form of segment that was ever stored is read as what it said, and written so again where it is still written."""

import base64
from datetime import date
from typing import Any, Final, NamedTuple

import numpy as np
import pytest

from wellness_api.health.metrics.catalogue import METRIC_BY_CODE
from wellness_api.health.samples.merging import Layer, stored_layer
from wellness_api.health.samples.segments import TOMBSTONE, UNSAID, Marks, Segment, encode

MINUTE_MS: Final = 60_000
COUNT: Final = range(20)
MORNING_MS: Final = 1_795_446_000_000

EVEN: Final = [(n - 540) * MINUTE_MS for n in COUNT]
ODD: Final = [n * n * 1_000 - 7 for n in COUNT]
WALKED: Final = [n * 37 % 113 * 1_000 for n in COUNT]
COUNTED: Final = [n * 1_000 for n in COUNT]


class StoredForm(NamedTuple):
    """A row's columns in base64, and what they say; times where they are not evenly spaced."""

    metric: str
    times: list[int]
    values: list[int]
    stored_values: str
    lengths: list[int]
    stored_lengths: str | None
    records: list[int] | None = None
    stored_records: str | None = None
    changed: list[int] | None = None
    stored_changed: str | None = None

    @property
    def stored_times(self) -> str:
        return ODD_TIMES if self.times == ODD else ""


ODD_TIMES: Final = "cGNvIQMABAUEAQMTAAAQAQEA9AEAQAj5//9/AADQB6APcBdAHxAn4C6wNoA+UEYgTvBVwF2QZWBtMHUAfdCEoIwA"  # pragma: allowlist secret
COUNTED_VALUES: Final = (
    "cGNvIQMABAUEAQMTAAAAEAAAAAAALAAgiEGKOSipxZp7MMoJAA=="  # pragma: allowlist secret
)
WALKED_VALUES: Final = (
    "cGNvIQMABAUEAQMTAAAAEAAAAAAAPACAkvI9QrZDxvWHmO4IzxtgOQMA"  # pragma: allowlist secret
)
WITH_ONE_TAKEN_BACK: Final = "cGNvIQMABAUEAQMTAAAAJQAgAAAAAKDeAAAAPAAzJQAOAQAAAFS8AAAAABAtqWEFJaScghMTUFJmAAAAAgA="  # pragma: allowlist secret
HEARTBEATS: Final = "cGNvIQMABAUEAQMTAAAQIQIA4P///wAPAAAAATwAAIAlPQgA"  # pragma: allowlist secret

FORMS: Final = {
    "whole amounts of which no length was said, as all before lengths were kept": StoredForm(
        "steps",
        EVEN,
        [TOMBSTONE if n == 3 else value for n, value in enumerate(WALKED)],
        WITH_ONE_TAKEN_BACK,
        [UNSAID] * 20,
        None,
    ),
    "measurements from before lengths were kept": StoredForm(
        "heart_rate", EVEN, [60 + n * 7 % 23 for n in COUNT], HEARTBEATS, [0] * 20, None
    ),
    "measurements": StoredForm(
        "heart_rate", EVEN, [60 + n * 7 % 23 for n in COUNT], HEARTBEATS, [0] * 20, ""
    ),
    "usual lengths": StoredForm("steps", ODD, WALKED, WALKED_VALUES, [MINUTE_MS] * 20, ""),
    "one length": StoredForm("steps", ODD, WALKED, WALKED_VALUES, [900_000] * 20, "oLsNAA=="),
    "lengths of their own, and thousandths": StoredForm(
        "steps",
        ODD,
        [TOMBSTONE if n == 3 else value + n for n, value in enumerate(WALKED)],
        (
            "cGNvIQMABAUEAQQTAAAAJQAgAAAAAAAAAABAjZgGAAAAAAAYATMlAA4BAAAAAAAAAAw4oXgLAAAAAAAAAIDmQ+8rI6BnF+BP5eHUfDAC"  # pragma: allowlist secret
            "ihVm8wErTN8oAQAkQpIIuRsGAAAAAAAIAA=="  # pragma: allowlist secret
        ),
        [n * n * 10 for n in COUNT],
        (
            "cGNvIQMABAUEAQMTAAAAEAAAAAAAZAAAoAAooAWgoA9ooR6AojLoo0ugpWmop4wAqrSorOEA"  # pragma: allowlist secret
        ),
    ),
    "lengths of which some were said": StoredForm(
        "steps",
        ODD,
        WALKED,
        WALKED_VALUES,
        [UNSAID if n % 2 else 900_000 for n in COUNT],
        "cGNvIQMABAUEAQMTAAAAIQAAutsACPj///8HAAqqqgAA",  # pragma: allowlist secret
    ),
    "one record": StoredForm(
        "steps",
        EVEN,
        COUNTED,
        COUNTED_VALUES,
        [MINUTE_MS] * 20,
        "",
        [-77] * 20,
        "s/////////8=",
        [MORNING_MS] * 20,
        "gMnrCKIBAAA=",
    ),
    "many records": StoredForm(
        "steps",
        EVEN,
        COUNTED,
        COUNTED_VALUES,
        [MINUTE_MS] * 20,
        "",
        [(-1) ** n * (n + 1) * 2**57 for n in COUNT],
        (
            "cGNvIQMABAUEAQQTAAAAEAAAAAAAAAAAAAACAAAAAAAAAIIAAAAAAAAAfAAAAAAAAACGAAAAAAAAAHgAAAAAAAAAigAAAAAAAAB0AAAA"  # pragma: allowlist secret
            "AAAAAI4AAAAAAAAAcAAAAAAAAACSAAAAAAAAAGwAAAAAAAAAlgAAAAAAAABoAAAAAAAAAJoAAAAAAAAAZAAAAAAAAACeAAAAAAAAAGAA"  # pragma: allowlist secret
            "AAAAAAAAogAAAAAAAABcAAAAAAAAAKYAAAAAAAAAWAA="  # pragma: allowlist secret
        ),
        [0 if n % 5 == 0 else MORNING_MS + n * n for n in COUNT],
        (
            "cGNvIQMABAUEAQQTAAAQUQMAwltDcd/l//+HmAMAAAAAAACABhOYvI4gGgAAiAAAAAAAAAAAgPrzBJvJCwAgELQjCuPM4VEWBvDvgSIA"  # pragma: allowlist secret
        ),
    ),
    "records that say nothing of the day any more": StoredForm(
        "steps",
        [0, 0],
        [TOMBSTONE, TOMBSTONE],
        "cGNvIQMAgQQBAwEAAAAQAAAAAAAAAAA=",  # pragma: allowlist secret
        [0, 0],
        "AAAAAA==",
        [-5, 9],
        "cGNvIQMAgQQBBAEAABABAQAHAAAAAAAAQAD7////////fwA=",  # pragma: allowlist secret
        [0, 0],
        "AAAAAAAAAAA=",
    ),
}

every_form = pytest.mark.parametrize("form", FORMS.values(), ids=FORMS)


def column(stored: str | None) -> bytes | None:
    return None if stored is None else base64.b64decode(stored)


def layer_of(form: StoredForm) -> Layer:
    row: Any = {
        "sequence": 7,
        "metric": METRIC_BY_CODE[form.metric].number,
        "revision": 3,
        "time_first": form.times[0],
        "time_last": form.times[-1],
        "times": column(form.stored_times),
        "lengths": column(form.stored_lengths),
        "values": column(form.stored_values),
        "records": column(form.stored_records),
        "changed": column(form.stored_changed),
    }
    return stored_layer(row)


@every_form
def test_what_was_once_stored_is_read_as_it_was(form: StoredForm) -> None:
    layer = layer_of(form)
    assert (layer.sequence, layer.revision) == (7, 3)
    assert layer.times.tolist() == form.times
    assert layer.values.tolist() == form.values
    assert layer.lengths.tolist() == form.lengths
    if form.records is None:
        assert layer.marks is None
    else:
        assert layer.marks is not None
        assert layer.marks.records.tolist() == form.records
        assert layer.marks.changed.tolist() == form.changed


@every_form
def test_what_is_still_written_is_written_as_it_was(form: StoredForm) -> None:
    if form.stored_lengths is None and form.metric == "heart_rate":
        return
    marks = None
    if form.records is not None and form.changed is not None:
        marks = Marks(np.array(form.records, np.int64), np.array(form.changed, np.int64))
    encoded = encode(
        Segment(
            metric=METRIC_BY_CODE[form.metric],
            source="watch:w",
            day=date(2026, 11, 24),
            revision=3,
            times=np.array(form.times, np.int32),
            lengths=np.array(form.lengths, np.int32),
            values=np.array(form.values, np.int64),
            marks=marks,
        )
    )
    assert (encoded.time_first, encoded.time_last) == (form.times[0], form.times[-1])
    assert (encoded.times, encoded.lengths, encoded.values, encoded.records, encoded.changed) == (
        column(form.stored_times),
        column(form.stored_lengths),
        column(form.stored_values),
        column(form.stored_records),
        column(form.stored_changed),
    )
