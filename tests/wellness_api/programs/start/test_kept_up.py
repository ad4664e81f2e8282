"""What a start does about processes that end, about a full disk, and about its own end, whatever it is."""

import os
import random
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil
import pytest

from tests.processes import Started, memory, own_var_dir, start
from tests.wellness_api.programs.start.test_start import READY, call, enrolled, walk

pytestmark = pytest.mark.long

FIRST_STARTS = int(os.environ.get("FIRST_STARTS", "3"))
"""How many first starts are killed; 12 by hand, each after 1 to 5 seconds."""

SECONDS_MAX = 90.0
ROOM = "256m"


def until(condition: Callable[[], bool], what: str) -> None:
    deadline = time.monotonic() + SECONDS_MAX
    while not condition():
        assert time.monotonic() < deadline, what
        time.sleep(0.1)


def part(server: Started, name: str) -> psutil.Process:
    """The process of a part, straight under the start."""
    of_title = {"postgres": "postgres", "redis": "valkey-server"}
    of_command = {"api": "serve", "worker": "work"}
    (process,) = [
        child
        for child in psutil.Process(server.process.pid).children()
        if child.name() == of_title.get(name) or child.cmdline()[-1:] == [of_command.get(name)]
    ]
    return process


def sends(server: Started, token: str, key: str) -> bool:
    """Whether an upload gets through now; until then the answer is no answer, or to come again."""
    try:
        status, _ = call(server, "POST", "/v1/uploads", walk(5), token, key)
    except (OSError, ValueError):
        return False
    return status == 201


def is_alive(process: psutil.Process) -> bool:
    try:
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:  # Between the two questions.
        return False


def none_left(server: Started, processes: list[psutil.Process]) -> None:
    def left() -> list[psutil.Process]:
        return [process for process in {*processes, *server.all_processes()} if is_alive(process)]

    deadline = time.monotonic() + 15
    while left():
        assert time.monotonic() < deadline, left()
        time.sleep(0.05)


def everything(server: Started) -> list[psutil.Process]:
    return psutil.Process(server.process.pid).children(recursive=True)


def test_what_is_killed_comes_back_and_what_is_left_by_a_killed_start_is_nothing() -> None:
    with own_var_dir(memory()) as var_dir:
        with start(["up"], var_dir=var_dir) as server:
            server.wait_for(READY)
            token = enrolled(server)
            for number, name in enumerate(("postgres", "redis", "api", "worker")):
                part(server, name).kill()
                server.wait_for(f"{name} ended by signal 9 (Killed); started again")
                key = f"after-{name}-{number}"
                until(lambda key=key: sends(server, token, key), f"{name} is back")
            processes = everything(server)
            server.process.kill()
            server.process.wait()
            none_left(server, processes)
        with start(["up"], var_dir=var_dir) as server:
            server.wait_for(READY)
            assert call(server, "POST", "/v1/uploads", walk(5), token, "one-more")[0] == 201
            assert (var_dir / "log" / "api.before.log").exists()
            processes = everything(server)
            part(server, "api").suspend()  # It cannot end, so the start waits for it.
            server.process.send_signal(signal.SIGTERM)
            time.sleep(0.5)
            assert server.process.poll() is None
            began = time.monotonic()
            server.process.send_signal(signal.SIGTERM)
            assert server.process.wait(10) == 130
            assert time.monotonic() - began < 5
            none_left(server, processes)


def test_first_starts_that_are_killed_are_followed_by_one_that_serves() -> None:
    moments = random.Random(12)
    with own_var_dir(memory()) as var_dir:
        for number in range(FIRST_STARTS):
            with start(["up"], var_dir=var_dir) as server:
                time.sleep(1 + 4 * moments.random())
                processes = everything(server)
                server.process.kill()
                server.process.wait()
                none_left(server, processes)
            if number == FIRST_STARTS - 1 or FIRST_STARTS > 3:
                with start(["up"], var_dir=var_dir) as server:
                    server.wait_for(READY)
                    assert server.stop(signal.SIGTERM) == 0
                    if number < FIRST_STARTS - 1:
                        subprocess.run(["rm", "-rf", *map(str, var_dir.iterdir())], check=True)


@contextmanager
def small_disk() -> Iterator[Path]:
    """A disk of its own, in memory; only root may have one."""
    with own_var_dir() as folder:
        mount = ("mount", "-t", "tmpfs", "-o", f"size={ROOM},mode=755", "tmpfs", str(folder))
        if os.geteuid() != 0 or subprocess.run(mount, check=False).returncode:
            pytest.skip("only root may have a disk of its own")
        try:
            yield folder
        finally:
            subprocess.run(["umount", "-l", str(folder)], check=True)


def fill(folder: Path) -> Path:
    filler = folder / "filler"
    with filler.open("wb", buffering=0) as file:
        for size in (1024 * 1024, 4096):
            try:
                while True:
                    file.write(bytes(size))
            except OSError:
                continue
    return filler


def test_a_full_disk_is_waited_for_and_what_was_promised_is_kept() -> None:
    with small_disk() as var_dir, start(["up"], var_dir=var_dir) as server:
        server.wait_for(READY)
        token = enrolled(server)
        before = walk(30)
        assert call(server, "POST", "/v1/uploads", before, token, "before-it-was-full")[0] == 201
        filler = fill(var_dir)
        part(server, "postgres").kill()
        server.wait_for("the disk of")
        assert not sends(server, token, "while-it-is-full")
        time.sleep(3)
        assert server.process.poll() is None
        filler.unlink()
        until(lambda: sends(server, token, "there-is-room"), "it goes on by itself")
        again = call(server, "POST", "/v1/uploads", before, token, "before-it-was-full")
        assert again[0] == 200
        assert server.stop(signal.SIGTERM) == 0


def test_being_told_to_stop_before_it_serves_is_a_good_end_too() -> None:
    with own_var_dir(memory()) as var_dir, start(["up"], var_dir=var_dir) as server:
        server.wait_for("database and Redis")
        time.sleep(1)
        processes = everything(server)
        assert server.stop(signal.SIGTERM) == 0
        none_left(server, processes)
