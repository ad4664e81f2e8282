"""What the receipt of a day says.

Amounts are decimals in the figure's unit that add up exactly: of what adds up to the thousandth of the resolution, of
everything else whole samples.
"""

from datetime import date, datetime
from typing import Literal

import msgspec

from points.said import Text
from wellness_api.health.days.sent import Deleter, What


class ReceiptLimit(msgspec.Struct, kw_only=True):
    """What would be plausible, in the figure's unit, `of` what: a value that was measured, a record for each minute of its
    length, all of a source in a minute, or all of a source on the day.
    """

    minimum: float
    maximum: float
    of: Literal["value", "record", "minute", "day"]


class Became(msgspec.Struct, kw_only=True):
    """What became of a part of what was sent, and how much.

    `counted`: it is in the figure. `late`: so it is, but it came `since` no programme pays for it any more. `overlapped`:
    the better source `by_source` told of the same time. `in_detail`: finer records of the same source said it; below 0 for a
    finer one that was scaled up. `superseded`: a record that was changed later took its place. `repeated`: the same visit
    again. `implausible`: beyond the `limit`. `deleted`: `by` hand, or by its sender, who took it back or says now that it
    was on another day. `uncounted`: the day's records overlap so much that they cannot be counted.
    """

    what: What
    amount: float
    by_source: str | None
    limit: ReceiptLimit | None
    since: datetime | None
    by: Deleter | None


class ReceiptSpan(msgspec.Struct, kw_only=True, rename={"start": "from", "end": "to"}):
    """A stretch of time of which a source sent something; what was measured at a moment ends where it begins.

    `records`: how many records or samples are joined in it. `became` adds up to `sent`.
    """

    start: datetime
    end: datetime
    records: int
    sent: float
    became: list[Became]


class SourceReceipt(msgspec.Struct, kw_only=True):
    """What a source sent for a figure. `became` adds up to `sent`, and so do `spans`.

    `untold`: of how many more records it is known that they were deleted, and not any more what they said.
    """

    source: str
    sent: float
    untold: int
    became: list[Became]
    spans: list[ReceiptSpan]


class FurtherSources(msgspec.Struct, kw_only=True):
    """What further sources sent together, where there are more than are listed."""

    count: int
    sent: float
    became: list[Became]


WhyOtherwise = Literal["late", "origin"]
"""Something came or was corrected too late, or not all counts for how it was recorded."""


class InTime(msgspec.Struct, kw_only=True):
    """The figure as a programme counts it: without what came `late_since` then, or what was corrected then.

    `name`: the programme's. `why`: for what reasons `value` is another one than the figure's; none where it is not, and
    where the day cannot be counted. `arrived`: what had come before `late_since`, however it was recorded. `left_out`: what
    of that it does not count for how it was recorded, and why.
    """

    programme: str
    version: int
    name: Text
    value: float | None
    why: list[WhyOtherwise]
    late_since: datetime
    arrived: float | None
    left_out: list[Text]


class FigureReceipt(msgspec.Struct, kw_only=True):
    """What a figure of the day is made of, the best source first.

    `counts`: whether parts are amounts in `unit`, or numbers of samples. Of amounts `value` is what was counted, late or not,
    and `rounded`, exactly. `became` adds up to `sent`. No sources: samples of that day are not kept any more.
    `asks_order_of`: sources of one kind that told of this day, where the resident has not said yet which of them comes first.
    """

    metric: str
    unit: str
    counts: Literal["amounts", "samples"]
    value: float | None
    sent: float
    rounded: float
    became: list[Became]
    sources: list[SourceReceipt]
    further: FurtherSources | None
    in_time: list[InTime]
    asks_order_of: list[str]


class PartOfDay(msgspec.Struct, kw_only=True):
    """What the day comes to besides: between two hours of its clocks, or in another respect than its metric's own figure.

    `metric`: of which metric it is; null of all that is worn. `until_hour` is not in it; 0 to 24 is the whole day.
    """

    figure: str
    metric: str | None
    name: Text
    unit: str
    value: float
    from_hour: int
    until_hour: int


class SourceHeard(msgspec.Struct, kw_only=True):
    """When something new of a source was last heard, and what to do where that is long ago.

    `venue`: what a hall or counter is called. `last_heard`: null where it was not within the days that are looked at.
    """

    source: str
    venue: str | None
    last_heard: datetime | None
    what_to_do: Text | None


class DayReceipt(msgspec.Struct, kw_only=True, rename={"start": "from", "end": "to"}):
    """The receipt of a day at home.

    `state`: `waiting` while something has come that points do not know of yet; `set_aside` where the day could not be worked
    out and waits for the staff, so that points and figures elsewhere are older.
    `figures`: each metric's own. `parts`: what else the day comes to, without what it is made of.
    """

    day: date
    time_zone: str
    start: datetime
    end: datetime
    state: Literal["worked_out", "waiting", "set_aside"]
    figures: list[FigureReceipt]
    parts: list[PartOfDay]
    sources: list[SourceHeard]
