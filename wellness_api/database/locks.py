"""The database's advisory locks. Code that takes one names it here, so that no two purposes share a number.

A lock is a pair of keys: the number of its purpose, and what it is held for. Statements get the number from here as a
parameter. Only functions of the database have to say it themselves; a test compares these with this list.
"""

from typing import Final

RESIDENT_LOCK: Final = 1
"""With the hash of a resident's id. A worker holds it until its transaction ends while it works on what follows from that
resident's data. So workers share residents out among themselves, and an erasure waits.
"""

IMPORT_LOCK: Final = 2
"""With the hash of an import's id. The worker that reads the file holds it for as long as it reads."""

OPEN_DAYS_LOCK: Final = 3
"""With 0. Workers share it while they work days out; retention holds it alone while it closes days."""

TEAM_LOCK: Final = 4
"""With the hash of a resident's id. A resident makes, joins or leaves one team at a time."""

DRAW_LOCK: Final = 5
"""With the hash of a draw's code. One worker at a time takes a draw's step."""

IMPORT_OPENING_LOCK: Final = 6
"""With the hash of a resident's id. A resident's open imports are counted while no other import is opened."""

MIGRATION_LOCK: Final = 7
"""With 0, held by the session. One process at a time brings the schema up to date, and after it its functions."""

TOTALS_LOCK: Final = 8
"""With 0. A worker that writes the programmes' totals holds it until the transaction ends."""

CORRECTION_OPENING_LOCK: Final = 9
"""With the hash of a resident's id. The API holds it alone while it keeps a correction; a fold of the resident's segments
shares it. So no folded segment has samples from before and after the correction.
"""

PARTITIONS_LOCK: Final = "health.ensure_segment_partitions"
"""A single key, the hash of this text. One process at a time makes the partitions of new months."""
