"""Which cells may be seen.

A cell that rests on fewer residents than the threshold is hidden (primary). A cell of which only a few residents
are *not* part of its count is hidden too, since the rest of its denominator would give them away. When the hidden
cells of an indicator together rest on fewer residents than the threshold, leave out only a few, or are just one, the
city's total minus the cells shown would give them away; then the next smallest cells are hidden with them
(complementary).

The thresholds follow the guideline of the national long-term-care database: in a municipality of 2,000 to 25,000
people cells under 20 are hidden, true zeros are shown. The tables of one computation are protected together; it does
not look over time, so what is shown today minus what was shown last week is not examined.
"""

from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from typing import Final, Literal

import msgspec

HIDDEN_CELLS_MIN: Final = 2
"""A single hidden cell is the total minus the others."""

Status = Literal["shown", "true_zero", "primary", "complementary"]
HIDDEN: Final[frozenset[Status]] = frozenset({"primary", "complementary"})


class RawCell(msgspec.Struct, frozen=True):
    """A zone's figures before control: `count` residents of `denominator` carry the value.

    `counted` says that the count itself is a count of residents with some property, so that its complement tells too.
    """

    zone: str
    value: float
    count: int
    denominator: int
    counted: bool


def control(
    cells: Sequence[RawCell], *, threshold: int, hidden_elsewhere: AbstractSet[str] = frozenset()
) -> dict[str, Status]:
    """The status of each zone's cell.

    `hidden_elsewhere`: zones whose count another table hides; shown here, it would be known there too.
    """
    status: dict[str, Status] = {cell.zone: _alone(cell, threshold) for cell in cells}
    for zone in hidden_elsewhere & status.keys():
        if status[zone] != "primary":
            status[zone] = "complementary"
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
    if cell.count == 0:
        return "true_zero" if cell.denominator == 0 or cell.denominator >= threshold else "primary"
    if cell.count < threshold:
        return "primary"
    return "primary" if 0 < _rest(cell) < threshold else "shown"


def sum_may_be_known(hidden: Sequence[RawCell], *, threshold: int) -> bool:
    """Whether the sum of the hidden cells, which is the total minus the cells shown, gives nobody away."""
    count = sum(cell.count for cell in hidden)
    rest = sum(_rest(cell) for cell in hidden)
    return len(hidden) >= HIDDEN_CELLS_MIN and count >= threshold and not 0 < rest < threshold


def _rest(cell: RawCell) -> int:
    """How many residents have the property not, where the count is of a property."""
    return cell.denominator - cell.count if cell.counted else 0
