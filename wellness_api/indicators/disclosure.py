"""Decides which cells may be seen.

A cell that rests on fewer residents than the threshold is hidden (primary). A cell of which only a few residents are
*not* part of its count is hidden too, since the rest of its denominator would give them away (primary_rest). The hidden
cells of an indicator may together rest on fewer residents than the threshold, leave out only a few, or be just one
cell. Then the city's total minus the cells shown would give residents away, so the next smallest cells are hidden too
(complementary). A zone that another indicator hides is hidden here as well, for the same reason; where that reason is a
rest that this indicator does not describe, the status says so (linked).

A cell without anybody to count (no_data) has no figure and hides none.

The thresholds follow the guideline of the national long-term-care database: in a municipality of 2,000 to 25,000
people, cells under 20 are hidden and true zeros are shown. The tables of one computation are protected together. The
control does not look over time: the difference between today's and last week's figures is not examined. Rounding
(rounding.py) protects that difference.
"""

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Final, Literal

import msgspec

HIDDEN_CELLS_MIN: Final = 2
"""One hidden cell alone is the total minus the others."""

Status = Literal[
    "shown", "true_zero", "no_data", "primary", "primary_rest", "complementary", "linked"
]
"""Whether a cell is shown, and if not, the one reason why."""

HIDDEN: Final[frozenset[Status]] = frozenset({"primary", "primary_rest", "complementary", "linked"})
NONE_HIDDEN: Final[Mapping[str, Status]] = MappingProxyType({})
SHOWN: Final[frozenset[Status]] = frozenset({"shown", "true_zero"})


class RawCell(msgspec.Struct, frozen=True):
    """A zone's figures as disclosure control needs them: `count` residents of `denominator` carry the value.

    `counted`: the count is itself a number of residents with some property, so that the number without it reveals
    something too.
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

    `hidden_elsewhere`: zones whose count another table hides, and why. If this table showed the count, it would be
    known there too.
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
    """How many residents do not have the property, where the count is of a property."""
    return cell.denominator - cell.count if cell.counted else 0
