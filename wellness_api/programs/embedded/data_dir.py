"""The folder of a server's data. It is made whole or not at all, and never touched once a server has begun in it."""

import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Final

from wellness_api.process.trouble import Trouble
from wellness_api.programs.children.child import Process, end_of

INITDB_SECONDS_MAX: Final = 300.0
"""After that, the start ends and shows what initdb said."""

SETTINGS_MARK: Final = "# wellness"
SETTINGS: Final = f"""
{SETTINGS_MARK}: what a city's server needs beyond initdb's defaults; durability stays at full.
max_connections = 100
shared_buffers = 256MB
max_wal_size = 2GB
random_page_cost = 1.1
jit = off
log_min_duration_statement = 1000
log_parameter_max_length = 0
"""

INITDB_MAKES: Final = frozenset(
    [
        "PG_VERSION",
        "base",
        "global",
        "pg_commit_ts",
        "pg_dynshmem",
        "pg_hba.conf",
        "pg_ident.conf",
        "pg_logical",
        "pg_multixact",
        "pg_notify",
        "pg_replslot",
        "pg_serial",
        "pg_snapshots",
        "pg_stat",
        "pg_stat_tmp",
        "pg_subtrans",
        "pg_tblspc",
        "pg_twophase",
        "pg_wal",
        "pg_xact",
        "postgresql.auto.conf",
        "postgresql.conf",
        "postmaster.pid",
        "log",
    ]
)
"""Everything that a folder can hold in which initdb was cut short. The log comes from a start that an earlier version
tried."""

TEMPLATES: Final = frozenset({"1", "4"})
"""template1 and template0. The database that initdb makes last has number 5; a city's data is in it."""


class DataDirNotMade(Trouble):
    """initdb failed. The message has the end of its log."""

    def __init__(self, log: Path) -> None:
        super().__init__(
            "\n".join(["PostgreSQL could not make its folder:", *end_of(log), f"({log})"])
        )


class NotADataDir(Trouble):
    """The place of the data holds something else."""

    def __init__(self, data_dir: Path) -> None:
        super().__init__(
            f"{data_dir} holds files and no PostgreSQL data. Nothing was changed: restore the data, or move the folder"
            " away for a new, empty city"
        )


def make_data_dir(data_dir: Path, initdb: Callable[[Path], Process], *, log: Path) -> None:
    """Makes the folder where there is none. `initdb` starts PostgreSQL's own program on a folder.

    The folder is made beside its place and renamed when it is whole, so an existing folder is whole, however its making
    ended. A folder that an earlier version began in place is made anew if no server can ever have begun in it. Raises
    DataDirNotMade and NotADataDir.
    """
    making = making_of(data_dir)
    if making.exists():
        shutil.rmtree(making)
    if data_dir.exists() and _was_cut_short(data_dir):
        shutil.rmtree(data_dir)
    if data_dir.exists() and any(data_dir.iterdir()):
        if not (data_dir / "global" / "pg_control").exists():
            raise NotADataDir(data_dir)
        _add_settings(data_dir)
        return
    making.mkdir(parents=True)
    process = initdb(making)
    try:
        code = process.wait(INITDB_SECONDS_MAX)
    except subprocess.TimeoutExpired:
        process.kill()
        code = process.wait()
    if code:
        raise DataDirNotMade(log)
    _add_settings(making)
    making.replace(data_dir)


def making_of(data_dir: Path) -> Path:
    """The folder beside the place, in which the data folder is made."""
    return data_dir.with_name(f"{data_dir.name}.making")


def _add_settings(data_dir: Path) -> None:
    config = data_dir / "postgresql.conf"
    if SETTINGS_MARK not in config.read_text():
        with config.open("a") as file:
            file.write(SETTINGS)


def _was_cut_short(data_dir: Path) -> bool:
    """Whether initdb began here and did not finish, and nobody did anything here since.

    A server that begins leaves postmaster.opts behind for good. A folder that was restored from a backup has the
    database that a city's data is in.
    """
    names = {path.name for path in data_dir.iterdir()}
    databases = {path.name for path in data_dir.glob("base/*")}
    return (
        bool(names)
        and names <= INITDB_MAKES
        and databases <= TEMPLATES
        and not any(data_dir.glob("pg_tblspc/*"))
    )
