"""`gateway`: runs it, makes its key, tries it without hardware, and sends one signed request by hand."""

import asyncio
import json
import secrets
import signal
import sys
from collections.abc import Coroutine
from datetime import UTC, datetime
from http import HTTPStatus
from pathlib import Path
from typing import Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import aiohttp
import click

from device_bridge.clock import BoxClock
from device_bridge.config import load_config
from device_bridge.errors import BridgeError
from device_bridge.gateway import run_gateway
from device_bridge.keys import key_id, load_key, make_key, public_key_text
from device_bridge.logs import configure_logs
from device_bridge.outbox import Outbox
from device_bridge.radio_limits import RadioLimits
from device_bridge.requests import Answer, Request, send_signed
from device_bridge.status import status_path
from device_bridge.uploader import Pace
from device_bridge.virtual.process import run_virtual_devices
from device_bridge.wire import JSON

FILE: Final = click.Path(path_type=Path, dir_okay=False)


class EndedUnasked(BridgeError):
    """The work was cancelled, and neither a signal nor an error says why."""

    def __init__(self) -> None:
        super().__init__(
            "the gateway's work was cancelled, and nobody asked for it; start it again"
        )


class _Group(click.Group):
    """Turns the gateway's own errors into one line on standard error and exit code 1."""

    def invoke(self, ctx: click.Context) -> object:
        try:
            return super().invoke(ctx)
        except BridgeError as error:
            raise click.ClickException(str(error)) from error


@click.group(cls=_Group)
def gateway() -> None:
    """The community centre's box: measurements in by Bluetooth, signed uploads out."""


@gateway.command()
@click.option("--config", "config_file", type=FILE, required=True, help="TOML file.")
def run(config_file: Path) -> None:
    """Reads the stations and uploads until stopped."""
    configure_logs()
    config = load_config(config_file)
    key = load_key(config.key_file)
    work = run_gateway(config, key, clock=BoxClock(), limits=RadioLimits(), pace=Pace())
    asyncio.run(_until_signalled(work))


@gateway.command()
@click.option("--config", "config_file", type=FILE, required=True, help="TOML file.")
def resend(config_file: Path) -> None:
    """Puts uploads that the server refused back into the queue, once what was wrong is mended."""
    with Outbox(load_config(config_file).outbox_file, beside_the_gateway=True) as outbox:
        click.echo(f"{outbox.send_refused_again()} uploads wait to be sent again")


@gateway.command()
@click.option("--config", "config_file", type=FILE, required=True, help="TOML file.")
def status(config_file: Path) -> None:
    """Prints what the running gateway last said about itself: what waits, what it heard, what went wrong and how often."""
    file = status_path(load_config(config_file).outbox_file)
    try:
        click.echo(file.read_text(), nl=False)
    except OSError as error:
        raise click.ClickException(
            f"no status at {file}: {error.strerror}; start the gateway"
        ) from error


@gateway.command()
@click.option("--key", "key_file", type=FILE, required=True, help="File to make.")
def keygen(key_file: Path) -> None:
    """Makes this gateway's key; prints what the server must know about it."""
    public_key = make_key(key_file).public_key()
    click.echo(
        json.dumps({"key_id": key_id(public_key), "public_key": public_key_text(public_key)})
    )


@gateway.command()
@click.option("--port", type=click.IntRange(0, 65535), required=True, help="0: any free port.")
@click.option("--interval-seconds", type=click.FloatRange(0.05), default=5.0, show_default=True)
@click.option("--seed", type=click.IntRange(0), default=1, show_default=True)
@click.option(
    "--time-zone", default="Asia/Tokyo", show_default=True, help="Of the devices' clocks."
)
def virtual_devices(port: int, interval_seconds: float, seed: int, time_zone: str) -> None:
    """Stands in for a blood pressure monitor, a scale and a wristband; prints the `hci` to configure."""
    configure_logs()
    try:
        zone = ZoneInfo(time_zone)
    except (ZoneInfoNotFoundError, ValueError) as error:
        raise click.BadParameter(str(error), param_hint="--time-zone") from error
    asyncio.run(
        _until_signalled(
            run_virtual_devices(
                port=port,
                interval_seconds=interval_seconds,
                seed=seed,
                local_clock=lambda: datetime.now(zone),
                started=_say,
            )
        )
    )


@gateway.command()
@click.argument("method", type=click.Choice(["GET", "POST", "PUT", "PATCH", "DELETE"]))
@click.argument("path")
@click.option("--config", "config_file", type=FILE, required=True, help="TOML file.")
@click.option("--data", help="Body, or @FILE for a file's content.")
@click.option("--content-type", default=JSON, show_default=True)
@click.option("--idempotency-key", help="Made up when not given.")
def request(
    method: str,
    path: str,
    config_file: Path,
    data: str | None,
    content_type: str,
    idempotency_key: str | None,
) -> None:
    """Sends one signed request and prints the answer; exit code 1 for an answer of 400 or above."""
    if not path.startswith("/"):
        raise click.BadParameter("must start with /", param_hint="PATH")
    config = load_config(config_file)
    wanted = Request(
        method=method,
        path=path,
        content_type=content_type,
        idempotency_key=idempotency_key or secrets.token_hex(16),
        body=_body(data),
    )
    try:
        answer = asyncio.run(_send(wanted, config.base_url, config.key_file))
    except (aiohttp.ClientError, TimeoutError) as error:
        raise click.ClickException(f"no answer from {config.base_url}: {error}") from error
    click.echo(f"{answer.status} {answer.content_type}", err=True)
    click.echo(answer.body)
    sys.exit(answer.status >= HTTPStatus.BAD_REQUEST)


async def _send(wanted: Request, base_url: str, key_file: Path) -> Answer:
    async with aiohttp.ClientSession() as session:
        return await send_signed(
            session, wanted, base_url=base_url, key=load_key(key_file), now=_utc_now()
        )


def _body(data: str | None) -> bytes:
    if data is None:
        return b""
    if not data.startswith("@"):
        return data.encode()
    try:
        return Path(data[1:]).read_bytes()
    except OSError as error:
        raise click.BadParameter(str(error), param_hint="--data") from error


async def _until_signalled(work: Coroutine[None, None, None]) -> None:
    """Runs to the end, or until SIGTERM or SIGINT asks it to stop. Raises EndedUnasked for a cancellation that nobody asked for."""
    task = asyncio.create_task(work)
    asked = asyncio.Event()

    def stop() -> None:
        asked.set()
        task.cancel()

    for signal_number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(signal_number, stop)
    await asyncio.wait([task])
    if not task.cancelled():
        task.result()
    elif not asked.is_set():
        raise EndedUnasked


def _utc_now() -> datetime:
    return datetime.now(UTC)


def _say(line: str) -> None:
    click.echo(line)
    sys.stdout.flush()
