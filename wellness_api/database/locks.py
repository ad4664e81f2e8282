"""Advisory locks of the database: whoever takes one names it here, so that no two purposes share a number.

A lock is a pair of keys: the number of its purpose, and what it is held for. Statements get the number from here as a
parameter. Only functions of the database must say it themselves; a test compares what they say with this list.
"""

from typing import Final

RESIDENT_LOCK: Final = 1
"""With the hash of a resident's id: whoever works on what follows from that resident's data holds it until the
transaction ends. So workers share residents out among themselves, and an erasure waits."""

IMPORT_LOCK: Final = 2
"""With the hash of an import's id: the worker that reads the file holds it for as long as it reads."""

OPEN_DAYS_LOCK: Final = 3
"""With 0: shared by whoever works days out, held alone by retention while it closes days."""

TEAM_LOCK: Final = 4
"""With the hash of a resident's id: a resident makes, joins or leaves one team at a time."""

DRAW_LOCK: Final = 5
"""With the hash of a draw's code: one worker at a time takes a draw's step."""

IMPORT_OPENING_LOCK: Final = 6
"""With the hash of a resident's id: a resident's open imports are counted while no other is opened."""

MIGRATION_LOCK: Final = 7
"""With 0, held by the session: one process at a time brings the schema up to date, and its functions after it."""

TOTALS_LOCK: Final = 8
"""With 0: whoever writes the programmes' totals holds it until the transaction ends."""

CORRECTION_OPENING_LOCK: Final = 9
"""With the hash of a resident's id: held alone while a correction is kept for the worker, shared by a fold of the resident's
segments. So no folded segment holds what was received before and after."""

PARTITIONS_LOCK: Final = "health.ensure_segment_partitions"
"""A single key, the hash of this text: the partitions of new months are made by one at a time."""
