"""The partitions of the months that samples come from."""

from typing import Final

MAKE_MONTHS: Final = (
    "SELECT health.ensure_segment_partitions((rewards.clock() AT TIME ZONE 'UTC')::date)"
)
"""The database's day decides: a process's own clock may be wrong by years."""
