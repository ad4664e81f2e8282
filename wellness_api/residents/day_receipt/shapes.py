"""The shapes of a day's receipt.

Amounts are decimals in the figure's unit that add up exactly. For a figure that adds up, they are exact to a thousandth
of its resolution; for all other figures they are whole numbers of samples.
"""

from datetime import date, datetime
from typing import Literal

import msgspec

from points.said import Text
from wellness_api.health.days.sent import Deleter, What
from wellness_api.rewards.awards.taking_part import NotTakingPart


class ReceiptLimit(msgspec.Struct, kw_only=True):
    """What would be plausible, in the figure's unit. `of` says what it limits: a measured value, a record for each
    minute of its length, all records of a source in a minute, or all records of a source on the day.
    """

    minimum: float
    maximum: float
    of: Literal["value", "record", "minute", "day"]


class Became(msgspec.Struct, kw_only=True):
    """What became of a part of what was sent, and its amount.

    `counted`: it is in the figure. `late`: so it is, but it came `since` no programme pays for it any more. `overlapped`:
    the better source `by_source` told of the same time. `in_detail`: finer records of the same source said it; below 0 for a
    finer one that was scaled up. `superseded`: a record that was changed later took its place. `repeated`: the same visit
    again. `implausible`: beyond the `limit`. `deleted`: `by` hand, or by its sender, who took it back or says now that it
    was on another day. `uncounted`: the day's records overlap so much, or come from so many sources, that they cannot be counted.
    """

    what: What
    amount: float
    by_source: str | None
    limit: ReceiptLimit | None
    since: datetime | None
    by: Deleter | None


class ReceiptSpan(msgspec.Struct, kw_only=True, rename={"start": "from", "end": "to"}):
    """A stretch of time for which a source sent something. A value that was measured at one moment ends where it
    begins.

    `records`: how many records or samples are joined in it. `became` adds up to `sent`.
    """

    start: datetime
    end: datetime
    records: int
    sent: float
    became: list[Became]


class SourceReceipt(msgspec.Struct, kw_only=True):
    """What a source sent for a figure. `became` adds up to `sent`, and so do `spans`.

    `untold`: the number of further records that were deleted and whose content is no longer known.
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


WhyOtherwise = Literal["late", "origin", "not_taking_part"]
"""Something came or was corrected too late, or not all counts for how it was recorded, or nothing counts since the resident
did not take part."""


class InTime(msgspec.Struct, kw_only=True):
    """The figure as a programme counts it: without what came, or was corrected, after `late_since`.

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
    """The parts of a figure of the day, the best source first.

    `counts`: whether parts are amounts in `unit`, or numbers of samples. For amounts, `value` is exactly what was
    counted, late or not, plus `rounded`. `became` adds up to `sent`. Without sources, samples of that day are no longer
    stored. `asks_order_of`: sources of one kind that sent something for this day, where the resident has not said which
    of them comes first, and an answer still changes the day.
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
    """Another figure of the day: between two hours of its clocks, or in another respect than its metric's own figure.

    `metric`: the metric that it belongs to; null for a figure of everything that is worn. `until_hour` is not included;
    0 to 24 is the whole day.
    """

    figure: str
    metric: str | None
    name: Text
    unit: str
    value: float
    from_hour: int
    until_hour: int


class SourceHeard(msgspec.Struct, kw_only=True):
    """When something new from a source was last received, and what to do when that is long ago.

    `venue`: the name of a hall or counter. `last_heard`: null when nothing was received within the days that are looked
    at.
    """

    source: str
    venue: str | None
    last_heard: datetime | None
    what_to_do: Text | None


class DayReceipt(msgspec.Struct, kw_only=True, rename={"start": "from", "end": "to"}):
    """The receipt of a day at home.

    `state`: `waiting` while something has arrived that points do not include yet; `set_aside` when the day could not be
    worked out and waits for staff, so that points and figures elsewhere are older. `points`: what the
    day itself gave, without what a week or a month gave. `not_taking_part`: programmes that were in force and give nothing for
    the day, whatever came. `figures`: each metric's own. `parts`: the other figures of the day, without their parts.
    """

    day: date
    time_zone: str
    start: datetime
    end: datetime
    state: Literal["worked_out", "waiting", "set_aside"]
    points: int
    not_taking_part: list[NotTakingPart]
    figures: list[FigureReceipt]
    parts: list[PartOfDay]
    sources: list[SourceHeard]
