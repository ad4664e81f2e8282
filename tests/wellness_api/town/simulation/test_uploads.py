from collections import Counter
from collections.abc import Iterable
from datetime import UTC, date, datetime

import msgspec
import numpy as np
import pytest

from device_bridge.wire import BATCHES_PER_UPLOAD_MAX, SAMPLES_PER_UPLOAD_MAX, Upload
from wellness_api.town.simulation.city import SimulatedCity, city
from wellness_api.town.simulation.days import DAY_MS
from wellness_api.town.simulation.people import Devices, Sync
from wellness_api.town.simulation.uploads import PlannedUpload, Window, recorded, windows

UNTIL = datetime(2026, 11, 24, 6, 30, 20, tzinfo=UTC)
UNTIL_MS = int(UNTIL.timestamp() * 1000)
Samples = dict[tuple[str, str, int], float]


@pytest.fixture(scope="module")
def town() -> SimulatedCity:
    return city(residents=60, seed=9, today=date(2026, 11, 24))


def samples_of(uploads: Iterable[PlannedUpload]) -> Samples:
    samples: Samples = {}
    for upload in uploads:
        for batch in msgspec.msgpack.decode(upload.body, type=Upload).batches:
            assert isinstance(batch.times_ms, bytes)
            assert isinstance(batch.values, bytes)
            times = np.frombuffer(batch.times_ms, "<i8").tolist()
            values = np.frombuffer(batch.values, "<f8").tolist()
            assert len(times) == len(values) > 0
            for time_ms, value in zip(times, values, strict=True):
                place = (batch.metric, batch.source, time_ms)
                assert samples.setdefault(place, value) == value
    return samples


@pytest.mark.parametrize("synced_days", [0, 7, 90])
def test_every_sample_is_sent_and_nothing_else(town: SimulatedCity, synced_days: int) -> None:
    span = town.span(UNTIL, days=90, synced_days=synced_days)
    for resident in town.residents:
        uploads = town.uploads(UNTIL, synced_days=synced_days, residents=[resident])
        expected = {
            (one_series.metric, one_series.source, time_ms): value
            for one_series in recorded(town.people, resident, span)
            for time_ms, value in zip(
                one_series.times_ms.tolist(), one_series.values.tolist(), strict=True
            )
        }
        assert samples_of(uploads) == expected


def test_nothing_is_sent_from_the_future(town: SimulatedCity) -> None:
    samples = samples_of(town.uploads(UNTIL, days=2))
    newest_ms = max(time_ms for _, _, time_ms in samples)
    assert newest_ms <= UNTIL_MS - 60_000  # The newest minute is over.
    assert newest_ms > UNTIL_MS - 60 * 60_000


def test_a_plan_is_the_same_each_time(town: SimulatedCity) -> None:
    again = city(residents=60, seed=9, today=date(2026, 11, 24))
    assert list(town.uploads(UNTIL, days=20)) == list(again.uploads(UNTIL, days=20))


def test_uploads_keep_to_the_limits_of_the_wire(town: SimulatedCity) -> None:
    for upload in town.uploads(UNTIL, synced_days=90):
        decoded = msgspec.msgpack.decode(upload.body, type=Upload)
        assert len(decoded.batches) <= BATCHES_PER_UPLOAD_MAX
        assert 0 < upload.samples <= SAMPLES_PER_UPLOAD_MAX
        assert 8 <= len(upload.idempotency_key) <= 64


def test_one_key_stands_for_one_body_and_some_are_sent_twice(town: SimulatedCity) -> None:
    bodies: dict[str, bytes] = {}
    sent: Counter[str] = Counter()
    for upload in town.uploads(UNTIL, synced_days=30):
        assert bodies.setdefault(upload.idempotency_key, upload.body) == upload.body
        sent[upload.idempotency_key] += 1
    assert max(sent.values()) == 2
    assert 0.01 < sum(count == 2 for count in sent.values()) / len(sent) < 0.06


def test_a_fill_of_another_day_uses_other_keys(town: SimulatedCity) -> None:
    tomorrow = city(residents=60, seed=9, today=date(2026, 11, 25))
    keys = {upload.idempotency_key for upload in town.uploads(UNTIL)}
    assert keys.isdisjoint(upload.idempotency_key for upload in tomorrow.uploads(UNTIL))


def test_history_comes_in_pieces_of_two_weeks_and_then_by_habit_of_syncing(
    town: SimulatedCity,
) -> None:
    people = town.people
    span = town.span(UNTIL, days=90, synced_days=30)
    synced_from_ms = UNTIL_MS - 30 * DAY_MS
    longest = {Sync.DAILY: 2 * DAY_MS, Sync.WEEKLY: 8 * DAY_MS}
    for resident in np.flatnonzero(people.devices != Devices.CARD_ONLY).tolist():
        plan = windows(people, resident, span)
        assert plan[-1].end_ms == UNTIL_MS
        late = people.sync[resident] == Sync.LATE
        for i, window in enumerate(plan):
            length_ms = window.end_ms - window.start_ms
            if window.end_ms <= synced_from_ms:
                assert length_ms <= 14 * DAY_MS
            elif not late:
                assert length_ms <= longest[Sync(int(people.sync[resident]))]
            if i:
                earlier = plan[i - 1]
                assert window.start_ms <= earlier.end_ms < window.end_ms
                overlaps = late and window.end_ms > synced_from_ms
                assert (window.start_ms < earlier.end_ms) == overlaps


def test_a_late_phone_sends_the_previous_sync_again(town: SimulatedCity) -> None:
    late = np.flatnonzero(
        (town.people.sync == Sync.LATE) & (town.people.joined_day < town.people.today - 120)
    )
    span = town.span(UNTIL, days=90, synced_days=90)
    plan = windows(town.people, int(late[0]), span)
    assert len(plan) >= 4
    for before, earlier, later in zip(plan, plan[1:], plan[2:], strict=False):
        assert isinstance(later, Window)
        assert later.start_ms == before.end_ms < earlier.end_ms
