"""Rule files with something wrong in them."""

import pytest

from points.programme import InvalidProgramme, read_programme

HEAD = """\
code = "city"
version = 1
name = { ja = "市", en = "City" }
in_force_from = 2026-04-01
late_window_days = 14

[[rules]]
"""


def check_refused(rule: str, written: str, instead: str, message: str) -> None:
    """The rule reads as it is written, and is refused with the message where something else is in its place."""
    read_programme(HEAD + rule)
    assert rule.count(written) == 1, "the table speaks of one place"
    with pytest.raises(InvalidProgramme) as refused:
        read_programme(HEAD + rule.replace(written, instead))
    assert message in str(refused.value)
