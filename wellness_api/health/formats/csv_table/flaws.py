"""What is wrong with a line of a table that is no CSV."""

import csv
from typing import Final

from points.said import Said, said

NOT_CLOSED: Final = "unexpected end of data"
AFTER_QUOTE: Final = "expected after"
"""What Python's reader says of these."""


def flaw_said(error: csv.Error) -> Said:
    """What is wrong with the line, from what Python's reader says."""
    if NOT_CLOSED in str(error):
        return said("csv_flaw.not_closed")
    if AFTER_QUOTE in str(error):
        return said("csv_flaw.after_quote")
    return said("csv_flaw.other")
