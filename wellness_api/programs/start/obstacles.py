"""Obstacles to a start, reported plainly before anything is started."""

import fcntl
import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TextIO

import psutil

from wellness_api.process.trouble import Trouble


class CannotStart(Trouble):
    """There is an obstacle. The message is one line that says what it is and what to do."""


def check_port(host: str, port: int) -> None:
    """Raises CannotStart when the port is taken. It names the process that holds the port, where this process may know
    it.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise CannotStart(
                f"port {port} on {host} is taken by {_holder(port)}; stop that, or choose another with --port"
            ) from error


def free_port() -> int:
    """A port that is free at this moment, for a start that does not care which."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _holder(port: int) -> str:
    try:
        connections = psutil.net_connections(kind="tcp")
    except psutil.AccessDenied:
        return "another process"
    for connection in connections:
        if connection.status != psutil.CONN_LISTEN or not connection.laddr:
            continue
        if connection.laddr.port == port and connection.pid:
            process = psutil.Process(connection.pid)
            return f"process {connection.pid} ({' '.join(process.cmdline()) or process.name()})"
    return "another process"


@contextmanager
def only_one(var_dir: Path) -> Iterator[None]:
    """Locks the var folder for this process. Raises CannotStart that names the process that holds it, or says what is
    wrong.
    """
    with _lock_file(var_dir) as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            lock.seek(0)
            raise CannotStart(
                f"the folder {var_dir} is in use by process {lock.read().strip() or '?'}; stop that,"
                " or choose another folder with WELLNESS_VAR_DIR"
            ) from error
        lock.truncate(0)
        lock.write(str(os.getpid()))
        lock.flush()
        yield


def _lock_file(var_dir: Path) -> TextIO:
    try:
        var_dir.mkdir(parents=True, exist_ok=True)
        return (var_dir / "lock").open("a+")
    except OSError as error:
        raise CannotStart(
            f"nothing can be kept in the folder {var_dir} ({error.strerror}); name one that this user may"
            " make and write to with WELLNESS_VAR_DIR"
        ) from error
