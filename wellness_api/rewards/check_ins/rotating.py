"""The code on a hall's screen. It changes each minute, so that a photograph of it is soon useless.

People send a printed code, or one that stays, to others; programmes have paid for classes that nobody came to.
"""

import hashlib
import hmac
from datetime import UTC, datetime
from typing import Final

CODE_SECONDS: Final = 60
MINUTES_GOOD: Final = 2
"""A code is shown for a minute and accepted for one more, since typing takes a while."""

CODE_DIGITS: Final = 8
SECRET_BYTES: Final = 32


def code_at(secret: bytes, moment: datetime) -> str:
    """The digits on the screen at this moment."""
    return _code(secret, _minute(moment))


def is_good(secret: bytes, code: str, moment: datetime) -> bool:
    """Whether the screen showed the code at this moment or within the minute before."""
    minute = _minute(moment)
    good = False
    for back in range(MINUTES_GOOD):
        good |= hmac.compare_digest(_code(secret, minute - back).encode(), code.encode())
    return good


def changes_at(moment: datetime) -> datetime:
    """When the screen shows the next code."""
    return datetime.fromtimestamp((_minute(moment) + 1) * CODE_SECONDS, UTC)


def as_shown(code: str) -> str:
    """The code in two groups, for reading and typing."""
    half = CODE_DIGITS // 2
    return f"{code[:half]} {code[half:]}"


def _minute(moment: datetime) -> int:
    return int(moment.timestamp()) // CODE_SECONDS


def _code(secret: bytes, minute: int) -> str:
    drawn = hmac.digest(secret, minute.to_bytes(8, "big"), hashlib.sha256)
    return f"{int.from_bytes(drawn) % 10**CODE_DIGITS:0{CODE_DIGITS}}"
