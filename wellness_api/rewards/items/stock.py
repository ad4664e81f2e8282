"""An item's stock: a number of units, or the codes of vouchers."""

import csv
import io
from collections.abc import Sequence
from typing import Final

from wellness_api.database.pool import Connection
from wellness_api.rewards.items.items import item_of
from wellness_api.rewards.items.problems import InvalidCodes, NoCodes, NoUnits, UnitsTaken
from wellness_api.rewards.items.shapes import UNITS_MAX, CatalogueItem

ADD_CODES: Final = "SELECT rewards.add_codes($1, $2)"
SET_UNITS: Final = "SELECT rewards.set_units($1, $2)"

CODES_MAX: Final = 200_000
"""The most codes in one file; more codes need several files."""

CODE_LENGTH_MAX: Final = 100
"""In characters; a file with a longer voucher's code is refused, and none of it is kept."""

NAMED_MAX: Final = 20
"""A refusal names this many of the codes that exist already, and says how many more there are."""

HEADINGS: Final = frozenset({"code", "voucher_code", "コード", "クーポンコード"})


def read_codes(content: bytes) -> list[str]:
    """The codes of a file: the first column of a CSV, or one code on each line. A heading and empty lines are left out.

    Raises RewardRefused, and UnicodeDecodeError for a file that is not UTF-8.
    """
    text = content.decode("utf-8-sig")
    try:
        rows = list(csv.reader(io.StringIO(text, newline="")))
    except csv.Error as error:
        raise InvalidCodes(
            "a CSV, or a code a line", f"The file cannot be read: {error}."
        ) from error
    codes = [row[0].strip() for row in rows if row and row[0].strip()]
    if codes and codes[0].lower() in HEADINGS:
        del codes[0]
    if not 0 < len(codes) <= CODES_MAX:
        raise InvalidCodes(
            f"1 to {CODES_MAX} codes", f"The file has {len(codes)} codes in its first column."
        )
    for number, code in enumerate(codes, start=1):
        if len(code) > CODE_LENGTH_MAX or not code.isprintable():
            raise InvalidCodes(
                f"at most {CODE_LENGTH_MAX} letters that can be printed",
                f"Code {number} of the file is too long, or has letters that cannot be shown.",
            )
    return codes


async def add_codes(connection: Connection, item: str, codes: Sequence[str]) -> int:
    """Adds vouchers' codes; returns how many. Raises NoSuchItem, and RewardRefused that names the codes that exist
    already.
    """
    if (await item_of(connection, item)).versions[0].kind != "voucher_code":
        raise NoCodes(item)
    known_codes = await connection.fetchval(ADD_CODES, item, codes)
    if known_codes:
        named = ", ".join(known_codes[:NAMED_MAX])
        more = f" and {len(known_codes) - NAMED_MAX} more" if len(known_codes) > NAMED_MAX else ""
        raise InvalidCodes(
            "each code once",
            f"These codes are there already, or twice in the file: {named}{more}. None was added.",
        )
    return len(codes)


async def set_units(connection: Connection, item: str, total: int) -> CatalogueItem:
    """Sets the number of units; raises NoSuchItem and RewardRefused."""
    newest = (await item_of(connection, item)).versions[0]
    if newest.kind == "voucher_code" or newest.is_unlimited:
        raise NoUnits(item, is_unlimited=newest.is_unlimited)
    taken = await connection.fetchval(SET_UNITS, item, total)
    if taken > total:
        raise UnitsTaken(taken, units_max=UNITS_MAX)
    return await item_of(connection, item)
