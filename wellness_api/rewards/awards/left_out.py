"""What a programme did not trust of a day, as it is stored and as it is said: in facts of awards, and beside the day."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Final

import msgspec

from points.programme import Programme
from points.said import Argument, Said, amount_said, said
from points.saying import origin_said
from points.trust import Origin, WhyLeftOut
from wellness_api.health.figures.catalogue import FIGURE_BY_CODE, OWN
from wellness_api.health.figures.figure import Figure
from wellness_api.rewards.awards.trusted import ORIGINS, LeftOut
from wellness_api.words.languages import named

WHYS: Final[Sequence[WhyLeftOut]] = ("untrusted", "over", "waits")
FACTS: Final[Mapping[str, tuple[Origin, WhyLeftOut]]] = {
    f"left_out_{origin}_{why}": (origin, why) for origin in ORIGINS for why in WHYS
}
"""By name, the facts of an award that say how many of the steps or minutes that its rule looks at were left out."""

ROUNDING: Final = 1e-6
"""Tenths of minutes are added up as binary fractions."""

_encoder: Final = msgspec.json.Encoder()


def written(left_out: Sequence[LeftOut]) -> str | None:
    """The text that is stored beside the day; None where the origins of the samples left nothing out."""
    return _encoder.encode(left_out).decode() if left_out else None


def facts_of_left_out(
    figures: Sequence[str], left_out: Mapping[int, Sequence[LeftOut]]
) -> dict[str, int]:
    """For an award of one day, how much was left out of the figures that its rule looks at."""
    facts: dict[str, float] = {}
    for code in figures:
        # A version from before there were figures may name a counter of the day, which never existed as a figure.
        figure = FIGURE_BY_CODE.get(code)
        for reason in () if figure is None else left_out.get(figure.number, ()):
            name = f"left_out_{reason.origin}_{reason.why}"
            facts[name] = facts.get(name, 0) + reason.amount
    return {name: count for name, amount in facts.items() if (count := int(amount + ROUNDING))}


def is_left_out(fact: str) -> bool:
    """Whether a fact of an award is one of FACTS, and not a fact of its rule."""
    return fact in FACTS


def left_out_said(
    programme: Programme, figures: Sequence[str], facts: Mapping[str, int], day: date
) -> Iterator[Said]:
    """What an award's facts say about samples that were left out of its day."""
    for name, count in sorted(facts.items()):
        if name in FACTS:
            yield _said(programme, *FACTS[name], amount_said(figures, count), day)


def left_out_of_figure_said(
    programme: Programme, figure: Figure, reason: LeftOut, day: date
) -> Said:
    """What was left out of a day's figure."""
    count = int(reason.amount + ROUNDING)
    words = "metric" if figure.number in OWN else "figure"
    amount = amount_said([figure.code], count) if count else named(words, figure.code)
    return _said(programme, reason.origin, reason.why, amount, day)


def _said(
    programme: Programme, origin: Origin, why: WhyLeftOut, amount: Argument, day: date
) -> Said:
    samples = said("left_out.amount", what=origin_said(origin), amount=amount)
    match why:
        case "untrusted":
            return said("left_out.untrusted", what=samples)
        case "over":
            return said("left_out.over", what=samples)
        case "waits":
            from_day = programme.trusts.of(origin).counts_from(day)
            return said("left_out.waits", what=samples, from_day=from_day)
