"""Every format. A format is a folder here whose `form.py` states a Format; nothing lists the folders."""

from collections.abc import Iterator
from typing import Final

from wellness_api.health.formats.format import Format
from wellness_api.process.discovery import modules_named


def _stated() -> Iterator[Format]:
    for module in modules_named("form"):
        yield from (value for value in vars(module).values() if isinstance(value, Format))


FORMATS: Final[tuple[Format, ...]] = tuple(_stated())
"""In the order of the folders' names."""
