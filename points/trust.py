"""What a programme trusts: which origins of samples count for points, up to how much a day, and after how long."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Annotated, Final, Literal, assert_never

import msgspec

Origin = Literal["station", "device", "app", "typed", "file", "unsaid"]
"""How samples came to be: measured at a station, counted or measured by a device, worked out by an app, typed in by a
person, or read from a file; `unsaid` when nobody said."""

WhyLeftOut = Literal["untrusted", "over", "waits"]
"""Why a sample does not count: its origin never counts, it is above the most of a day, or it counts later."""


class OriginTrust(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How samples of one origin count for points. Samples that do not count for points are in the day's figures all
    the same.

    - `counts`: whether they count at all.
    - `day_max`: the most that they add to a day, for each metric, in the metric's unit. A metric that is not named
      has no most. Only metrics that add up, such as steps or minutes, can have one. The most holds for each figure of
      the metric by itself: for the steps of the day, and again for the steps before 8.
    - `after_days`: they count from so many days after their day on, by the city's calendar, so that there is time to
      look at them. It is not longer than the late window, because then the day is frozen.
    """

    counts: bool = True
    day_max: Annotated[
        dict[
            Annotated[str, msgspec.Meta(pattern=r"^[a-z][a-z0-9_]{0,63}$(?!\n)")],
            Annotated[float, msgspec.Meta(gt=0)],
        ],
        msgspec.Meta(max_length=20),
    ] = {}
    after_days: Annotated[int, msgspec.Meta(ge=0, le=366)] = 0

    def counts_from(self, day: date) -> date:
        """The city's day from which on samples of a day count."""
        return day + timedelta(days=self.after_days)

    def is_whole(self, day: date, *, today: date) -> bool:
        """Whether everything that samples say of a day counts by now."""
        return not self.day_max and self.why_out(day, today=today) is None

    def why_out(self, day: date, *, today: date) -> WhyLeftOut | None:
        """Why nothing that samples say of a day counts by now; None where something counts."""
        if not self.counts:
            return "untrusted"
        # A resident can live in a day that the city has not reached yet. Samples of that day that do not wait count at
        # once.
        return "waits" if self.after_days and today < self.counts_from(day) else None


WHOLE: Final = OriginTrust()
"""For an origin that a programme does not name."""


class Trust(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How samples count by their origin. Samples of an origin that is not named count without limit.

    - `station`: measured at a station or recorded by staff.
    - `device`: counted or measured by a resident's device.
    - `app`: worked out by an app.
    - `typed`: typed in by a person.
    - `file`: read from a file.
    - `unsaid`: nobody said how they came to be.
    """

    station: OriginTrust | None = None
    device: OriginTrust | None = None
    app: OriginTrust | None = None
    typed: OriginTrust | None = None
    file: OriginTrust | None = None
    unsaid: OriginTrust | None = None

    def named(self) -> Iterator[tuple[Origin, OriginTrust]]:
        """The origins that the programme names."""
        origins: tuple[Origin, ...] = ("station", "device", "app", "typed", "file", "unsaid")
        for origin in origins:
            of_origin = self._said_of(origin)
            if of_origin is not None:
                yield origin, of_origin

    def of(self, origin: Origin) -> OriginTrust:
        """How samples of the origin count."""
        return self._said_of(origin) or WHOLE

    def _said_of(self, origin: Origin) -> OriginTrust | None:
        match origin:
            case "station":
                return self.station
            case "device":
                return self.device
            case "app":
                return self.app
            case "typed":
                return self.typed
            case "file":
                return self.file
            case "unsaid":
                return self.unsaid
            case _:
                assert_never(origin)


TRUSTS_ALL: Final = Trust()
"""For a programme that names no origin."""
