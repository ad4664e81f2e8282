"""What a programme did not trust of a day, as it is kept and as it is said: in facts of awards, and beside the day."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Final

import msgspec

from points.programme import Programme
from points.said import Argument, Said, amount_said, said
from points.saying import origin_said
from points.trust import Origin, WhyLeftOut
from wellness_api.health.metrics.catalogue import METRIC_BY_CODE
from wellness_api.rewards.awards.trusted import ORIGINS, LeftOut
from wellness_api.words.languages import named

WHYS: Final[Sequence[WhyLeftOut]] = ("untrusted", "over", "waits")
FACTS: Final[Mapping[str, tuple[Origin, WhyLeftOut]]] = {
    f"left_out_{origin}_{why}": (origin, why) for origin in ORIGINS for why in WHYS
}
"""By its name, what a fact of an award says: of the steps or minutes that its rule looks at, so many were left out."""

ROUNDING: Final = 1e-6
"""Tenths of minutes are added up as binary fractions."""

_encoder: Final = msgspec.json.Encoder()


def written(left_out: Sequence[LeftOut]) -> str | None:
    """As it stands beside the day; None where nothing was left out for how it came to be."""
    return _encoder.encode(left_out).decode() if left_out else None


def facts_of_left_out(
    metrics: Sequence[str], left_out: Mapping[int, Sequence[LeftOut]]
) -> dict[str, int]:
    """For an award of one day: how much of what its rule looks at was left out."""
    facts: dict[str, float] = {}
    for code in metrics:
        for of in left_out.get(METRIC_BY_CODE[code].number, ()):
            name = f"left_out_{of.origin}_{of.why}"
            facts[name] = facts.get(name, 0) + of.amount
    return {name: count for name, amount in facts.items() if (count := int(amount + ROUNDING))}


def is_left_out(fact: str) -> bool:
    """Whether a fact of an award is one of these, and not its rule's."""
    return fact in FACTS


def left_out_said(
    programme: Programme, metrics: Sequence[str], facts: Mapping[str, int], day: date
) -> Iterator[Said]:
    """What an award's facts tell of what was left out of its day."""
    for name, count in sorted(facts.items()):
        if name in FACTS:
            yield _said(programme, *FACTS[name], amount_said(metrics, count), day)


def left_out_of_metric_said(programme: Programme, metric: str, of: LeftOut, day: date) -> Said:
    """What was left out of a day's metric."""
    count = int(of.amount + ROUNDING)
    amount = amount_said([metric], count) if count else named("metric", metric)
    return _said(programme, of.origin, of.why, amount, day)


def _said(
    programme: Programme, origin: Origin, why: WhyLeftOut, amount: Argument, day: date
) -> Said:
    what = said("left_out.amount", what=origin_said(origin), amount=amount)
    match why:
        case "untrusted":
            return said("left_out.untrusted", what=what)
        case "over":
            return said("left_out.over", what=what)
        case "waits":
            from_day = programme.trusts.of(origin).counts_from(day)
            return said("left_out.waits", what=what, from_day=from_day)
