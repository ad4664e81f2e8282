"""Advisory locks that more than one capability takes; each is named by its first key."""

from typing import Final

RESIDENT_LOCK: Final = 1
"""With the hash of a resident's id: whoever works on what follows from that resident's data holds it until the
transaction ends. So workers share residents out among themselves, and an erasure waits."""

TOTALS_LOCK: Final = 6
"""Whoever writes the programmes' totals holds it until the transaction ends."""
