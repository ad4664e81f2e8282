"""On which days a resident takes part in a programme, as it is told beside a day: a day on which they do not is promised no
points.
"""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Final, Literal

import msgspec

from points.evaluate import participation
from points.periods import DaySpan
from points.programme import Programme
from points.said import Said, Text, said
from wellness_api.identity.accounts.resident_facts import ResidentFacts
from wellness_api.rewards.awards.cohorts import cohort_from
from wellness_api.rewards.ledger.days import LedgerDays
from wellness_api.words.languages import say

WhyNotTakingPart = Literal["before_joining", "not_eligible"]

WHYS: Final[Sequence[WhyNotTakingPart]] = ("before_joining", "not_eligible")


class ProgrammeName(msgspec.Struct, kw_only=True, frozen=True):
    """A programme by its code, and what it is called."""

    code: str
    name: Text


class NotTakingPart(msgspec.Struct, kw_only=True):
    """Programmes that give no points for days on which the resident did not take part, and why.

    `before_joining`: the days are before the resident joined. `not_eligible`: the programme is for others, such as another
    age, district or consent.
    """

    programmes: list[ProgrammeName]
    why: WhyNotTakingPart
    reason: Text


def why_not_taking_part(
    programme: Programme, person: ResidentFacts, day: date
) -> WhyNotTakingPart | None:
    """None where the resident takes part on the day. The programme is in force on it."""
    if is_before_joining(programme, day, joined_on=person.joined_day):
        return "before_joining"
    cohort = cohort_from(programme, [person], DaySpan(day, day), days=LedgerDays(day))
    taking_part = participation(programme, cohort)
    return None if taking_part is None or taking_part.all() else "not_eligible"


def is_before_joining(programme: Programme, day: date, *, joined_on: date) -> bool:
    """Whether the programme gives nothing for the day since the resident joined later."""
    return day < joined_on and not programme.pays_before_joining


def not_taking_part_told(
    programmes: Iterable[tuple[Programme, WhyNotTakingPart]], *, joined_on: date
) -> list[NotTakingPart]:
    """The programmes in which the resident does not take part, once for each reason."""
    programmes = list(programmes)
    return [
        NotTakingPart(programmes=names, why=why, reason=say(_said(why, joined_on)))
        for why in WHYS
        if (
            names := [
                ProgrammeName(code=programme.code, name=programme.name)
                for programme, of in programmes
                if of == why
            ]
        )
    ]


def _said(why: WhyNotTakingPart, joined_on: date) -> Said:
    match why:
        case "before_joining":
            return said("taking_part.before_joining", joined_on=joined_on)
        case "not_eligible":
            return said("taking_part.not_eligible")
