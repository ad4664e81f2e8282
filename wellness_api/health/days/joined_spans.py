"""Joins what a source sent into as few spans as a page can list. Neighbours with the same fates are joined.

Nothing is lost by it: for each fate, a span has the sum of its rows.
"""

from typing import Final, NamedTuple

import numpy as np

from wellness_api.health.days.sent import Parts, Sent, added_parts
from wellness_api.health.days.spans import BoolArray, Int64Array
from wellness_api.health.metrics.metric import MINUTE_MS

SPANS_LISTED_MAX: Final = 48
"""Spans of one source and figure. While there are more, neighbours of the same fate are joined over gaps of 1, 5, 15 and 60 minutes, and after that neighbours of any fate."""

GAPS_MS: Final = tuple(minutes * MINUTE_MS for minutes in (0, 1, 5, 15, 60))


class JoinedSpans(NamedTuple):
    """Spans, ascending by their begin.

    `counts`: the number of rows that were joined into the span. `parts`: as in `Sent`, with spans in the place of rows.
    """

    starts: Int64Array
    ends: Int64Array
    counts: Int64Array
    parts: Parts


def joined_spans(sent: Sent, *, at_most: int = SPANS_LISTED_MAX) -> JoinedSpans:
    """As few spans as may be listed."""
    order = np.lexsort((sent.ends, sent.starts))
    counts = np.ones(len(order), np.int64)
    spans = JoinedSpans(sent.starts[order], sent.ends[order], counts, sent.parts.of_rows(order))
    for gap_ms in GAPS_MS:
        spans = _joined(spans, _begins(spans, gap_ms))
        if len(spans.starts) <= at_most:
            return spans
    run = np.arange(len(spans.starts)) * at_most // len(spans.starts)
    return _joined(spans, run[1:] != run[:-1])


def _begins(spans: JoinedSpans, gap_ms: int) -> BoolArray:
    """Which spans, without the first, begin a new run: they have other fates, or more than the gap lies before them."""
    fates = _fates(spans, gap_ms)
    apart = spans.starts[1:] - np.maximum.accumulate(spans.ends)[:-1] > gap_ms
    begins: BoolArray = apart | (fates[1:] != fates[:-1])
    return begins


def _fates(spans: JoinedSpans, gap_ms: int) -> Int64Array:
    """A number for each set of fates. A span without amounts that is no longer than the gap takes the number of the span before it."""
    if not len(spans.starts):
        return spans.starts
    fates = _numbered(len(spans.starts), spans.parts)
    says_nothing = spans.ends - spans.starts <= gap_ms
    says_nothing[spans.parts.rows] = False
    says_nothing[0] = False
    last_telling = np.maximum.accumulate(np.where(says_nothing, 0, np.arange(len(fates))))
    told: Int64Array = fates[last_telling]
    return told


def _numbered(count: int, parts: Parts) -> Int64Array:
    """A number for each of the rows. Rows with the same fates have the same number."""
    numbers = np.zeros(count, np.int64)
    begins = np.searchsorted(parts.rows, parts.rows)
    nth = np.arange(len(parts.rows)) - begins
    by_nth = np.argsort(nth, kind="stable")
    given = 1
    # Fate by fate: rows that were alike so far, and have the same next fate, stay alike. Each part is looked at once.
    for some in np.split(by_nth, np.flatnonzero(np.diff(nth[by_nth])) + 1):
        rows, fates = parts.rows[some], parts.fates[some]
        goes_on = np.stack([numbers[rows], fates])
        _, alike = np.unique(goes_on, axis=1, return_inverse=True)
        numbers[rows] = given + alike.reshape(-1)
        given += len(rows)
    return numbers


def _joined(spans: JoinedSpans, begins_anew: BoolArray) -> JoinedSpans:
    if not len(spans.starts):
        return spans
    is_first = np.concatenate([[True], begins_anew])
    begins = np.flatnonzero(is_first)
    span_of_row = np.cumsum(is_first) - 1
    return JoinedSpans(
        spans.starts[begins],
        np.maximum.reduceat(spans.ends, begins),
        np.add.reduceat(spans.counts, begins),
        added_parts(span_of_row[spans.parts.rows], spans.parts.fates, spans.parts.amounts),
    )
