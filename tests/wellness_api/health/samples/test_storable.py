"""What is kept of a record when one upload speaks of it more than once."""

from datetime import date

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from tests.town import NOON, ms
from wellness_api.health.metrics.catalogue import METRICS
from wellness_api.health.metrics.metric import Metric
from wellness_api.health.samples.columns import Arrival
from wellness_api.health.samples.contents import Records
from wellness_api.health.samples.plausibility import in_multiple, in_multiples
from wellness_api.health.samples.record_rows import known_record
from wellness_api.health.samples.records import Column, Record

MORNING_MS = ms(NOON) - 3_600_000


def weighing(minute: int) -> Record:
    at = MORNING_MS + 60_000 * minute
    return Record(
        source="phone:a", columns={"body_weight": Column([at], [62.0])}, record_id="store:1"
    )


def test_an_upload_that_ends_with_what_is_known_of_a_record_leaves_its_row_alone() -> None:
    contents = Records([weighing(0), weighing(1)], Arrival(NOON, "Asia/Tokyo", date.min))
    (row,) = contents.read({}).rows
    known = {row.record: known_record(row.revision, row.source, row.times, row.values)}
    assert not contents.read(known).rows


@given(st.floats() | st.none(), st.sampled_from(METRICS))
def test_a_value_alone_is_kept_as_it_is_in_a_column(value: float | None, metric: Metric) -> None:
    (in_column,) = in_multiples(np.array([value], np.float64), metric).tolist()
    assert in_multiple(value, metric) == in_column
