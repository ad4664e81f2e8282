"""What a resident's stored segments come to: what reaches over midnight once, and where corrections have left it."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta

import msgspec
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from tests.wellness_api.health.samples.corrections import corrections_of, deletion, shift
from tests.wellness_api.health.samples.layers import (
    Told,
    layer,
    layer_of_records,
    mixed_histories,
    unsaid_layer,
)
from wellness_api.health.metrics.catalogue import METRIC_BY_CODE, STEPS
from wellness_api.health.samples.corrected import Correction
from wellness_api.health.samples.living import Living, by_place, living_samples
from wellness_api.health.samples.local_days import DAY_MS, utc_midnight_ms
from wellness_api.health.samples.merging import NO_RECORD, Layer, merge, spans_of
from wellness_api.health.samples.segments import TOMBSTONE, UNSAID

DAY = date(2026, 11, 24)
NEXT_DAY = DAY + timedelta(days=1)
MIDNIGHT_MS = utc_midnight_ms(DAY)
HOUR_MS, MINUTE_MS = 3_600_000, 60_000
SOURCE = "phone:a"

Shown = tuple[int, int, int, int, int]
"""Milliseconds since the day's midnight, length, record, value, and when it was changed."""


def living(
    layers: Mapping[date, Sequence[Layer]], corrections: Sequence[Correction] = ()
) -> Living:
    (only,) = living_samples(
        {(STEPS.number, SOURCE): layers}, corrections, time_zone="UTC"
    ).values()
    return only


def shown(
    layers: Mapping[date, Sequence[Layer]] | Sequence[Layer],
    corrections: Sequence[Correction] = (),
) -> list[Shown]:
    by_day = layers if isinstance(layers, Mapping) else {DAY: layers}
    of = living(by_day, corrections)
    assert of.times_ms.tolist() == sorted(of.times_ms.tolist())
    return list(
        zip(
            (of.times_ms - MIDNIGHT_MS).tolist(),
            of.lengths.tolist(),
            of.records.tolist(),
            of.values.tolist(),
            of.changed.tolist(),
            strict=True,
        )
    )


