"""The gateway's configuration file: TOML. A file that does not fit is refused with one clear line."""

from pathlib import Path
from typing import Annotated, Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import msgspec

from device_bridge.errors import BridgeError

STATIONS_MAX: Final = 16
"""A controller keeps some seven to ten connections; more stations take turns. A configuration with more is refused."""

_URL: Final = r"^https?://[A-Za-z0-9._-]+(:[0-9]{1,5})?(/[A-Za-z0-9._~/-]*)?$(?!\n)"
_ADDRESS: Final = r"^([0-9A-Fa-f]{2}:){5}[0-9A-Fa-f]{2}$(?!\n)"


class Station(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A measuring device by its Bluetooth address, and the card whose holder it measures."""

    address: Annotated[str, msgspec.Meta(pattern=_ADDRESS)]
    card: Annotated[str, msgspec.Meta(min_length=4, max_length=64)]


class Config(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The configuration of one gateway.

    `base_url`: of the server, without /v1. `key_file`, `outbox_file`: relative to the configuration file. `hci`: a bumble
    transport name; without it, the machine's own Bluetooth (BlueZ). `time_zone`: of the devices' clocks.
    """

    base_url: Annotated[str, msgspec.Meta(pattern=_URL)]
    key_file: Path
    outbox_file: Path
    stations: Annotated[tuple[Station, ...], msgspec.Meta(min_length=1, max_length=STATIONS_MAX)]
    hci: Annotated[str, msgspec.Meta(min_length=1)] | None = None
    time_zone: str = "Asia/Tokyo"

    def zone(self) -> ZoneInfo:
        """The devices' time zone."""
        return ZoneInfo(self.time_zone)

    def cards(self) -> dict[str, str]:
        """The card of each station by its address, addresses in upper case."""
        return {station.address.upper(): station.card for station in self.stations}


class ConfigError(BridgeError):
    """The configuration file cannot be read or does not fit. The message is one line with the file and the place."""

    def __init__(self, path: Path, problem: str) -> None:
        super().__init__(f"configuration {path}: {problem}")
        self.path = path


def load_config(path: Path) -> Config:
    """The configuration in `path`, with its file names made absolute."""
    try:
        config = msgspec.toml.decode(path.read_bytes(), type=Config, dec_hook=_decode)
    except OSError as error:
        raise ConfigError(path, error.strerror or str(error)) from error
    except (msgspec.MsgspecError, ValueError) as error:  # ValueError: not TOML, not UTF-8.
        raise ConfigError(path, str(error)) from error
    if len(config.cards()) != len(config.stations):
        raise ConfigError(path, "two stations have the same address - at `$.stations`")
    try:
        config.zone()
    except (ZoneInfoNotFoundError, ValueError) as error:
        raise ConfigError(
            path, f"unknown time zone {config.time_zone!r} - at `$.time_zone`"
        ) from error
    folder = path.resolve().parent
    return msgspec.structs.replace(
        config, key_file=folder / config.key_file, outbox_file=folder / config.outbox_file
    )


def _decode(wanted: type, written: object) -> object:
    if wanted is Path and isinstance(written, str) and written:
        return Path(written)
    raise ValueError("a file name is needed")
