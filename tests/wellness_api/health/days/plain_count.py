"""The day's count as anybody would write it down: one stretch of time and one record after the other, in fractions.

Written from docs/counting.md and apart from what counts for the city. Amounts are thousandths, times milliseconds.
"""

from collections.abc import Iterator, Sequence
from fractions import Fraction
from itertools import pairwise
from math import floor
from typing import NamedTuple

MINUTE = 60_000


class Said(NamedTuple):
    """A record."""

    start: int
    end: int
    amount: int
    changed: int
    id: int


class Told(NamedTuple):
    """A stretch of time, what was counted in it, and which record says so."""

    start: int
    end: int
    amount: int
    record: int


def rounded(amount: Fraction) -> int:
    return floor(amount + Fraction(1, 2))


def part(amount: int, start: int, end: int, since: int, until: int) -> int:
    """Of an amount from start to end what lies from since to until."""
    upto = [rounded(Fraction(amount * (moment - start), end - start)) for moment in (since, until)]
    return upto[1] - upto[0]


def over(amount: int, weights: Sequence[int]) -> Iterator[int]:
    """The amount shared out by weights."""
    gone, shared = 0, 0
    for weight in weights:
        gone += weight
        upto = rounded(Fraction(amount * gone, sum(weights)))
        yield upto - shared
        shared = upto


def holds(amount: int, length: int, minute_most: int) -> bool:
    return 0 <= amount < Fraction(minute_most * max(length, MINUTE), MINUTE) + 1_000


def cross(one: Said, other: Said) -> bool:
    first, second = sorted([one, other])
    return first.start < second.start < first.end < second.end


def later(record: Said) -> tuple[int, int, int, int]:
    return record.changed, record.start - record.end, record.id, record.amount


def of_day(records: Sequence[Said], day: tuple[int, int], minute_most: int) -> dict[int, Said]:
    """By their places, the plausible ones as far as they lie in the day."""
    by_place = {}
    for place, record in enumerate(records):
        end = max(record.end, record.start + 1)
        since, until = max(record.start, day[0]), min(end, day[1])
        if since < until and holds(record.amount, end - record.start, minute_most):
            amount = part(record.amount, record.start, end, since, until)
            by_place[place] = record._replace(start=since, end=until, amount=amount)
    return by_place


def alone(records: dict[int, Said]) -> list[Told]:
    """What one source says when nobody else does."""
    last: dict[tuple[int, int], int] = {}
    for place, record in records.items():
        span = record.start, record.end
        if span not in last or later(record) >= later(records[last[span]]):
            last[span] = place
    standing = {place: records[place] for place in last.values()}
    moments = sorted({moment for span in last for moment in span})
    said: dict[tuple[int, int], Told] = {}
    for place, record in sorted(standing.items(), key=lambda item: item[1].end - item[1].start):
        taken = [
            other
            for other in standing.values()
            if cross(record, other) and later(other) > later(record)
        ]
        own = [
            (since, until)
            for since, until in pairwise(moments)
            if record.start <= since
            and until <= record.end
            and not any(other.start <= since and until <= other.end for other in taken)
        ]
        amount = sum(part(record.amount, record.start, record.end, *span) for span in own)
        tell(said, own, amount, place)
    return [said[span] for span in sorted(said)]


def tell(
    said: dict[tuple[int, int], Told], own: list[tuple[int, int]], amount: int, place: int
) -> None:
    """Puts a record around what finer ones told."""
    inside = [span for span in own if span in said]
    free = [span for span in own if span not in said]
    told = sum(said[span].amount for span in inside)
    if free and told <= amount:
        lengths = [until - since for since, until in free]
        for span, more in zip(free, over(amount - told, lengths), strict=True):
            said[span] = Told(*span, more, place)
        return
    for span in free:
        said[span] = Told(*span, 0, place)
    weights = [said[span].amount for span in own]
    if not any(weights):
        weights = [until - since for since, until in own]
    for span, scaled in zip(own, over(amount, weights), strict=True):
        said[span] = said[span]._replace(amount=scaled)


def believable(told: list[Told], minute_most: int, day_most: int) -> list[Told]:
    minutes: dict[int, list[int]] = {}
    for piece in told:
        for minute in range(piece.start // MINUTE, (piece.end - 1) // MINUTE + 1):
            since, until = max(piece.start, minute * MINUTE), min(piece.end, (minute + 1) * MINUTE)
            minutes.setdefault(minute, []).append(
                part(piece.amount, piece.start, piece.end, since, until)
            )
    bad = [
        (minute * MINUTE, (minute + 1) * MINUTE)
        for minute, amounts in minutes.items()
        if sum(amounts)
        >= minute_most + 1_000 * max(1, min(sum(amount > 0 for amount in amounts), 60))
    ]
    left = [
        Told(since, until, part(piece.amount, piece.start, piece.end, since, until), piece.record)
        for piece in told
        for since, until in outside((piece.start, piece.end), bad)
    ]
    return left if sum(piece.amount for piece in left) < day_most + 1_000 else []


def outside(span: tuple[int, int], others: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """What is left of the span without the others."""
    left = [span]
    for start, end in others:
        left = [
            piece
            for since, until in left
            for piece in ((since, min(until, start)), (max(since, end), until))
            if piece[0] < piece[1]
        ]
    return left


def beside(told: list[Told], better: list[Told]) -> list[Told]:
    """What counts of a source's pieces where better sources have told something."""
    spans = [(piece.start, piece.end) for piece in better]
    told_besides = []
    for record in {piece.record for piece in told}:
        own = [piece for piece in told if piece.record == record]
        free = [span for piece in own for span in outside((piece.start, piece.end), spans)]
        if free == [(piece.start, piece.end) for piece in own]:
            told_besides += own
            continue
        counted = sum(
            part(
                one.amount, one.start, one.end, max(one.start, piece.start), min(one.end, piece.end)
            )
            for piece in own
            for one in better
            if one.start < piece.end and piece.start < one.end
        )
        rest = max(0, sum(piece.amount for piece in own) - counted)
        lengths = [until - since for since, until in free]
        for span, more in zip(free, over(rest, lengths), strict=True):
            told_besides.append(Told(*span, more, record))
    return sorted(told_besides)


def plain_count(
    sources: Sequence[Sequence[Said]], most: tuple[int, int], day: tuple[int, int]
) -> list[tuple[int, int, int, int]]:
    """Start, end, amount and place of the source of each piece of the day."""
    minute_most, day_most = most
    better: list[Told] = []
    counted = []
    for place, records in enumerate(sources):
        told = believable(alone(of_day(records, day, minute_most)), minute_most, day_most)
        besides = beside(told, better)
        better = sorted(better + besides)
        counted += [(piece.start, piece.end, piece.amount, place) for piece in besides]
    return sorted(counted)
