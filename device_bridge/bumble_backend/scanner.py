"""bleak's scanner on bumble."""

from typing import Literal

from bleak.backends.scanner import (
    AdvertisementData,
    AdvertisementDataCallback,
    BaseBleakScanner,
)
from bleak.uuids import normalize_uuid_str
from bumble.core import UUID, AdvertisingData
from bumble.device import Advertisement, Device

from device_bridge.bumble_backend.central import Central

_UUID_LISTS = (
    AdvertisingData.Type.INCOMPLETE_LIST_OF_16_BIT_SERVICE_CLASS_UUIDS,
    AdvertisingData.Type.COMPLETE_LIST_OF_16_BIT_SERVICE_CLASS_UUIDS,
    AdvertisingData.Type.INCOMPLETE_LIST_OF_128_BIT_SERVICE_CLASS_UUIDS,
    AdvertisingData.Type.COMPLETE_LIST_OF_128_BIT_SERVICE_CLASS_UUIDS,
)
_NAMES = (AdvertisingData.Type.COMPLETE_LOCAL_NAME, AdvertisingData.Type.SHORTENED_LOCAL_NAME)


class BumbleScanner(BaseBleakScanner):
    """Pass it as BleakScanner's `backend`, with the open Central as the keyword `bumble`."""

    def __init__(
        self,
        detection_callback: AdvertisementDataCallback | None,
        service_uuids: list[str] | None,
        scanning_mode: Literal["active", "passive"],
        *,
        bumble: Central,
        **_for_other_platforms: object,
    ) -> None:
        super().__init__(detection_callback, service_uuids)
        self._central = bumble
        self._active = scanning_mode == "active"

    async def start(self) -> None:
        """Starts scanning."""
        self.seen_devices = {}
        self._central.device.on(Device.EVENT_ADVERTISEMENT, self._on_advertisement)
        await self._central.device.start_scanning(active=self._active)

    async def stop(self) -> None:
        """Stops scanning."""
        self._central.device.remove_listener(Device.EVENT_ADVERTISEMENT, self._on_advertisement)
        if not self._central.is_lost:
            await self._central.device.stop_scanning()

    def _on_advertisement(self, advertisement: Advertisement) -> None:
        advertised = advertisement_data(advertisement)
        if not self.is_allowed_uuid(advertised.service_uuids):
            return
        address = advertisement.address.to_string(with_type_qualifier=False)
        device = self.create_or_update_device(
            address,
            address,
            advertised.local_name,
            (self._central, advertisement.address),
            advertised,
        )
        self.call_detection_callbacks(device, advertised)


def advertisement_data(advertisement: Advertisement) -> AdvertisementData:
    """An advertisement of bumble's in the form that bleak gives."""
    elements = advertisement.data.ad_structures
    names = [bytes(data).decode(errors="replace") for kind, data in elements if kind in _NAMES]
    return AdvertisementData(
        local_name=names[0] if names else None,
        manufacturer_data={
            int.from_bytes(data[:2], "little"): bytes(data[2:])
            for kind, data in elements
            if kind == AdvertisingData.Type.MANUFACTURER_SPECIFIC_DATA
        },
        service_data={
            _uuid(data[:2]): bytes(data[2:])
            for kind, data in elements
            if kind == AdvertisingData.Type.SERVICE_DATA_16_BIT_UUID
        },
        service_uuids=[
            _uuid(data[start : start + size])
            for kind, data in elements
            if kind in _UUID_LISTS
            for size in (2 if kind in _UUID_LISTS[:2] else 16,)
            for start in range(0, len(data) - size + 1, size)
        ],
        tx_power=None,
        rssi=advertisement.rssi,
        platform_data=(advertisement,),
    )


def _uuid(raw: bytes) -> str:
    return normalize_uuid_str(UUID.from_bytes(bytes(raw)).to_hex_str("-"))
