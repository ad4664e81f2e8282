"""How long the gateway waits for devices and for its own radio, and how much it takes from them."""

import msgspec

from device_bridge.backoff import Backoff


class RadioLimits(msgspec.Struct, frozen=True, kw_only=True):
    """The bounds for every wait on the radio.

    `scan_seconds_max`: to start or to stop a scan; a radio that takes longer is opened again. `connect_seconds_max`,
    `subscribe_seconds_max`, `disconnect_seconds_max`: for one device, which is then left alone as `leave_alone` says.
    `links_max`: USB adapters keep about five connections. Further devices take turns: a connection gives up its place to
    a waiting device after `turn_seconds_min`. `rest_seconds`: after a connection that ended well; many devices still
    advertise for a moment after they hung up. `silence_seconds_max`: after so long without any device of anybody's being
    heard, the scan is started again; after `silent_scans_max` such scans the radio is reset. `payloads_per_minute_max`:
    of one device; a device that sends more is let go like one that fails.
    """

    scan_seconds_max: float = 10.0
    connect_seconds_max: float = 60.0
    subscribe_seconds_max: float = 15.0
    disconnect_seconds_max: float = 3.0
    links_max: int = 5
    turn_seconds_min: float = 60.0
    rest_seconds: float = 5.0
    leave_alone: Backoff = Backoff(first_seconds=10.0, max_seconds=300.0)
    silence_seconds_max: float = 120.0
    silent_scans_max: int = 3
    payloads_per_minute_max: int = 1_200
