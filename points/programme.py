"""A programme: one readable TOML file of rules, with the time it is in force and how late data may come."""

import tomllib
from collections.abc import Sequence
from datetime import date, timedelta
from typing import Annotated, Final

import msgspec

from points.caps import Caps, Reach, reach_of
from points.conditions import Conditions, Season, Segment
from points.periods import period_of
from points.rules import AnyRule, PersonalRule
from points.rules.team_goal import TeamGoal
from points.said import Text
from points.suggestions import nearest_name
from points.trust import TRUSTS_ALL, Trust

NEVER: Final = date(9999, 12, 31)


class InvalidProgramme(Exception):
    """The programme file cannot be used. The message names the place in the file and what was expected there."""


class Programme(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The rules of a city's programme. A version that is in force never changes: a change is a new version.

    - `in_force_from`, `in_force_to`: the first and the last day that earns points. Without a last day the version is
      in force until another one replaces it.
    - `late_window_days`: samples of a day count if they are received at most so many days after it. Then the day is
      frozen.
    - `eligibility`: who may take part. Without it every resident may.
    - `pays_before_joining`: whether the days before a resident joined count too, such as those that a phone kept. If
      not, they pay nothing, as days on which the programme is not in force. A rule that looks at the days before some
      day sees them all the same.
    - `trust`: which origins of samples count for points, and how far. An origin that is not named counts without
      limit.
    - `segments`, `seasons`: parts of the residents and parts of the year. A rule can be for some of them only.
    - `caps`: the most that all rules together give a resident. What is over the most is cut from the later awards.
    - `spendable_after_days`: an award is pending until so many days after the last day of its period are over.
      Without it an award is pending until the late window is over, so that nobody spends points that late data may
      still take back.
    - `kept_fiscal_years`: an award lapses at the end of a fiscal year (April to March). 0 means the fiscal year in
      which the award becomes spendable, 1 the one after it, and so on. Without it an award never lapses.
    """

    code: Annotated[str, msgspec.Meta(pattern=r"^[a-z][a-z0-9_]{0,31}$(?!\n)")]
    version: Annotated[int, msgspec.Meta(ge=1)]
    name: Text
    in_force_from: date
    in_force_to: date | None = None
    late_window_days: Annotated[int, msgspec.Meta(ge=0, le=366)]
    eligibility: Conditions | None = None
    pays_before_joining: bool = False
    trust: Trust | None = None
    segments: list[Segment] = []
    seasons: list[Season] = []
    caps: Caps | None = None
    spendable_after_days: Annotated[int, msgspec.Meta(ge=0, le=366)] | None = None
    kept_fiscal_years: Annotated[int, msgspec.Meta(ge=0, le=10)] | None = None
    rules: Annotated[list[AnyRule], msgspec.Meta(min_length=1, max_length=100)]

    def in_force_on(self, day: date) -> bool:
        """Whether the day earns points under this programme."""
        return self.in_force_from <= day and (self.in_force_to is None or day <= self.in_force_to)

    @property
    def trusts(self) -> Trust:
        """How samples count by their origin."""
        return self.trust or TRUSTS_ALL

    @property
    def waits_for_day_end(self) -> bool:
        """Whether an award may come or go because a day ends or begins, without new data."""
        return any(rule.waits_for_day_end for rule in self.personal_rules)

    @property
    def is_by_day(self) -> bool:
        """Whether the points for a day's samples depend on that day alone.

        What a group rule gives depends on more, but the cohort brings it along; unless caps hold for it together with
        the rest.
        """
        if self._reach.widest is None:
            return (
                False  # Caps by the week and by the month together make days depend on each other.
            )
        in_the_midst = date(2001, 1, 17)
        always = msgspec.structs.replace(
            self, in_force_from=date.min, rules=self.rules if self.caps else self.personal_rules
        )
        return (
            always.looks_back_to(in_the_midst) == in_the_midst == always.matters_until(in_the_midst)
        )

    def looks_back_to(self, day: date) -> date:
        """The first day that the points of periods that end on or after `day` depend on."""
        if self.caps is None:
            return min([day, *(self._needed_by(rule, day) for rule in self.rules)])
        first = self._reach.first_of(day, in_force_from=self.in_force_from)
        needed = [
            rule.looks_back_to(first, in_force_from=self.in_force_from) for rule in self.rules
        ]
        return min([first, *needed])

    def matters_until(self, day: date) -> date:
        """The last day whose periods may earn different points when a sample of `day` comes or goes, or when a group
        rule gives something else for a period that ends on `day`.
        """
        if self.caps is None:
            return max([day, *(_changed_of(rule, day) for rule in self.rules)])
        return self._reach.last_of(max([day, *(rule.matters_until(day) for rule in self.rules)]))

    def spendable_from(self, period_end: date) -> date:
        """The first day on which an award for a period with this last day may be spent."""
        wait_days = (
            self.late_window_days
            if self.spendable_after_days is None
            else self.spendable_after_days
        )
        return period_end + timedelta(days=1 + wait_days)

    def expires_on(self, period_end: date) -> date:
        """The last day on which an award for a period with this last day is good; NEVER when it does not lapse."""
        if self.kept_fiscal_years is None:
            return NEVER
        last = period_of("fiscal_year", self.spendable_from(period_end)).last
        return last.replace(year=last.year + self.kept_fiscal_years)

    @property
    def personal_rules(self) -> list[PersonalRule]:
        """The rules for which one resident's days are enough."""
        return [rule for rule in self.rules if isinstance(rule, PersonalRule)]

    def rule(self, code: str) -> AnyRule:
        """The rule with that code."""
        return next(rule for rule in self.rules if rule.code == code)

    def figures_of(self, code: str) -> Sequence[str]:
        """The figures that the rule with that code looks at; none for a rule that the programme no longer has."""
        return [
            figure for rule in self.rules if rule.code == code for figure in rule.figures_needed
        ]

    def segment(self, code: str) -> Segment:
        """The segment with that code."""
        return next(segment for segment in self.segments if segment.code == code)

    def season(self, code: str) -> Season:
        """The season with that code."""
        return next(season for season in self.seasons if season.code == code)

    @property
    def _reach(self) -> Reach:
        """The reach of the caps on all rules together. They tie the rules' own caps to each other."""
        return reach_of([self.caps, *(rule.caps for rule in self.rules)])

    def _needed_by(self, rule: AnyRule, day: date) -> date:
        """The first day that the rule's own awards for periods that end on or after `day` depend on."""
        first = reach_of([rule.caps]).first_of(day, in_force_from=self.in_force_from)
        return rule.looks_back_to(first, in_force_from=self.in_force_from)


def _changed_of(rule: AnyRule, day: date) -> date:
    """The last day whose period may earn something else from the rule itself when a sample of `day` comes or goes."""
    return reach_of([rule.caps]).last_of(rule.matters_until(day))


def read_programme(text: str) -> Programme:
    """The programme that the TOML states. Raises InvalidProgramme."""
    try:
        document = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise InvalidProgramme(str(error)) from error
    except RecursionError as error:
        raise InvalidProgramme("the file is nested too deeply") from error
    try:
        programme = msgspec.convert(document, Programme)
    except msgspec.ValidationError as error:
        message = str(error)
        raise InvalidProgramme(f"{message}{nearest_name(message, document, Programme)}") from error
    _check_names(programme)
    if programme.in_force_to is not None and programme.in_force_to < programme.in_force_from:
        raise InvalidProgramme("in_force_to: must not be before in_force_from")
    for origin, of_origin in programme.trusts.named():
        if not of_origin.counts and (of_origin.day_max or of_origin.after_days):
            raise InvalidProgramme(
                f"counts = false counts nothing, so day_max and after_days must not stand beside it - at `$.trust.{origin}`"
            )
        if of_origin.after_days > programme.late_window_days:
            raise InvalidProgramme(
                f"must not be above late_window_days, after which a day is frozen - at `$.trust.{origin}.after_days`"
            )
    return programme


def _check_names(programme: Programme) -> None:
    """Checks that every rule, segment and season has a code of its own, and that every code that a rule names exists."""
    for table, codes in (
        ("rules", [rule.code for rule in programme.rules]),
        ("segments", [segment.code for segment in programme.segments]),
        ("seasons", [season.code for season in programme.seasons]),
    ):
        if len(set(codes)) != len(codes):
            raise InvalidProgramme(f"{table}: each needs a code of its own")
    for place, rule in enumerate(programme.rules):
        if isinstance(rule, TeamGoal) and rule.of_rule is not None:
            by_day = [
                personal_rule
                for personal_rule in programme.personal_rules
                if personal_rule.award_period == "day"
            ]
            _check_known(f"rules[{place}].of_rule", [rule.of_rule], by_day)
        if len(set(rule.figures_needed)) != len(rule.figures_needed):
            raise InvalidProgramme(f"no figure may be named twice - at `$.rules[{place}]`")
        _check_known(f"rules[{place}].segments", rule.segments, programme.segments)
        _check_known(f"rules[{place}].seasons", rule.seasons, programme.seasons)


def _check_known(
    place: str,
    named: Sequence[str],
    stated: Sequence[Segment] | Sequence[Season] | Sequence[PersonalRule],
) -> None:
    known = [rule.code for rule in stated]
    for code in named:
        if code not in known:
            there_are = ", ".join(known) or "none"
            raise InvalidProgramme(
                f"`{code}` is not stated - at `$.{place}`; there are {there_are}"
            )
