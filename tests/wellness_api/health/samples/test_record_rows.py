"""What the database keeps of a record: where its samples stand, in the form of today and in those of before."""

import base64
from datetime import date, timedelta
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from wellness_api.health.samples.record_rows import KnownRecord, known_record, record_row

KEY = UUID(int=7)
FIRST_MS = 1_790_000_040_000
TODAY = date(2026, 11, 24)


def stored(text: str) -> bytes:
    return base64.b64decode(text)


def test_the_moments_of_a_record_that_was_once_stored_are_read_as_they_were() -> None:
    # Few times are listed, more are compressed as 64 bit differences to the first.
    times = stored(
        "ggGRzwAAAaDEUQhAAsRBQAhRxKABAABwY28hAwADAwQBBAsAABABAQD0AQAAAAAAwAcAAAAAAAAAgAAA6APoA+4C9IE4gbtgbYA+KCOIEwA="  # pragma: allowlist secret
    )
    assert known_record(5, "phone:a", None, times) == KnownRecord(
        5, "phone:a", {}, {1: [FIRST_MS], 2: [FIRST_MS + n * n * 1000 for n in range(12)]}
    )


def test_the_moments_of_three_metrics_of_a_record_that_was_once_stored_are_read_as_they_were() -> (
    None
):
    times = stored(
        "gwGRzwAAAaDEUQhAAsRBQAhRxKABAABwY28hAwADAwQBBAsAABABAQD0AQAAAAAAwAcAAAAAAAAAgAAA6APoA+4C9IE4gbtgbYA+KCOIEwAD"  # pragma: allowlist secret
        "xCxACFHEoAEAAHBjbyEDAEMCBAEECAAAEAEBADB1AAAAAABAAAAAAAAAAACAAA=="  # pragma: allowlist secret
    )
    assert known_record(5, "phone:a", None, times).old == {
        1: [FIRST_MS],
        2: [FIRST_MS + n * n * 1000 for n in range(12)],
        3: [FIRST_MS + n * 60_000 for n in range(9)],
    }


def test_a_record_of_before_that_was_deleted_has_no_moments() -> None:
    assert known_record(2**63 - 1, "", None, b"") == KnownRecord(2**63 - 1, "", {})


def test_where_a_records_samples_stand_is_kept_as_it_was_first_stored() -> None:
    places = {1: [date(2026, 11, 23), date(2026, 11, 24)], 6: [date(2026, 11, 24)]}
    row = record_row(KEY, KnownRecord(5, "phone:a", places), received_on=TODAY)
    assert row.places == stored("ggGSzgALSmcBBpHOAAtKaA==")
    assert known_record(5, "phone:a", row.places, b"") == KnownRecord(5, "phone:a", places)


@given(
    st.dictionaries(
        st.integers(1, 30),
        st.sets(st.dates(date(2000, 1, 1), date(2999, 1, 1)), min_size=1, max_size=9).map(sorted),
        max_size=4,
    )
)
def test_where_a_records_samples_stand_comes_back_as_it_was(places: dict[int, list[date]]) -> None:
    known = KnownRecord(5, "phone:a", places)
    row = record_row(KEY, known, received_on=TODAY)
    assert known_record(row.revision, row.source, row.places, b"") == known
    assert row.last_day == max((day for days in places.values() for day in days), default=TODAY)


def test_a_record_without_samples_is_of_use_from_the_day_on_which_it_came() -> None:
    row = record_row(KEY, KnownRecord(5, "phone:a", {}), received_on=TODAY)
    assert (row.places, row.last_day) == (b"", TODAY)
    yesterday = TODAY - timedelta(days=1)
    kept = record_row(KEY, KnownRecord(5, "phone:a", {1: [yesterday]}), received_on=TODAY)
    assert kept.last_day == yesterday, "what it says is of use as long as its samples are kept"
