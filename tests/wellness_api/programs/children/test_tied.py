"""A child ends with its parent, in whatever way that one ends."""

import signal
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest

from wellness_api.programs.children import tied
from wellness_api.programs.children.child import end_of, new_log, start_child

PARENT = """
import sys, time
from pathlib import Path
from wellness_api.programs.children.child import start_child
log = Path(sys.argv[1])
for _ in range(3):
    print(start_child(["/bin/sleep", "600"], log=log).pid, flush=True)
time.sleep(600)
"""

LINUX = pytest.mark.skipif(sys.platform != "linux", reason="the kernel of Linux does it")


def gone(pids: list[int], *, seconds_max: float = 10) -> bool:
    deadline = time.monotonic() + seconds_max
    while time.monotonic() < deadline:
        if not any(psutil.pid_exists(pid) and not is_zombie(pid) for pid in pids):
            return True
        time.sleep(0.02)
    return False


def is_zombie(pid: int) -> bool:
    try:
        return psutil.Process(pid).status() == psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return True


@LINUX
@pytest.mark.parametrize("signal_number", [signal.SIGKILL, signal.SIGSEGV])
def test_children_end_when_their_parent_is_killed(
    tmp_path: Path, signal_number: signal.Signals
) -> None:
    parent = subprocess.Popen(
        [sys.executable, "-c", PARENT, str(tmp_path / "log")], stdout=subprocess.PIPE
    )
    assert parent.stdout is not None
    children = [int(parent.stdout.readline()) for _ in range(3)]
    time.sleep(0.3)
    assert all(psutil.Process(pid).name() in {"sleep", "python", "python3"} for pid in children)
    parent.send_signal(signal_number)
    parent.wait()
    parent.stdout.close()
    assert gone(children)


def test_a_child_whose_parent_was_gone_before_it_began_does_not_begin(tmp_path: Path) -> None:
    log = tmp_path / "log"
    with log.open("wb") as output:
        ended = subprocess.run(
            [sys.executable, "-I", "-S", tied.__file__, "1", "9", "", "/bin/echo", "it began"],
            stdout=output,
            check=False,
        )
    assert (ended.returncode, log.read_text()) == (1, "")


def test_what_a_child_writes_is_added_to_its_log_and_the_log_before_is_kept(tmp_path: Path) -> None:
    log = tmp_path / "log" / "child.log"
    for word in ("first", "second"):
        new_log(log)
        for half in ("a", "b"):
            assert start_child(["/bin/echo", word, half], log=log).wait(10) == 0
    assert end_of(log) == ["second a", "second b"]
    assert end_of(log.with_name("child.before.log")) == ["first a", "first b"]
