"""What an earlier server left behind in its folder: itself, its helpers, its lock files.

The caller has locked the folder for itself (`programs/start/obstacles.py`), so a server at work in it belongs to
nobody. Either its parent was killed on a system that does not end the children, or the server runs an earlier version
of the program.
"""

import signal
from contextlib import suppress
from pathlib import Path
from typing import Final

import psutil

from wellness_api.process.trouble import Trouble

ENDING: Final = ((signal.SIGINT, 20.0), (signal.SIGQUIT, 5.0), (signal.SIGKILL, 5.0))
"""The signals that end a left server, and how many seconds each may take: fast, at once, by the kernel. Each is
crash-safe."""

HELPERS_SECONDS_MAX: Final = 10.0
"""The helpers of a killed server notice its end by themselves. A helper that has not noticed after this time is killed."""


class ServerLeft(Trouble):
    """A server works in the folder and could not be ended."""

    def __init__(self, data_dir: Path, pids: list[int]) -> None:
        super().__init__(
            f"processes {', '.join(map(str, pids))} work in {data_dir} and do not end; end them and start again"
        )


def clear_remnants(data_dir: Path, socket_dir: Path) -> None:
    """Ends what is left of an earlier server of `data_dir`, and removes its lock files and socket, whatever they hold.

    A lock file names a process by its number only, and another process may have that number now. PostgreSQL would
    refuse to start beside any process of that number. Raises ServerLeft.
    """
    for signal_number, seconds in ENDING:
        servers = [process for process in _at_work_in(data_dir) if _is_server(process, data_dir)]
        if not servers:
            break
        for server in servers:
            with suppress(psutil.NoSuchProcess):
                server.send_signal(signal_number)
        psutil.wait_procs(servers, timeout=seconds)
    helpers = _at_work_in(data_dir)
    _, late = psutil.wait_procs(helpers, timeout=HELPERS_SECONDS_MAX)
    for helper in late:
        with suppress(psutil.NoSuchProcess):
            helper.kill()
    _, left = psutil.wait_procs(late, timeout=HELPERS_SECONDS_MAX)
    if left:
        raise ServerLeft(data_dir, [process.pid for process in left])
    (data_dir / "postmaster.pid").unlink(missing_ok=True)
    for lock in socket_dir.glob(".s.PGSQL.*"):
        lock.unlink(missing_ok=True)


def _at_work_in(data_dir: Path) -> list[psutil.Process]:
    return [
        process
        for process in psutil.process_iter(["name"])
        if process.info["name"] == "postgres" and _works_in(process, data_dir)
    ]


def _works_in(process: psutil.Process, data_dir: Path) -> bool:
    try:
        return process.status() != psutil.STATUS_ZOMBIE and (
            process.cwd() == str(data_dir) or str(data_dir) in process.cmdline()
        )
    except (psutil.NoSuchProcess, psutil.AccessDenied):
        return False  # The process ended meanwhile, or belongs to somebody else, who has no rights in our folder.


def _is_server(process: psutil.Process, data_dir: Path) -> bool:
    """Only the server itself has the folder in its arguments; its helpers overwrite theirs with a title."""
    try:
        return str(data_dir) in process.cmdline()
    except (psutil.NoSuchProcess, psutil.AccessDenied):
        return False
