"""What is meant to go on goes on, also when a library cancels it; what keeps ending ends the process with a reason."""

import asyncio
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from device_bridge import supervision
from device_bridge.backoff import Backoff
from device_bridge.clock import BoxClock
from device_bridge.keys import make_key
from device_bridge.outbox import Outbox
from device_bridge.status import Status
from device_bridge.supervision import ENDS_MAX, KeepsEnding, kept_going

SOON = Backoff(first_seconds=0.001, max_seconds=0.002)
GATEWAY = (sys.executable, "-c", "from device_bridge.cli import gateway; gateway()")


async def cancels_itself() -> None:
    raise asyncio.CancelledError("abort: disconnection event occurred.")


async def returns() -> None:
    return


async def fails() -> None:
    raise RuntimeError("a bug")


@pytest.mark.parametrize("ending", [cancels_itself, returns, fails])
async def test_work_that_ends_is_started_again_however_it_ended(ending: object) -> None:
    starts = 0
    status = Status()

    async def work() -> None:
        nonlocal starts
        starts += 1
        await (ending() if starts < 4 else asyncio.Event().wait())

    task = asyncio.create_task(kept_going("listening", work, status=status, again=SOON))
    async with asyncio.timeout(5):
        while starts < 4:
            await asyncio.sleep(0.01)
    assert status.happened("listening ended and is started again") == 3
    assert not task.done()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task


@pytest.mark.parametrize("ending", [cancels_itself, returns, fails])
async def test_work_that_keeps_ending_is_given_up_with_its_reason(ending: object) -> None:
    with pytest.raises(KeepsEnding, match=f"listening ended {ENDS_MAX} times within the hour"):
        await kept_going("listening", ending, status=Status(), again=SOON)


async def test_work_that_ends_now_and_then_goes_on_for_ever(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(supervision, "ENDS_WITHIN_SECONDS", 0.0)
    status = Status()
    task = asyncio.create_task(kept_going("listening", returns, status=status, again=SOON))
    async with asyncio.timeout(5):
        while status.happened("listening ended and is started again") < 3 * ENDS_MAX:
            await asyncio.sleep(0.01)
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


def configuration(folder: Path) -> Path:
    make_key(folder / "gateway.pem")
    path = folder / "gateway.toml"
    path.write_text(
        'base_url = "http://127.0.0.1:1"\nkey_file = "gateway.pem"\noutbox_file = "outbox.sqlite"\n'
        'hci = "tcp-client:127.0.0.1:1"\n'
        '[[stations]]\naddress = "F0:F1:F2:00:00:01"\ncard = "card-0001"\n'
    )
    return path


def ran(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*GATEWAY, *arguments], check=False, capture_output=True, text=True, timeout=60
    )


def test_a_second_gateway_on_the_same_outbox_ends_with_a_clear_sentence(tmp_path: Path) -> None:
    config = configuration(tmp_path)
    with Outbox(tmp_path / "outbox.sqlite"):
        ended = ran("run", "--config", str(config))
    assert ended.returncode == 1
    assert "another gateway process uses it" in ended.stderr
    assert "Traceback" not in ended.stderr


ALWAYS_CANCELLED = """
import asyncio
from device_bridge import gateway as parts, supervision
from device_bridge.backoff import Backoff
from device_bridge.cli import gateway

async def cancelled(self):
    raise asyncio.CancelledError("abort: disconnection event occurred.")

supervision.kept_going.__kwdefaults__["again"] = Backoff(first_seconds=0.001, max_seconds=0.002)
parts.Listener.run = cancelled
gateway()
"""


def test_a_gateway_that_cannot_listen_ends_with_a_reason_and_not_with_0(tmp_path: Path) -> None:
    config = configuration(tmp_path)
    ended = subprocess.run(
        [sys.executable, "-c", ALWAYS_CANCELLED, "run", "--config", str(config)],
        check=False,
        capture_output=True,
        text=True,
        timeout=60,
        env=os.environ,
    )
    assert ended.returncode == 1
    assert "listening ended 10 times within the hour" in ended.stderr


def test_what_happened_is_in_the_status_file(tmp_path: Path) -> None:
    status = Status(BoxClock(kernel_follows=lambda: True))
    status.say("reading refused", metric="heart_rate")
    status.say_many(3, "measurements got their time")
    status.heard("F0:F1:F2:00:00:01")
    file = tmp_path / "outbox.sqlite.status.json"
    status.write(file, samples_kept=7, samples_in_memory=0)
    config = configuration(tmp_path)
    printed = ran("status", "--config", str(config))
    told = json.loads(printed.stdout)
    assert told["happened"] == {"reading refused": 1, "measurements got their time": 3}
    assert (told["samples_kept"], told["clock"]) == (7, "known")
    assert list(told["last_heard"]) == ["F0:F1:F2:00:00:01"]


def test_a_gateway_that_never_ran_has_no_status(tmp_path: Path) -> None:
    ended = ran("status", "--config", str(configuration(tmp_path)))
    assert ended.returncode == 1
    assert "start the gateway" in ended.stderr
