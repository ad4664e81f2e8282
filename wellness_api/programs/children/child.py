"""One child process: it is started so that it ends with its parent, is ended in order, and writes its output to a file."""

import os
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Final

from wellness_api.programs.children import tied

LOG_LINES_SHOWN: Final = 15
LOG_BYTES_READ: Final = 64 * 1024

Process = subprocess.Popen[bytes]


def start_child(
    command: Sequence[str],
    *,
    log: Path,
    environment: Mapping[str, str] | None = None,
    user: str = "",
    orphan_signal: signal.Signals = signal.SIGKILL,
) -> Process:
    """Starts `command`, an absolute path and its arguments. Its output is appended to `log`.

    On Linux, the system sends the child `orphan_signal` when this process ends, in whatever way. The child has its own
    session, so that Ctrl-C reaches it through this process, in order. `user`: the user whose rights the child gets,
    when the parent has root's.

    For the system, "this process" is the thread that calls this function: the thread must live as long as the child.
    """
    with log.open("ab") as output:
        return subprocess.Popen(
            [
                *(sys.executable, "-I", "-S", tied.__file__),
                *(str(os.getpid()), str(int(orphan_signal)), user),
                *command,
            ],
            env=environment,
            cwd="/"
            if user
            else None,  # Another user may not be able to read this process's working folder.
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            start_new_session=True,
        )


def end_child(process: Process, stop_signal: signal.Signals, *, seconds_max: float) -> None:
    """Asks the process to end, and kills it when it has not ended in time."""
    with suppress(ProcessLookupError):
        process.send_signal(stop_signal)
    try:
        process.wait(seconds_max)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def new_log(log: Path) -> None:
    """Begins a new log; the log of the start before is kept as NAME.before.log."""
    log.parent.mkdir(parents=True, exist_ok=True)
    if log.exists():
        log.replace(log.with_suffix(f".before{log.suffix}"))


def end_of(log: Path) -> list[str]:
    """The log's last lines."""
    with suppress(FileNotFoundError), log.open("rb") as file:
        file.seek(max(0, log.stat().st_size - LOG_BYTES_READ))
        return file.read().decode(errors="replace").splitlines()[-LOG_LINES_SHOWN:]
    return []


def how_it_ended(code: int) -> str:
    """How a process ended, in words: `with 3`, or `by signal 9 (Killed)`."""
    if code >= 0:
        return f"with {code}"
    return f"by signal {-code} ({signal.strsignal(-code)})"
