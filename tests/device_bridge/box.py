"""A box whose clocks the test sets, and what a gateway's own parts do with payloads on it."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from device_bridge.clock import BoxClock
from device_bridge.intake import Intake
from device_bridge.keeping import Keeper, unix_ms
from device_bridge.outbox import Outbox
from device_bridge.profiles.reading import Profile
from device_bridge.status import Status

ADDRESS = "F0:F1:F2:00:00:01"
SOURCE = "station:F0-F1-F2-00-00-01"
TOKYO = ZoneInfo("Asia/Tokyo")
NOW = datetime(2026, 11, 24, 3, 0, 30, tzinfo=UTC)  # 12:00:30 in Furano


@dataclass
class Box:
    """`now`: the true time; `wall`: how far the box's clock is off; `synchronised`: whether it follows a time server."""

    path: Path
    now: datetime = NOW
    wall_off: timedelta = timedelta(0)
    synchronised: bool = True
    boot: str = "boot-1"
    started: datetime = NOW - timedelta(hours=1)
    status: Status = field(init=False)

    def __post_init__(self) -> None:
        self.start_gateway()

    def start_gateway(self) -> None:
        """As after a start of the process: nothing is in memory."""
        self.clock = BoxClock(
            wall_ms=lambda: unix_ms(self.now + self.wall_off),
            boot_ms=lambda: unix_ms(self.now) - unix_ms(self.started),
            boot_id=self.boot,
            kernel_follows=lambda: self.synchronised,
        )
        self.status = Status(self.clock)
        self.outbox = Outbox(self.path, status=self.status)
        self.keeper = Keeper(self.outbox, clock=self.clock, zone=TOKYO, status=self.status)
        self.intake = Intake(
            cards={ADDRESS: "card-1"},
            keeper=self.keeper,
            clock=self.clock,
            status=self.status,
            kept=lambda: None,
        )
        self.connect()

    def restart_gateway(self) -> None:
        self.close()
        self.start_gateway()

    def reboot(self, *, off: timedelta, boot: str, wall_off: timedelta | None = None) -> None:
        """The box is without power for a while and starts again."""
        self.close()
        self.pass_time(off)
        self.boot, self.started = boot, self.now
        if wall_off is not None:
            self.wall_off = wall_off
        self.start_gateway()

    def close(self) -> None:
        self.outbox.__exit__()

    def pass_time(self, span: timedelta) -> None:
        self.now += span

    def connect(self) -> None:
        """A new connection to the device."""
        self.receive = self.intake.opened(ADDRESS)

    def send(self, profile: Profile, *payloads: bytes) -> None:
        """What the device sends, in one breath."""
        for payload in payloads:
            self.receive(profile, payload)
            self.pass_time(timedelta(milliseconds=20))

    def here(self) -> datetime:
        """The true local time, as a device whose clock is right tells it."""
        return self.now.astimezone(TOKYO).replace(tzinfo=None, microsecond=0)

    def samples(self) -> dict[str, dict[int, float]]:
        """What is to be sent, by metric and time."""
        self.keeper.settle_times()
        values_by_metric: dict[str, dict[int, float]] = {}
        with self.outbox.writing() as db:
            for metric, time_ms, value, source in db.execute(
                "SELECT metric, time_ms, value, source FROM reading"
            ):
                assert source == SOURCE
                values_by_metric.setdefault(metric, {})[time_ms] = value
        return values_by_metric

    def values(self, metric: str) -> list[float]:
        return list(self.samples().get(metric, {}).values())

    def times(self, metric: str) -> list[datetime]:
        return [
            datetime.fromtimestamp(time_ms / 1000, UTC)
            for time_ms in self.samples().get(metric, {})
        ]
