"""A settlement as a file that opens in a spreadsheet: CSV and XLSX. The same settlement always gives the same bytes."""

import csv
import io
from collections.abc import Sequence
from typing import Final

import xlsxwriter

from wellness_api.rewards.settlement.settling import Settled
from wellness_api.rewards.settlement.tables import HEADINGS, Cell, rows_of

BYTE_ORDER_MARK: Final = "\ufeff"
"""Without this mark Excel reads the file in the system's old encoding, and Japanese is garbled."""

FORMULA_STARTS: Final = ("=", "+", "-", "@", "\t", "\r")
"""A spreadsheet that opens a CSV takes a cell for a formula if it begins with one of these (OWASP, CSV injection)."""

COLUMN_WIDTH: Final = 18


def as_csv(settled: Settled, *, time_zone: str) -> bytes:
    """UTF-8 with a byte order mark, commas, and lines that end with CR LF (RFC 4180)."""
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(HEADINGS[settled.form])
    writer.writerows(
        [_inert(cell) for cell in row] for row in rows_of(settled, time_zone=time_zone)
    )
    return (BYTE_ORDER_MARK + text.getvalue()).encode()


def as_xlsx(settled: Settled, *, time_zone: str) -> bytes:
    """A workbook of one sheet. Texts are text cells, so no leading zero is lost and nothing is a formula."""
    content = io.BytesIO()
    # The workbook's creation date is the settlement's, so that every download has the same bytes.
    workbook = xlsxwriter.Workbook(content, {"in_memory": True})
    workbook.set_properties({"created": settled.settlement.made_at.replace(tzinfo=None)})
    sheet = workbook.add_worksheet("精算")
    sheet.freeze_panes(1, 0)
    bold = workbook.add_format({"bold": True})
    headings: Sequence[Cell] = HEADINGS[settled.form]
    sheet.set_column(0, len(headings) - 1, COLUMN_WIDTH)
    for line, row in enumerate([headings, *rows_of(settled, time_zone=time_zone)]):
        for column, cell in enumerate(row):
            if isinstance(cell, int):
                sheet.write_number(line, column, cell)
            elif cell is not None:
                sheet.write_string(line, column, cell, bold if line == 0 else None)
    workbook.close()
    return content.getvalue()


def _inert(cell: Cell) -> Cell:
    """An apostrophe marks a text as text that a spreadsheet would take for a formula."""
    if isinstance(cell, str) and cell.startswith(FORMULA_STARTS):
        return f"'{cell}"
    return cell