def values(
    layers: Mapping[date, Sequence[Layer]] | Sequence[Layer],
    corrections: Sequence[Correction] = (),
) -> dict[int, int]:
    """By the hour in which they began."""
    pairs = [(time // HOUR_MS, value) for time, _, _, value, _ in shown(layers, corrections)]
    assert len(pairs) == len(dict(pairs))
    return dict(pairs)


def at(hour: float) -> int:
    return MIDNIGHT_MS + round(hour * HOUR_MS)


def told(hour: float, value: int, *, record: int = 7, changed: int = 0) -> Told:
    return Told(round(hour * HOUR_MS), MINUTE_MS, record, value, changed)


def walked(sequence: int, by_hour: dict[int, int], *, revision: int = 0) -> Layer:
    return layer(
        sequence, {hour * HOUR_MS: value for hour, value in by_hour.items()}, revision=revision
    )


def test_what_is_taken_back_is_not_there() -> None:
    assert values([walked(1, {8: 10, 9: 20}), walked(2, {8: TOMBSTONE})]) == {9: 20}


def test_a_place_of_which_all_is_gone_has_no_samples() -> None:
    assert values([walked(1, {8: 10}), walked(2, {8: TOMBSTONE})]) == {}


def test_what_reaches_over_midnight_stands_once() -> None:
    night, evening = (23 * HOUR_MS, 2 * HOUR_MS), (23 * HOUR_MS, MINUTE_MS)
    days = {
        NEXT_DAY: [layer(1, {(night[0] - DAY_MS, night[1]): 120})],
        DAY: [layer(1, {night: 120, evening: 1})],
    }
    assert shown(days) == [
        (23 * HOUR_MS, MINUTE_MS, NO_RECORD, 1, 0),
        (23 * HOUR_MS, 2 * HOUR_MS, NO_RECORD, 120, 0),
    ]
    assert shown({NEXT_DAY: days[NEXT_DAY]}) == shown({DAY: [layer(1, {night: 120})]})


def test_two_records_of_one_span_are_two_samples_in_both_days() -> None:
    twice = [Told(23 * HOUR_MS, 2 * HOUR_MS, record, 120) for record in (7, 8)]
    spilled = [sample._replace(time=sample.time - DAY_MS) for sample in twice]
    days = {DAY: [layer_of_records(1, twice)], NEXT_DAY: [layer_of_records(1, spilled)]}
    assert [record for _, _, record, _, _ in shown(days)] == [7, 8]


def test_a_deletion_ends_what_was_known_and_nothing_that_came_after_it() -> None:
    deleted = deletion(5, at(8), at(9))
    assert values([walked(1, {7: 1, 8: 10, 9: 20})], [deleted]) == {7: 1, 9: 20}
    assert values([walked(1, {8: 10}), walked(6, {8: 11})], [deleted]) == {8: 11}


def test_what_came_after_a_deletion_and_was_written_before_it_is_deleted() -> None:
    """A phone's old version, or a record that nobody had heard of: both come late."""
    deleted = deletion(5, at(8), at(9), asked_ms=100)
    known = layer_of_records(1, [told(8, 10, changed=10)])
    late = layer_of_records(6, [told(8, 12, changed=100)])
    newer = layer_of_records(6, [told(8, 13, changed=101)])
    assert values([known, late], [deleted]) == {}
    assert values([late], [deleted]) == {}
    assert values([known, newer], [deleted]) == {8: 13}
    assert values([newer], [deleted]) == {8: 13}


def test_a_deletion_of_one_source_or_metric_leaves_the_others() -> None:
    layers = {DAY: [walked(1, {8: 10})]}
    places = {
        (STEPS.number, "phone:a"): layers,
        (METRIC_BY_CODE["active_energy"].number, "watch:w"): layers,
    }
    for source, metric, left in [
        ("watch:w", None, {(STEPS.number, "phone:a")}),
        (None, "active_energy", {(STEPS.number, "phone:a")}),
        ("watch:w", "steps", set(places)),
        (None, None, set()),
    ]:
        of = deletion(5, at(0), at(24), source=source, metric=metric)
        living = living_samples(places, [of], time_zone="UTC")
        assert {place for place, samples in living.items() if len(samples.times_ms)} == left


def test_a_shift_moves_what_was_known_and_later_versions_of_the_same_time() -> None:
    moved = shift(5, at(8), at(9), HOUR_MS)
    assert values([walked(1, {7: 1, 8: 10})], [moved]) == {7: 1, 9: 10}
    known, corrected = layer_of_records(1, [told(8, 10)]), layer_of_records(6, [told(8, 12)])
    assert values([known, corrected], [moved]) == {9: 12}
    elsewhere = layer_of_records(6, [told(10, 12)])
    assert values([known, elsewhere], [moved]) == {10: 12}, "it says itself when it was"
    assert values([corrected], [moved]) == {8: 12}, "what nobody had heard of stays"
    outside = layer_of_records(1, [told(7, 10)])
    assert values([outside, corrected], [moved]) == {8: 12}, "it was not moved before"


def test_an_edit_is_moved_whether_its_first_version_came_before_the_shift_or_after_it() -> None:
    moved = shift(5, at(8), at(9), HOUR_MS, asked_ms=100)
    edit = layer_of_records(7, [told(8, 12, changed=200)])
    for came in (1, 6):
        first = layer_of_records(came, [told(8, 10, changed=50)])
        assert values([first, edit], [moved]) == {9: 12}


def test_how_long_a_count_lasted_is_told_by_what_comes_next_where_it_was_moved_to() -> None:
    half_minute = MINUTE_MS // 2
    day = [unsaid_layer(1, {8 * HOUR_MS: 10, 8 * HOUR_MS + half_minute: 20})]
    away = shift(5, at(8) + half_minute, at(9), HOUR_MS)
    assert [length for _, length, *_ in shown(day)] == [half_minute, MINUTE_MS]
    assert [length for _, length, *_ in shown(day, [away])] == [MINUTE_MS, MINUTE_MS]
    late = [unsaid_layer(1, {8 * HOUR_MS: 10})]
    to_midnight = shift(5, at(8), at(9), 16 * HOUR_MS - half_minute)
    assert [length for _, length, *_ in shown(late, [to_midnight])] == [half_minute]


def test_corrections_hold_in_the_order_in_which_they_were_made() -> None:
    moved, deleted = shift(3, at(8), at(9), HOUR_MS), deletion(5, at(9), at(10))
    day = [walked(1, {8: 10, 9: 20})]
    assert values(day, [deleted, moved]) == {}
    before = deletion(2, at(9), at(10))
    assert values(day, [moved, before]) == {9: 10}
    back = shift(4, at(9), at(10), -HOUR_MS)
    assert shown(day, [moved, back]) == [
        (8 * HOUR_MS, MINUTE_MS, NO_RECORD, 10, 0),
        (8 * HOUR_MS, MINUTE_MS, NO_RECORD, 20, 0),
    ]


def test_what_a_shift_moves_onto_another_sample_takes_nothing_from_it() -> None:
    """Counting decides between the two, as between any that cross."""
    moved = shift(5, at(8), at(9), HOUR_MS)
    both = [(9 * HOUR_MS, MINUTE_MS, NO_RECORD, 10, 0), (9 * HOUR_MS, MINUTE_MS, NO_RECORD, 20, 0)]
    assert shown([walked(1, {8: 10, 9: 20})], [moved]) == both
    of_days = {DAY: [walked(1, {8: 10})], NEXT_DAY: [walked(1, {8: 20})]}
    a_day = shift(5, at(8), at(9), DAY_MS)
    expected = [
        (8 * HOUR_MS + DAY_MS, MINUTE_MS, NO_RECORD, 10, 0),
        (8 * HOUR_MS + DAY_MS, MINUTE_MS, NO_RECORD, 20, 0),
    ]
    assert shown(of_days, [a_day]) == expected
    assert shown(dict(reversed(of_days.items())), [a_day]) == expected


def test_a_night_that_is_moved_is_moved_once() -> None:
    night = (23 * HOUR_MS, 2 * HOUR_MS)
    days = {
        DAY: [layer(1, {night: 120})],
        NEXT_DAY: [layer(1, {(night[0] - DAY_MS, night[1]): 120})],
    }
    expected = [(24 * HOUR_MS, 2 * HOUR_MS, NO_RECORD, 120, 0)]
    assert shown(days, [shift(5, at(20), at(24), HOUR_MS)]) == expected


def test_a_record_that_comes_to_reach_into_another_day_is_corrected_as_one() -> None:
    """The evening was known when it was corrected, the morning only came with the next version."""
    known = layer_of_records(1, [told(23, 10, changed=1)])
    evening = Told(23 * HOUR_MS, 2 * HOUR_MS, 7, 120, 2)
    days = {
        DAY: [known, layer_of_records(6, [evening])],
        NEXT_DAY: [layer_of_records(6, [evening._replace(time=evening.time - DAY_MS)])],
    }
    assert len(shown(days)) == 1
    assert shown(days, [deletion(5, at(20), at(24), asked_ms=3)]) == []
    moved = shown(days, [shift(5, at(20), at(24), -HOUR_MS)])
    assert [(time // HOUR_MS, value) for time, _, _, value, _ in moved] == [(22, 120)]


def test_samples_that_say_no_length_are_corrected_as_others_are() -> None:
    day = [unsaid_layer(1, {8 * HOUR_MS: 10, 9 * HOUR_MS: 20})]
    corrections = [deletion(5, at(8), at(9)), shift(6, at(9), at(10), HOUR_MS)]
    assert values(day, corrections) == {10: 20}


def known_first(place: int, layers: Sequence[Layer]) -> int:
    """When the merged sample at the place came; without a record, when something was first said of its span."""
    merged = merge(layers)
    span = spans_of(merged.times, merged.lengths)[place]
    said = [int(merged.sequences[place])]
    if merged.records[place] == NO_RECORD:
        said += [
            one.sequence
            for one in layers
            if one.marks is None and span in spans_of(one.times, one.lengths)
        ]
    return min(said)


def had_come_or_was_written(one: Correction, sequence: int, changed: int) -> bool:
    return sequence < one.sequence or 0 < changed <= one.asked_ms


def moved_by(
    one: Correction, record: int, layers: Sequence[Layer], before: Sequence[Correction]
) -> bool:
    """Whether the shift moves some version of the record that had come or was written when it was made."""
    for layer_ in layers:
        if layer_.marks is None:
            continue
        for place, of in enumerate(layer_.marks.records.tolist()):
            changed = int(layer_.marks.changed[place])
            if of != record or not had_come_or_was_written(one, layer_.sequence, changed):
                continue
            time_ms = MIDNIGHT_MS + int(layer_.times[place])
            for number, earlier in enumerate(before):
                if earlier.from_ms <= time_ms < earlier.until_ms and (
                    had_come_or_was_written(earlier, layer_.sequence, changed)
                    or moved_by(earlier, record, layers, before[:number])
                ):
                    time_ms += earlier.by_ms
            if one.from_ms <= time_ms < one.until_ms:
                return True
    return False


def plainly(layers: Sequence[Layer], corrections: Sequence[Correction]) -> list[Shown]:
    """A day's samples one by one, each through all corrections."""
    merged = merge(layers)
    in_order = sorted(corrections, key=lambda correction: correction.sequence)
    left: list[Shown] = []
    for place, value in enumerate(merged.values.tolist()):
        if value == TOMBSTONE:
            continue
        time_ms = MIDNIGHT_MS + int(merged.times[place])
        known, changed = known_first(place, layers), int(merged.changed[place])
        length, record = int(merged.lengths[place]), int(merged.records[place])
        stands = True
        shifts: list[Correction] = []
        for one in in_order:
            before = [*shifts]
            if one.kind == "shift":
                shifts.append(one)
            if not one.from_ms <= time_ms < one.until_ms:
                continue
            if one.kind == "deletion":
                came = int(merged.sequences[place])
                stands = stands and not had_come_or_was_written(one, came, changed)
            elif had_come_or_was_written(one, known, changed) or (
                record != NO_RECORD and moved_by(one, record, layers, before)
            ):
                time_ms += one.by_ms
        if stands:
            left.append((time_ms - MIDNIGHT_MS, length, record, value, changed))
    unsaid = [time for time, length, *_ in left if length == UNSAID]
    return [
        (time, lasted(time, unsaid) if length == UNSAID else length, *rest)
        for time, length, *rest in left
    ]


def lasted(time: int, unsaid: Sequence[int]) -> int:
    day_ends = (time // DAY_MS + 1) * DAY_MS
    return min([MINUTE_MS, day_ends - time, *(other - time for other in unsaid if other > time)])


MOMENTS = st.integers(-5, 11) | st.integers(-8, 18).map(lambda place: place * 10_000)


def from_midnight(corrections: list[Correction]) -> list[Correction]:
    return [
        msgspec.structs.replace(
            of, from_ms=MIDNIGHT_MS + of.from_ms, until_ms=MIDNIGHT_MS + of.until_ms
        )
        for of in corrections
    ]


@settings(deadline=None, max_examples=300)
@given(mixed_histories(), corrections_of(MOMENTS, 22), st.data())
def test_corrections_leave_what_a_plain_loop_leaves(
    history: list[Layer], made: list[Correction], data: st.DataObject
) -> None:
    layers = [one._replace(sequence=2 * one.sequence) for one in history]
    corrections = from_midnight(made)
    # What begins before its day stands there because it reaches into it, and says how long it is.
    assume(all((one.times[one.lengths == UNSAID] >= 0).all() for one in layers))
    if not layers:
        return
    given_ = data.draw(st.permutations(layers)), data.draw(st.permutations(corrections))
    assert sorted(shown(*given_)) == sorted(plainly(layers, corrections))


def test_segments_are_gathered_by_metric_and_source_and_day() -> None:
    one, other = walked(1, {8: 10}), walked(2, {9: 20})
    segments = [(1, "a", DAY, one), (2, "a", DAY, other), (1, "a", NEXT_DAY, other)]
    segments.append((1, "a", DAY, other))
    assert by_place(segments) == {
        (1, "a"): {DAY: [one, other], NEXT_DAY: [other]},
        (2, "a"): {DAY: [other]},
    }


def test_a_living_sample_that_may_reach_into_a_time_is_found() -> None:
    of = living({DAY: [walked(1, {0: 1, 8: 10, 9: 20})]})
    assert of.reaching(at(25.5), at(30)).values.tolist() == [10, 20]
    assert of.reaching(at(0), at(9)).values.tolist() == [1, 10]
