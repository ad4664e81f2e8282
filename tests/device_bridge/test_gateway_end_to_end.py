"""Virtual devices, the gateway process and a server: measurements arrive, also after the gateway was killed."""

import asyncio
import json
import re
import signal
import sys
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import msgspec
import pytest
from gateway_server import GatewayServer, serve

from device_bridge.keys import key_id, load_key, make_key
from device_bridge.virtual.devices import VIRTUAL_DEVICES

COMMAND = (sys.executable, "-c", "from device_bridge.cli import gateway; gateway()")
STOP_SECONDS_MAX = 3.0
ARRIVAL_SECONDS_MAX = 60
EXPECTED = {
    ("station:F0-F1-F2-00-00-01", "systolic_pressure"),
    ("station:F0-F1-F2-00-00-01", "diastolic_pressure"),
    ("station:F0-F1-F2-00-00-01", "heart_rate"),
    ("station:F0-F1-F2-00-00-02", "body_weight"),
    ("station:F0-F1-F2-00-00-03", "steps"),
    ("station:F0-F1-F2-00-00-03", "heart_rate"),
}


@asynccontextmanager
async def process(*arguments: str, log: Path) -> AsyncIterator[asyncio.subprocess.Process]:
    with log.open("ab") as stderr:
        started = await asyncio.create_subprocess_exec(
            *COMMAND, *arguments, stdout=asyncio.subprocess.PIPE, stderr=stderr
        )
    try:
        yield started
    finally:
        if started.returncode is None:
            started.kill()
        await started.wait()


async def stopped_seconds(running: asyncio.subprocess.Process) -> float:
    asked = time.monotonic()
    running.send_signal(signal.SIGTERM)
    await running.wait()
    return time.monotonic() - asked


async def until(condition: Callable[[], bool], *, log: Path) -> None:
    try:
        async with asyncio.timeout(ARRIVAL_SECONDS_MAX):
            while not condition():
                await asyncio.sleep(0.05)
    except TimeoutError:
        pytest.fail(log.read_text()[-4000:])


def arrived(server: GatewayServer) -> set[tuple[str, str]]:
    return {(source, metric) for source, metric, _ in server.samples()}


def configured(folder: Path, server: GatewayServer, hci: str) -> Path:
    stations = "\n".join(
        f'[[stations]]\naddress = "{device.address}"\ncard = "card-0001"'
        for device in VIRTUAL_DEVICES
    )
    path = folder / "gateway.toml"
    path.write_text(
        f'base_url = "{server.url}"\nkey_file = "gateway.pem"\noutbox_file = "outbox.sqlite"\n'
        f'hci = "{hci}"\n{stations}\n'
    )
    return path


async def test_measurements_of_all_devices_arrive_also_after_the_gateway_was_killed(
    tmp_path: Path,
) -> None:
    public_key = make_key(tmp_path / "gateway.pem").public_key()
    log = tmp_path / "log.jsonl"
    server = GatewayServer(public_keys={key_id(public_key): public_key})
    virtual = ("virtual-devices", "--port", "0", "--interval-seconds", "0.2", "--seed", "7")
    async with serve(server), process(*virtual, log=tmp_path / "virtual.log") as devices:
        assert devices.stdout is not None
        hci = (await devices.stdout.readline()).decode().strip()
        config = configured(tmp_path, server, hci)

        async with process("run", "--config", str(config), log=log) as running:
            await until(lambda: arrived(server) >= EXPECTED, log=log)
            running.kill()
            await running.wait()

        server.uploads.clear()
        async with process("run", "--config", str(config), log=log) as running:
            await until(lambda: arrived(server) >= EXPECTED, log=log)
            assert await stopped_seconds(running) < STOP_SECONDS_MAX
            assert running.returncode == 0
        assert await stopped_seconds(devices) < STOP_SECONDS_MAX
        assert devices.returncode == 0

    assert {received.upload.card for received in server.requests} == {"card-0001"}
    assert all(value is not None and value > 0 for value in server.samples().values())
    assert_says_nothing_measured(log, server)


def assert_says_nothing_measured(log: Path, server: GatewayServer) -> None:
    text = log.read_text()
    assert {json.loads(line)["event"] for line in text.splitlines()} >= {
        "gateway started",
        "station connected",
        "measurement kept",
        "upload receipted",
        "gateway stopped",
    }
    # A weight in thousandths, above 59, can be no part of a time of day.
    weights = {
        value for (_, metric, _), value in server.samples().items() if metric == "body_weight"
    }
    assert not [weight for weight in weights if re.search(rf"\b{re.escape(str(weight))}", text)]


async def test_a_request_by_hand_is_signed_and_its_answer_printed(tmp_path: Path) -> None:
    make_key(tmp_path / "gateway.pem")
    public_key = load_key(tmp_path / "gateway.pem").public_key()
    server = GatewayServer(public_keys={key_id(public_key): public_key})
    body = tmp_path / "body.msgpack"
    body.write_bytes(msgspec.msgpack.encode({"batches": []}))
    async with serve(server):
        config = configured(tmp_path, server, "usb:0")
        by_hand = ("request", "POST", "/v1/uploads?dry=1", "--config", str(config))
        data = ("--data", f"@{body}", "--idempotency-key", "by-hand-1")
        async with process(*by_hand, *data, log=tmp_path / "log") as running:
            assert running.stdout is not None
            printed = await running.stdout.read()
            assert await running.wait() in {0, 1}
    assert [(received.key, received.body) for received in server.requests] == [
        ("by-hand-1", body.read_bytes())
    ]
    assert printed
