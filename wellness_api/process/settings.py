"""Every setting of the server, in one typed place; docs/settings.md is generated from it."""

from collections.abc import Set as AbstractSet
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Literal
from zoneinfo import available_timezones

from pydantic import Field, ValidationError, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from wellness_api.process.trouble import Trouble

FitDecoder = Literal["fitdecode", "garmin"]


class InvalidSettings(Trouble):
    """The environment holds a value with which we cannot start; the message is the line to print."""


class Settings(BaseSettings):
    """Read from the environment; each name has the prefix WELLNESS_. Secrets come from here or from files only."""

    model_config = SettingsConfigDict(env_prefix="WELLNESS_", frozen=True, extra="ignore")

    database_url: str | None = Field(
        default=None,
        pattern=r"^postgres(ql)?://",
        description="PostgreSQL 15 or later. Without it an embedded PostgreSQL is started under the var folder.",
    )
    redis_url: str | None = Field(
        default=None,
        pattern=r"^(rediss?|unix)://",
        description="Redis 6 or later, or Valkey. Without it an embedded Valkey is started under the var folder.",
    )
    host: str = Field(
        default="127.0.0.1", description="Address that the API and the pages listen on."
    )
    port: int = Field(
        default=8000, ge=1, le=65535, description="Port that the API and the pages listen on."
    )
    var_dir: Path = Field(
        default=Path("var"),
        description="Folder for the embedded servers, logs and the demo's files. It is made if it does not exist. If it cannot be made or written to, the server does not start, and says why in one line.",
    )
    log_level: Literal["debug", "info", "warning", "error"] = Field(
        default="info", description="Least severe log line that is written."
    )
    database_connections_max: int = Field(
        default=8, ge=1, le=200, description="Size of the API process's connection pool."
    )
    connections_max: int = Field(
        default=4_000,
        ge=16,
        le=100_000,
        description="Clients' connections of one API process at a time, including those that follow live updates. The process raises its limit of open files for them, as far as it may.",
    )
    connections_per_address_max: int | None = Field(
        default=None,
        ge=1,
        description="How many of these connections may come from one address. Leave it out if a reverse proxy stands in front, because then all come from the proxy's address.",
    )
    requests_max: int = Field(
        default=256,
        ge=8,
        le=10_000,
        description="Requests that one API process has under way at a time. Beyond 40 % of them staff pages and long reads are refused, and beyond 70 % everything but uploads and balances.",
    )
    streams_max: int = Field(
        default=1_000,
        ge=1,
        le=100_000,
        description="Pages that follow live updates of one API process at a time. Each of them keeps a connection.",
    )
    time_zone: str = Field(
        default="Asia/Tokyo",
        description="IANA time zone of the city. A resident's day starts at midnight of this zone, which is kept at enrolment.",
    )
    resident_session_days: int = Field(
        default=365,
        ge=1,
        le=3660,
        description="A resident's device stays signed in for so long after it was last used.",
    )
    staff_session_hours: int = Field(
        default=12,
        ge=1,
        le=24 * 31,
        description="A device of the staff stays signed in for so long after it was last used.",
    )
    devices_per_code_max: int = Field(
        default=5,
        ge=1,
        le=1000,
        description="On how many devices one printed code may be signed in at a time. A sign-in on one more device is refused, until a device signs out or a new code is printed.",
    )
    disclosure_threshold: int = Field(
        default=20,
        ge=2,
        le=1000,
        description="Indicator cells that rest on fewer residents than this are hidden. 20 is the cautious value for a city of 2,000 to 25,000 people.",
    )
    indicator_days: int = Field(
        default=28,
        ge=7,
        le=366,
        description="How many whole days the indicators look back on. They are worked out once a day, from six in the morning on, up to the day before.",
    )
    samples_kept_months: int = Field(
        default=36,
        ge=13,
        le=1200,
        description="Raw samples are kept for so many whole months and the current one. Then they are deleted with their receipts. The day's figures and the points, which were made of them, stay. It is at least 13, so that a programme's year and its late days can be worked out again.",
    )
    claim_days_max: int = Field(
        default=512,
        ge=4,
        le=10_000,
        description="Pending days that the worker takes in one transaction.",
    )
    secure_cookies: bool = Field(
        default=False,
        description="Sends the session cookie over HTTPS only and to this very host only, and tells browsers to come by HTTPS alone for a year. Set it in production.",
    )
    trusted_proxies: str = Field(
        default="",
        description="Addresses or networks of the reverse proxies in front, with commas between. Only their X-Forwarded-For is believed. Wrong sign-in codes are counted by the address that it names.",
    )

    fit_decoder: FitDecoder = Field(
        default="fitdecode",
        description="What reads FIT files: `fitdecode`, or `garmin`. `garmin` is Garmin's own decoder; if you accept its licence, install it with `wellness[garmin]`.",
    )

    @field_validator("fit_decoder")
    @classmethod
    def _is_installed(cls, decoder: FitDecoder) -> FitDecoder:
        if decoder == "garmin" and find_spec("garmin_fit_sdk") is None:
            raise ValueError("needs the package garmin-fit-sdk (pip install wellness[garmin])")
        return decoder

    @field_validator("time_zone")
    @classmethod
    def _is_known(cls, time_zone: str) -> str:
        if time_zone not in _time_zones():
            raise ValueError("should be an IANA time zone such as Asia/Tokyo")
        return time_zone


@cache
def _time_zones() -> AbstractSet[str]:
    """The time zones of this machine; a process looks for them on the disk once."""
    return available_timezones()


def load_settings() -> Settings:
    """The settings of this process, or InvalidSettings with one line that names the variable and what it takes."""
    try:
        return Settings()
    except ValidationError as error:
        first = error.errors()[0]
        variable = "WELLNESS_" + "_".join(str(part) for part in first["loc"]).upper()
        # A URL may hold a password, which must not end up in a log.
        shown = variable if variable.endswith("_URL") else f"{variable}={first['input']!r}"
        raise InvalidSettings(f"{shown}: {first['msg']}") from error
