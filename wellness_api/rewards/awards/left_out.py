"""What a programme did not trust of a day, as it is stored and as it is said: in facts of awards, and beside the day."""

import math
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Final

import msgspec

from points.programme import Programme
from points.said import Argument, Said, Several, amount_said, said
from points.saying import origin_said
from points.trust import Origin, OriginTrust, WhyLeftOut
from wellness_api.health.figures.catalogue import FIGURE_BY_CODE, OWN
from wellness_api.health.figures.figure import Figure
from wellness_api.rewards.awards.trusted import ORIGINS, ROUNDING, LeftOut, most_of
from wellness_api.words.languages import named

WHYS: Final[Sequence[WhyLeftOut]] = ("untrusted", "over", "waits")
FACTS: Final[Mapping[str, tuple[Origin, WhyLeftOut]]] = {
    f"left_out_{origin}_{why}": (origin, why) for origin in ORIGINS for why in WHYS
}
"""By name, the facts of an award that say how many of the steps or minutes that its rule looks at were left out."""

_encoder: Final = msgspec.json.Encoder()


def written(left_out: Sequence[LeftOut]) -> str | None:
    """The text that is stored beside the day; None where the origins of the samples left nothing out."""
    return _encoder.encode(left_out).decode() if left_out else None


def facts_of_left_out(
    figures: Sequence[str], left_out: Mapping[int, Sequence[LeftOut]]
) -> dict[str, int]:
    """For an award of one day: how much of what its rule looks at was left out; below 0: it comes to more without that."""
    facts: dict[str, float] = {}
    for code in figures:
        # A version from before there were figures may name a counter of the day, which never existed as a figure.
        figure = FIGURE_BY_CODE.get(code)
        for reason in () if figure is None else left_out.get(figure.number, ()):
            name = f"left_out_{reason.origin}_{reason.why}"
            facts[name] = facts.get(name, 0) + reason.amount
    return {name: count for name, amount in facts.items() if (count := _whole(amount))}


def is_left_out(fact: str) -> bool:
    """Whether a fact of an award is one of FACTS, and not a fact of its rule."""
    return fact in FACTS


def left_out_said(
    programme: Programme, figures: Sequence[str], facts: Mapping[str, int], day: date
) -> Iterator[Said]:
    """What an award's facts say about samples that were left out of its day."""
    for name, count in sorted(facts.items()):
        if name in FACTS:
            yield _said(programme, *FACTS[name], figures, count, day)


def left_out_of_figure_said(
    programme: Programme, figure: Figure, reason: LeftOut, day: date
) -> Said:
    """What was left out of a day's figure."""
    return _said(programme, reason.origin, reason.why, [figure.code], _whole(reason.amount), day)


def _whole(amount: float) -> int:
    return int(amount + math.copysign(ROUNDING, amount))


def _said(
    programme: Programme,
    origin: Origin,
    why: WhyLeftOut,
    figures: Sequence[str],
    count: int,
    day: date,
) -> Said:
    """What was left out of these figures; `count` 0: of what does not add up."""
    how = origin_said(origin)
    amount = amount_said(figures, abs(count)) if count else _name(figures)
    what = said("left_out.amount", what=how, amount=amount)
    match why:
        case "untrusted" if count < 0:
            return said("left_out.untrusted_more", origin=how, amount=amount)
        case "untrusted":
            return said("left_out.untrusted", what=what)
        case "over":
            most = _most_said(figures, programme.trusts.of(origin))
            return said("left_out.over", origin=how, amount=amount, most=most)
        case "waits":
            from_day = programme.trusts.of(origin).counts_from(day)
            if count < 0:
                return said("left_out.waits_more", origin=how, amount=amount, from_day=from_day)
            return said("left_out.waits", what=what, from_day=from_day)


def _name(figures: Sequence[str]) -> Argument:
    (code,) = figures
    return named("metric" if FIGURE_BY_CODE[code].number in OWN else "figure", code)


def _most_said(figures: Sequence[str], trust: OriginTrust) -> Argument:
    """What counts at most of each of the figures that has a most."""
    known = [FIGURE_BY_CODE[code] for code in figures if code in FIGURE_BY_CODE]
    amounts = [
        amount_said([figure.code], int(most))
        for figure in known
        if (most := most_of(figure, trust)) is not None
    ]
    return Several(amounts, said("rule.between"))
