"""No device, however it behaves, keeps the gateway from hearing the others. Real GATT servers on virtual controllers."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import datetime
from typing import Any, Final

import msgspec
import pytest
from bumble.device import Connection, Device
from bumble.gatt import Characteristic
from bumble.link import LocalLink

from device_bridge.backoff import Backoff
from device_bridge.bumble_backend.client import BumbleClient
from device_bridge.config import Config, Station
from device_bridge.listening import Listener
from device_bridge.profiles.reading import Profile
from device_bridge.radio import open_radio
from device_bridge.radio_limits import RadioLimits
from device_bridge.station_session import Receiver
from device_bridge.stations import RadioSilent, Stations
from device_bridge.status import Status
from device_bridge.virtual.controller import serve_controller
from device_bridge.virtual.device import VirtualDevice
from device_bridge.virtual.devices import VIRTUAL_DEVICES
from device_bridge.virtual.measuring import vitals
from device_bridge.virtual.peripheral import run_peripheral

SOON: Final = Backoff(first_seconds=0.3, max_seconds=0.6)
LIMITS: Final = RadioLimits(
    connect_seconds_max=4.0,
    subscribe_seconds_max=1.0,
    rest_seconds=0.2,
    leave_alone=SOON,
    silence_seconds_max=30.0,
)
CUFF, SCALE, BAND = VIRTUAL_DEVICES
ARRIVAL_SECONDS_MAX: Final = 30

Meddle = Callable[[Device], None]


class Air:
    """A link with devices on it, and what was heard of each: how many payloads, how many connections."""

    def __init__(self) -> None:
        self.link: LocalLink = LocalLink()
        self.hci = ""
        self.heard: Counter[str] = Counter()
        self.connections: Counter[str] = Counter()
        self.devices: dict[str, asyncio.Task[None]] = {}
        self.status = Status()

    def put(self, virtual: VirtualDevice, meddle: Meddle | None = None) -> None:
        self.devices[virtual.address] = asyncio.create_task(
            run_peripheral(
                virtual,
                self.link,
                person=vitals(seed=1, interval_seconds=0.1),
                interval_seconds=0.1,
                local_clock=datetime.now,
                meddle=meddle,
            )
        )

    def opened(self, address: str) -> Receiver:
        self.connections[address] += 1

        def receive(_profile: Profile, _payload: bytes) -> None:
            self.heard[address] += 1

        return receive

    async def until(self, condition: Callable[[], bool]) -> None:
        async with asyncio.timeout(ARRIVAL_SECONDS_MAX):
            while not condition():
                await asyncio.sleep(0.02)


@pytest.fixture
async def air() -> AsyncIterator[Air]:
    on_air = Air()
    async with serve_controller(on_air.link, port=0) as port:
        on_air.hci = f"tcp-client:127.0.0.1:{port}"
        yield on_air
        for task in on_air.devices.values():
            task.cancel()
        await asyncio.gather(*on_air.devices.values(), return_exceptions=True)


@asynccontextmanager
async def listening(
    air: Air, *devices: VirtualDevice, limits: RadioLimits = LIMITS
) -> AsyncIterator[asyncio.Task[None]]:
    async with open_radio(air.hci) as radio:
        stations = Stations(
            radio=radio,
            addresses=[device.address for device in devices],
            opened=air.opened,
            limits=limits,
            status=air.status,
        )
        task = asyncio.create_task(stations.run())
        try:
            yield task
        finally:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)


def no_answer(_bearer: Connection, _request: Any) -> None:
    """The device has heard the question and says nothing."""


def drops_the_link_during_the_subscription(device: Device) -> None:
    def drop(bearer: Connection, _request: Any) -> None:
        device.tasks = [asyncio.create_task(bearer.disconnect())]

    device.gatt_server.on_att_write_request = drop


def never_answers_the_subscription(device: Device) -> None:
    device.gatt_server.on_att_write_request = no_answer


def never_says_what_it_has(device: Device) -> None:
    device.gatt_server.on_att_read_by_group_type_request = no_answer


def hangs_up_at_once(device: Device) -> None:
    def hang_up(connection: Connection) -> None:
        device.tasks = [asyncio.create_task(connection.disconnect())]

    device.on(Device.EVENT_CONNECTION, hang_up)


def floods(device: Device) -> None:
    async def flood(characteristic: Characteristic[bytes]) -> None:
        while True:
            await device.notify_subscribers(characteristic, b"\x06\x48")
            await asyncio.sleep(0)

    def start(bearer: Connection, characteristic: Characteristic[bytes], *_on: bool) -> None:
        flooding = asyncio.create_task(flood(characteristic))
        bearer.on(Connection.EVENT_DISCONNECTION, lambda *_: flooding.cancel())
        device.tasks = [flooding]

    device.gatt_server.on("characteristic_subscription", start)


@pytest.mark.parametrize(
    "meddle",
    [
        drops_the_link_during_the_subscription,
        never_answers_the_subscription,
        never_says_what_it_has,
        hangs_up_at_once,
    ],
)
async def test_a_device_that_misbehaves_keeps_no_other_from_being_heard(
    air: Air, meddle: Meddle
) -> None:
    air.put(CUFF, meddle)
    async with listening(air, CUFF, SCALE, BAND) as task:
        # The one at fault is met first, and again and again.
        await air.until(lambda: air.status.happened("station left alone") >= 1)
        air.put(SCALE)
        air.put(BAND)
        await air.until(lambda: air.heard[SCALE.address] > 3 and air.heard[BAND.address] > 3)
        await air.until(lambda: air.status.happened("station left alone") >= 2)
        before = air.heard[SCALE.address]
        await air.until(lambda: air.heard[SCALE.address] > before)
        assert not task.done()
    assert not air.heard[CUFF.address]


async def test_a_device_that_behaves_again_is_heard_again(air: Air) -> None:
    faults = 2

    def drops_twice(device: Device) -> None:
        well_behaved = device.gatt_server.on_att_write_request

        def drop(bearer: Connection, request: Any) -> None:
            nonlocal faults
            if faults:
                faults -= 1
                device.tasks = [asyncio.create_task(bearer.disconnect())]
            else:
                well_behaved(bearer, request)

        device.gatt_server.on_att_write_request = drop

    air.put(CUFF, drops_twice)
    async with listening(air, CUFF):
        await air.until(lambda: air.heard[CUFF.address] > 2)
    assert air.status.happened("station left alone") == 2


async def test_a_link_that_drops_in_the_middle_is_taken_up_again(air: Air) -> None:
    device: list[Device] = []
    air.put(CUFF, device.append)
    async with listening(air, CUFF):
        for connections in range(1, 4):
            await air.until(lambda wanted=connections: air.connections[CUFF.address] >= wanted)
            before = air.heard[CUFF.address]
            await air.until(lambda known=before: air.heard[CUFF.address] > known)
            (connection,) = device[0].connections.values()
            await connection.disconnect()
    assert air.status.happened("station left alone") == 0


async def test_a_device_that_floods_is_let_go_and_the_others_are_heard(air: Air) -> None:
    air.put(BAND, floods)
    air.put(SCALE)
    limits = msgspec.structs.replace(LIMITS, payloads_per_minute_max=50)
    async with listening(air, BAND, SCALE, limits=limits):
        await air.until(lambda: air.status.happened("station left alone") >= 1)
        await air.until(lambda: air.heard[SCALE.address] > 3)
    assert air.heard[BAND.address] <= 50 * air.connections[BAND.address]


async def test_more_devices_than_places_take_turns(air: Air) -> None:
    devices = [
        msgspec.structs.replace(
            SCALE, name=f"Scale {number}", address=f"F0:F1:F2:00:01:{number:02}"
        )
        for number in range(4)
    ]
    for device in devices:
        air.put(device)
    limits = msgspec.structs.replace(LIMITS, links_max=2, turn_seconds_min=0.5)
    async with listening(air, *devices, limits=limits):
        await air.until(lambda: all(air.heard[device.address] > 2 for device in devices))


async def test_an_answer_that_never_comes_has_its_time(
    air: Air, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("device_bridge.bumble_backend.client.REQUEST_SECONDS_MAX", 0.3)
    reads = asyncio.Event()

    def never_answers_a_read(device: Device) -> None:
        device.gatt_server.on_att_read_request = lambda *_: reads.set()

    air.put(SCALE, never_answers_a_read)
    clients: list[BumbleClient] = []

    class Remembered(BumbleClient):
        def __init__(self, *arguments: Any, **named: Any) -> None:
            super().__init__(*arguments, **named)
            clients.append(self)

    async with open_radio(air.hci) as radio:
        stations = Stations(
            radio=msgspec.structs.replace(radio, client={"backend": Remembered}),
            addresses=[SCALE.address],
            opened=air.opened,
            limits=LIMITS,
            status=air.status,
        )
        task = asyncio.create_task(stations.run())
        await air.until(lambda: air.heard[SCALE.address] > 0)
        (characteristic,) = [
            indicated
            for indicated in clients[0].services.characteristics.values()
            if "indicate" in indicated.properties and indicated.uuid.startswith("00002a9d")
        ]
        with pytest.raises(TimeoutError):
            await clients[0].read_gatt_char(characteristic)
        assert reads.is_set()
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def test_a_radio_that_hears_nobody_is_scanned_anew_then_given_up(air: Air) -> None:
    limits = msgspec.structs.replace(LIMITS, silence_seconds_max=0.2, silent_scans_max=3)
    async with listening(air, CUFF, limits=limits) as task:
        with pytest.raises(RadioSilent):
            async with asyncio.timeout(10):
                await task
    assert air.status.happened("nothing heard, scan started anew") == 3


async def test_a_radio_that_was_reset_hears_again(
    air: Air, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("device_bridge.listening.RADIO_AGAIN", SOON)
    config = Config(
        base_url="http://127.0.0.1:1",
        key_file="key",
        outbox_file="outbox",
        stations=(Station(address=CUFF.address, card="card-1"),),
        hci=air.hci,
    )
    limits = msgspec.structs.replace(LIMITS, silence_seconds_max=0.3, silent_scans_max=2)
    listener = Listener(config, opened=air.opened, limits=limits, status=air.status)
    task = asyncio.create_task(listener.run())
    await air.until(lambda: air.status.happened("radio reset") >= 1)
    air.put(CUFF)
    await air.until(lambda: air.heard[CUFF.address] > 2)
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
