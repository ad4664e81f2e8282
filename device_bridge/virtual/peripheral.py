"""One virtual device on the air: a real GATT server on a virtual controller."""

import asyncio
from collections.abc import Callable, Iterator
from datetime import datetime

from bumble.controller import Controller
from bumble.core import UUID, AdvertisingData
from bumble.device import Device
from bumble.gatt import Characteristic, Service
from bumble.hci import Address
from bumble.host import Host
from bumble.link import LocalLink
from bumble.transport.common import AsyncPipeSink

from device_bridge.virtual.device import Sends, VirtualDevice
from device_bridge.virtual.measuring import Vitals

_GENERAL_DISCOVERABLE_LE_ONLY = b"\x06"
_ADVERTISING_INTERVAL_MS = 100.0
_ADVERTISEMENT_BYTES_MAX = 31
_SHORT_UUID_BYTES = 2


async def run_peripheral(
    virtual: VirtualDevice,
    link: LocalLink,
    *,
    person: Iterator[Vitals],
    interval_seconds: float,
    local_clock: Callable[[], datetime],
    meddle: Callable[[Device], None] | None = None,
) -> None:
    """Advertises, and sends one measurement each interval to all subscribers, until cancelled.

    `meddle` is called with the device before it is on the air; tests use it to make the device misbehave.
    """
    controller = Controller(virtual.name, link=link)
    device = Device(
        name=virtual.name,
        address=Address(virtual.address),
        host=Host(controller, AsyncPipeSink(controller)),
    )
    characteristics = [(sends, _characteristic(sends)) for sends in virtual.sends]
    device.add_services(
        Service(sends.profile.service, [characteristic])
        for sends, characteristic in characteristics
    )
    if meddle is not None:
        meddle(device)
    await device.power_on()
    await device.start_advertising(
        auto_restart=True,
        advertising_data=advertising_data(virtual),
        advertising_interval_min=_ADVERTISING_INTERVAL_MS,
        advertising_interval_max=_ADVERTISING_INTERVAL_MS,
    )
    for now in person:
        for sends, characteristic in characteristics:
            payload = sends.payload(now, local_clock())
            if sends.indicated:
                await device.indicate_subscribers(characteristic, payload)
            else:
                await device.notify_subscribers(characteristic, payload)
        await asyncio.sleep(interval_seconds)


def advertising_data(virtual: VirtualDevice) -> bytes:
    """Flags, the services and the name: at most 31 bytes."""
    services = [UUID(sends.profile.service).to_bytes() for sends in virtual.sends]
    # A 128-bit UUID takes 18 of the 31 bytes, so a device with a 16-bit UUID advertises that one.
    short = b"".join(uuid for uuid in services if len(uuid) == _SHORT_UUID_BYTES)
    data = bytes(
        AdvertisingData(
            [
                (AdvertisingData.Type.FLAGS, _GENERAL_DISCOVERABLE_LE_ONLY),
                (AdvertisingData.Type.INCOMPLETE_LIST_OF_16_BIT_SERVICE_CLASS_UUIDS, short),
                (AdvertisingData.Type.COMPLETE_LOCAL_NAME, virtual.name.encode()),
            ]
        )
    )
    assert len(data) <= _ADVERTISEMENT_BYTES_MAX
    return data


def _characteristic(sends: Sends) -> Characteristic[bytes]:
    properties = Characteristic.Properties
    return Characteristic(
        sends.profile.characteristic,
        properties.INDICATE if sends.indicated else properties.NOTIFY,
        Characteristic.Permissions(0),
        b"",
    )
