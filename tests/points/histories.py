"""One resident's history, for pencils: plain loops over days that anybody can read."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import NamedTuple

import msgspec
from hypothesis import strategies as st

from points.conditions import Season
from points.evaluate import evaluate
from points.goals import DayGoal
from points.periods import DaySpan, PeriodKind, period_of
from points.programme import Programme
from points.rules import PersonalRule
from tests.points.people import Line, Person, lines, people, programme

WINTER = Season(code="winter", name={"ja": "冬", "en": "winter"}, first="12-01", last="03-25")


class History(NamedTuple):
    """A person's days from `first_day` on; those count that are in force, since the person joined and, for a rule of the
    winter, in winter.
    """

    person: Person
    first_day: date
    today: date
    in_force_from: date
    winter_only: bool = False
    per_unit: int = 1

    @property
    def days(self) -> Sequence[date]:
        """All of them."""
        length = len(next(iter(self.person.daily.values())))
        return [self.first_day + timedelta(days=place) for place in range(length)]

    def counts(self, day: date) -> bool:
        """Whether the day counts."""
        in_season = (
            not self.winter_only or day.month in {12, 1, 2} or (day.month == 3 and day.day <= 25)
        )
        return day >= max(self.in_force_from, self.person.joined) and in_season

    def known(self, day: date, *metrics: str) -> int | None:
        """What the metrics come to together on a day, whether it counts or not; None without data of any."""
        place = (day - self.first_day).days
        of_metrics = [self.person.daily[metric][place] for metric in metrics]
        amounts = [amount for amount in of_metrics if amount is not None]
        return sum(amounts) if amounts else None

    def amount(self, day: date, *metrics: str) -> int | None:
        """The same on a day that counts."""
        return self.known(day, *metrics) if self.counts(day) else None

    def age(self, day: date) -> int:
        """The age that is reached in the day's year."""
        return day.year - self.person.birth_year

    def reaches(self, goal: DayGoal, day: date) -> bool:
        """Whether the day reaches the goal."""
        asked = goal.at_least
        if goal.from_age is not None and self.age(day) >= goal.from_age:
            asked = goal.at_least_from_age or 0
        amount = self.amount(day, *goal.metrics)
        return amount is not None and amount >= asked

    def year_start(self, day: date) -> date:
        """The first day of the programme year."""
        april = date(day.year if day.month >= 4 else day.year - 1, 4, 1)
        return max(april, self.in_force_from)

    def periods(self, kind: PeriodKind) -> Sequence[DaySpan]:
        """The periods that the days are in."""
        return sorted({period_of(kind, day) for day in self.days})

    def days_in(self, span: DaySpan) -> Sequence[date]:
        """Those of the history's days that are in the period."""
        return [day for day in self.days if span.first <= day <= span.last]

    def programme(self, rule: PersonalRule) -> Programme:
        """With the rule alone, for the winter if the history is."""
        seasons = ["winter"] if self.winter_only else []
        return programme(
            msgspec.structs.replace(rule, seasons=seasons),
            in_force_from=self.in_force_from,
            seasons=[WINTER],
        )

    def paid(self, rule: PersonalRule) -> dict[DaySpan, int]:
        """What the engine gives, period by period."""
        points_by_span = {line.span: line.points for line in self.lines(rule)}
        return points_by_span or dict.fromkeys(self.periods(rule.award_period), 0)

    def lines(self, rule: PersonalRule) -> list[Line]:
        """Of every period the points and what they rest on."""
        cohort = people(
            self.person,
            first_day=self.first_day,
            today=self.today,
            per_unit=dict.fromkeys(self.person.daily, self.per_unit),
        )
        return list(lines(evaluate(self.programme(rule), cohort)))

    def from_its_first_day(self) -> "History":
        """In force on none of the days before, so that nothing is remembered from them."""
        return self._replace(in_force_from=max(self.in_force_from, self.first_day))


starts = st.sampled_from(
    [date(2026, 12, 20), date(2027, 2, 20), date(2027, 3, 20), date(2028, 2, 20)]
)
"""Before the new year, before the turn of the fiscal year, and before a leap day."""


@st.composite
def histories(
    draw: st.DrawFn,
    *,
    metrics: Sequence[str] = ("steps",),
    near: Sequence[int] = (4_000, 6_000, 8_000),
    days_max: int = 45,
    amount_max: int = 20_000,
) -> History:
    """Days of any length around such a start, amounts often next to the edges."""
    days = draw(st.integers(1, days_max))
    edges = [edge + off for edge in near for off in (-1, 0, 1) if edge + off >= 0]
    amounts = st.none() | st.sampled_from(edges) | st.integers(0, amount_max)
    first_day = draw(starts) + timedelta(days=draw(st.integers(0, 13)))
    return History(
        Person(
            {metric: draw(st.lists(amounts, min_size=days, max_size=days)) for metric in metrics},
            birth_year=draw(st.sampled_from([1948, 1952, 1962, 1963, 1990])),
            joined=first_day + timedelta(days=draw(st.integers(-40, 10))),
        ),
        first_day,
        first_day + timedelta(days=draw(st.integers(-1, days + 1))),
        first_day + timedelta(days=draw(st.just(-2_000) | st.integers(-3, days))),
        winter_only=draw(st.booleans()),
    )
