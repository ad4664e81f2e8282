"""Which cells may be seen.

A cell that rests on fewer residents than the threshold is hidden (primary). A cell of which only a few residents
are *not* part of its count is hidden too, since the rest of its denominator would give them away (primary_rest). When
the hidden cells of an indicator together rest on fewer residents than the threshold, leave out only a few, or are just
one, the city's total minus the cells shown would give them away; then the next smallest cells are hidden with them
(complementary). What another indicator hides of the same residents is hidden here as well, for the same reason; where
that reason is a rest which this indicator does not speak of, it says so (linked).

A cell without anybody to count (no_data) has no figure and hides none.

The thresholds follow the guideline of the national long-term-care database: in a municipality of 2,000 to 25,000
people cells under 20 are hidden, true zeros are shown. The tables of one computation are protected together; it does
not look over time, so what is shown today minus what was shown last week is not examined. Rounding (rounding.py) is
what stands between the two.
"""

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Final, Literal

import msgspec

HIDDEN_CELLS_MIN: Final = 2
"""A single hidden cell is the total minus the others."""

Status = Literal[
    "shown", "true_zero", "no_data", "primary", "primary_rest", "complementary", "linked"
]
"""Whether a cell is shown, and if not, the one reason why."""

HIDDEN: Final[frozenset[Status]] = frozenset({"primary", "primary_rest", "complementary", "linked"})
NONE_HIDDEN: Final[Mapping[str, Status]] = MappingProxyType({})
SHOWN: Final[frozenset[Status]] = frozenset({"shown", "true_zero"})


class RawCell(msgspec.Struct, frozen=True):
    """What of a zone's figures control looks at: `count` residents of `denominator` carry the value.

    `counted` says that the count itself is a count of residents with some property, so that its complement tells too.
    """

    zone: str
    count: int
    denominator: int
    counted: bool


def control(
    cells: Sequence[RawCell],
    *,
    threshold: int,
    hidden_elsewhere: Mapping[str, Status] = NONE_HIDDEN,
) -> dict[str, Status]:
    """The status of each zone's cell.

    `hidden_elsewhere`: zones whose count another table hides, and why; shown here, it would be known there too.
    """
    status: dict[str, Status] = {cell.zone: _alone(cell, threshold) for cell in cells}
    for zone in hidden_elsewhere.keys() & status.keys():
        if status[zone] not in HIDDEN:
            reason = hidden_elsewhere[zone]
            status[zone] = "linked" if reason == "primary_rest" else reason
    hidden = [cell for cell in cells if status[cell.zone] in HIDDEN]
    shown = sorted(
        (cell for cell in cells if status[cell.zone] == "shown"),
        key=lambda cell: (cell.count, cell.zone),
    )
    for cell in shown:
        if not hidden or sum_may_be_known(hidden, threshold=threshold):
            break
        status[cell.zone] = "complementary"
        hidden.append(cell)
    return status


def _alone(cell: RawCell, threshold: int) -> Status:
    if cell.denominator == 0:
        return "no_data"
    if cell.count == 0:
        return "true_zero" if cell.denominator >= threshold else "primary"
    if cell.count < threshold:
        return "primary"
    return "primary_rest" if 0 < _rest(cell) < threshold else "shown"


def sum_may_be_known(hidden: Sequence[RawCell], *, threshold: int) -> bool:
    """Whether the sum of the hidden cells, which is the total minus the cells shown, gives nobody away."""
    count = sum(cell.count for cell in hidden)
    rest = sum(_rest(cell) for cell in hidden)
    return len(hidden) >= HIDDEN_CELLS_MIN and count >= threshold and not 0 < rest < threshold


def _rest(cell: RawCell) -> int:
    """How many residents have the property not, where the count is of a property."""
    return cell.denominator - cell.count if cell.counted else 0
