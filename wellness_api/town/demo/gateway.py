"""The demo's community centre: a gateway's key and configuration, the gateway process, and its virtual devices."""

from pathlib import Path
from typing import Final

from device_bridge.keys import key_id, load_key, make_key
from device_bridge.virtual.device import LOOPBACK
from device_bridge.virtual.devices import VIRTUAL_DEVICES
from wellness_api.http.examples import DEMO_CARD
from wellness_api.programs.start.children import Children
from wellness_api.programs.start.obstacles import free_port

MEASURED_EVERY_SECONDS: Final = 10


def gateway_key(folder: Path) -> tuple[str, bytes]:
    """The id and the public half of the gateway's key, which is made on the first start."""
    file = folder / "gateway.pem"
    folder.mkdir(parents=True, exist_ok=True)
    public_key = (load_key(file) if file.exists() else make_key(file)).public_key()
    return key_id(public_key), public_key.public_bytes_raw()


def start_gateway(folder: Path, children: Children, *, base_url: str, time_zone: str) -> Path:
    """Starts the devices and the gateway that reads them; returns the gateway's configuration file."""
    port = free_port()
    config = folder / "gateway.toml"
    stations = "".join(
        f'\n[[stations]] # {device.name}\naddress = "{device.address}"\ncard = "{DEMO_CARD}"\n'
        for device in VIRTUAL_DEVICES
    )
    config.write_text(
        f'base_url = "{base_url}"\n'
        'key_file = "gateway.pem"\n'
        'outbox_file = "gateway.sqlite"\n'
        f'hci = "tcp-client:{LOOPBACK}:{port}"\n'
        f'time_zone = "{time_zone}"\n'
        f"{stations}",
        encoding="utf-8",
    )
    children.start(
        "virtual-devices",
        [
            *("gateway", "virtual-devices", "--port", str(port), "--time-zone", time_zone),
            *("--interval-seconds", str(MEASURED_EVERY_SECONDS)),
        ],
    )
    children.start("gateway", ["gateway", "run", "--config", str(config)])
    return config
