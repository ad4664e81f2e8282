"""Finds migrations that are in the database although its version does not say so.

From the second migration of a run on, earlier versions of the program ran a migration's file in one transaction and wrote
its version in another one. A process that was ended in between left the file's work without the version, and no later
start could go on. A file was always applied as a whole or not at all, so a single object that it makes tells whether it
was.
"""

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from sqlalchemy import Connection

FIRST_TABLE_OF: Final = {
    "0002": "health.record",
    "0003": "health.import",
    "0004": "health.retention",
    "0005": "rewards.pending_points",
    "0006": "rewards.partner",
    "0007": "identity.consent",
    "0008": "rewards.draw",
    "0009": "rewards.group_award",
}
"""The migrations that such an earlier version may have run. Later migrations write their version with their work."""


def unwritten_revision(connection: "Connection") -> str | None:
    """The revision whose work is there although the written version is the one before it; None when the two agree."""
    if connection.exec_driver_sql("SELECT to_regclass('alembic_version')").scalar() is None:
        return None
    written = connection.exec_driver_sql("SELECT version_num FROM alembic_version").scalar()
    following = f"{int(written or 0) + 1:04}"
    table = FIRST_TABLE_OF.get(following)
    if table is None:
        return None
    is_there = connection.exec_driver_sql(f"SELECT to_regclass('{table}')").scalar() is not None
    return following if is_there else None
