"""Every format. A new one is one file and one row here."""

from typing import Final

from wellness_api.formats.format import Format
from wellness_api.formats.rows import ROWS

FORMATS: Final[tuple[Format, ...]] = (ROWS,)
