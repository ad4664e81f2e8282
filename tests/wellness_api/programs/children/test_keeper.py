"""A process that ends is started again, as often as the bounds allow; what stands in its way is waited for."""

import time
from collections.abc import Callable, Sized
from pathlib import Path

import pytest

from wellness_api.programs.children import keeper as bounds
from wellness_api.programs.children.child import Process, start_child
from wellness_api.programs.children.keeper import ChildEnded, Keeper, Part, keeper

SLEEP = ("/bin/sleep", "600")


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("PAUSE_SECONDS_FIRST", "PAUSE_SECONDS_MAX", "OBSTACLE_LOOK_SECONDS"):
        monkeypatch.setattr(bounds, name, 0.01)


def until(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 20
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.01)


def until_long(growing: Sized, length: int) -> None:
    until(lambda: len(growing) == length)


class Starts:
    """Processes of one part, in the order in which they were started."""

    def __init__(self, folder: Path, command: tuple[str, ...], obstacle: str | None = None) -> None:
        self.log = folder / "part.log"
        self.obstacle = obstacle
        self.processes: list[Process] = []
        self._command = command

    def part(self) -> Part:
        return Part(name="part", log=self.log, start=self._start, obstacle=lambda: self.obstacle)

    def _start(self) -> Process:
        self.processes.append(start_child(self._command, log=self.log))
        return self.processes[-1]


def test_a_killed_process_is_started_again_and_ended_with_the_rest(tmp_path: Path) -> None:
    starts, said = Starts(tmp_path, SLEEP), list[str]()
    with keeper(said.append) as kept:
        kept.start(starts.part())
        kept.keep_up()
        for killed in range(3):
            until_long(starts.processes, killed + 1)
            starts.processes[-1].kill()
        until(lambda: len(starts.processes) == 4 and len(said) == 3)
        kept.check()
    assert [process.poll() for process in starts.processes[:3]] == [-9, -9, -9]
    assert starts.processes[3].poll() is not None
    assert said[0] == f"part ended by signal 9 (Killed); started again ({starts.log})"


def test_one_that_ends_again_and_again_ends_the_start_with_the_end_of_its_log(
    tmp_path: Path,
) -> None:
    starts = Starts(tmp_path, ("/bin/sh", "-c", "echo no port left; exit 3"))
    with keeper(lambda _: None) as kept:
        kept.start(starts.part())
        kept.keep_up()
        with pytest.raises(ChildEnded, match=r"(?s)part ended 11 times.*with 3.*no port left"):
            kept.watch()
        with pytest.raises(ChildEnded):
            kept.check()
    assert len(starts.processes) == bounds.RESTARTS_MAX + 1


def test_ends_of_long_ago_do_not_count(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bounds, "RESTARTS_SECONDS", 0.05)
    monkeypatch.setattr(bounds, "RESTARTS_MAX", 2)
    starts = Starts(tmp_path, ("/bin/sleep", "0.1"))
    with keeper(lambda _: None) as kept:
        kept.start(starts.part())
        kept.keep_up()
        until(lambda: len(starts.processes) > 5)
        kept.check()


def test_while_something_stands_in_the_way_nothing_is_started_and_nothing_counted(
    tmp_path: Path,
) -> None:
    starts, said = Starts(tmp_path, SLEEP), list[str]()
    with keeper(said.append) as kept:
        kept.start(starts.part())
        kept.keep_up()
        for number in range(bounds.RESTARTS_MAX + 2):
            starts.obstacle = "the disk is full"
            starts.processes[-1].kill()
            until_long(said, 2 * number + 1)
            assert len(starts.processes) == number + 1
            starts.obstacle = None
            until_long(said, 2 * number + 2)
        kept.check()
    assert said[0].endswith("it starts again when it can: the disk is full")


def test_before_the_start_is_complete_an_end_is_not_mended(tmp_path: Path) -> None:
    starts = Starts(tmp_path, ("/bin/sh", "-c", "echo wrong setting; exit 1"))
    with keeper(lambda _: None) as kept:
        kept.start(starts.part()).wait(10)
        with pytest.raises(ChildEnded, match="wrong setting"):
            kept.check()
    assert len(starts.processes) == 1


def test_a_process_that_cannot_be_started_again_counts_as_one_that_ended(tmp_path: Path) -> None:
    starts = Starts(tmp_path, SLEEP)
    with keeper(lambda _: None) as kept:
        kept.start(starts.part())
        starts._command = ("/no/such/program",)
        kept.keep_up()
        starts.processes[-1].kill()
        with pytest.raises(ChildEnded, match="No such file"):
            kept.watch()


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_whatever_goes_wrong_in_keeping_up_ends_the_start(tmp_path: Path) -> None:
    starts, kept = Starts(tmp_path, SLEEP), Keeper(lambda _: None)

    def obstacle() -> str | None:
        raise RuntimeError("a mistake of ours")

    kept.start(Part(name="part", log=starts.log, start=starts.part().start, obstacle=obstacle))
    kept.keep_up()
    starts.processes[-1].kill()
    with pytest.raises(RuntimeError, match="a mistake of ours"):
        kept.watch()
    kept.stop()
