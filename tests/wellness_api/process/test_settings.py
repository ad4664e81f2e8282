"""A setting that cannot be right is refused in one line that names the variable."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from wellness_api.process.settings import InvalidSettings, load_settings


@pytest.fixture(autouse=True)
def _no_settings_of_this_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    for variable in os.environ:
        if variable.upper().startswith("WELLNESS_"):
            monkeypatch.delenv(variable)


def test_everything_has_a_default() -> None:
    settings = load_settings()
    assert (settings.database_url, settings.redis_url) == (None, None)
    assert (settings.host, settings.port) == ("127.0.0.1", 8000)
    assert settings.time_zone == "Asia/Tokyo"
    assert settings.disclosure_threshold == 20
    assert settings.var_dir == Path("var")
    assert settings.secure_cookies is False


@pytest.mark.parametrize(
    ("variable", "value", "setting", "expected"),
    [
        ("WELLNESS_PORT", "65535", "port", 65535),
        ("WELLNESS_DATABASE_URL", "postgres://db/city", "database_url", "postgres://db/city"),
        ("WELLNESS_DATABASE_URL", "postgresql://db/city", "database_url", "postgresql://db/city"),
        ("WELLNESS_REDIS_URL", "unix:///run/redis.sock", "redis_url", "unix:///run/redis.sock"),
        ("WELLNESS_REDIS_URL", "rediss://cache:6380", "redis_url", "rediss://cache:6380"),
        ("WELLNESS_TIME_ZONE", "Europe/Paris", "time_zone", "Europe/Paris"),
        ("WELLNESS_VAR_DIR", "/srv/wellness", "var_dir", Path("/srv/wellness")),
        ("WELLNESS_SECURE_COOKIES", "true", "secure_cookies", True),
        ("WELLNESS_DISCLOSURE_THRESHOLD", "10", "disclosure_threshold", 10),
        ("wellness_log_level", "debug", "log_level", "debug"),
        ("WELLNESS_FIT_DECODER", "garmin", "fit_decoder", "garmin"),
    ],
)
def test_the_environment_sets_a_setting(
    monkeypatch: pytest.MonkeyPatch, variable: str, value: str, setting: str, expected: object
) -> None:
    monkeypatch.setenv(variable, value)
    assert getattr(load_settings(), setting) == expected


WRONG = [
    # variable, value, what the line says of it
    ("WELLNESS_PORT", "eighty", "valid integer"),
    ("WELLNESS_PORT", "0", "greater than or equal to 1"),
    ("WELLNESS_PORT", "65536", "less than or equal to 65535"),
    ("WELLNESS_PORT", "", "valid integer"),
    ("WELLNESS_DATABASE_URL", "mysql://db/city", "postgres(ql)?://"),
    ("WELLNESS_DATABASE_URL", "", "postgres(ql)?://"),
    ("WELLNESS_REDIS_URL", "http://cache", "(rediss?|unix)://"),
    ("WELLNESS_LOG_LEVEL", "loud", "'debug', 'info', 'warning' or 'error'"),
    ("WELLNESS_TIME_ZONE", "Asia/Tokio", "IANA"),
    ("WELLNESS_TIME_ZONE", "", "IANA"),
    ("WELLNESS_DISCLOSURE_THRESHOLD", "1", "greater than or equal to 2"),
    ("WELLNESS_INDICATOR_DAYS", "6", "greater than or equal to 7"),
    ("WELLNESS_CLAIM_DAYS_MAX", "many\nmany", "valid integer"),
    ("WELLNESS_SECURE_COOKIES", "perhaps", "valid boolean"),
]


@pytest.mark.parametrize(("variable", "value", "says"), WRONG)
def test_a_wrong_value_gives_one_line_naming_the_variable(
    monkeypatch: pytest.MonkeyPatch, variable: str, value: str, says: str
) -> None:
    monkeypatch.setenv(variable, value)
    with pytest.raises(InvalidSettings) as refused:
        load_settings()
    line = str(refused.value)
    # A URL is not repeated: it may hold a password.
    shown = variable if variable.endswith("_URL") else f"{variable}={value!r}"
    assert line.startswith(f"{shown}: ")
    assert says in line
    assert "\n" not in line


WITHOUT_GARMIN = """
import sys
from importlib.machinery import PathFinder

class Without(PathFinder):
    @classmethod
    def find_spec(cls, name, path=None, target=None):
        return None if name.startswith("garmin") else super().find_spec(name, path, target)

sys.meta_path = [Without if finder is PathFinder else finder for finder in sys.meta_path]
from wellness_api.programs.server import app
from wellness_api.process.settings import load_settings
load_settings()
"""


def test_a_decoder_that_is_not_installed_is_refused_at_the_start_and_not_missed_before() -> None:
    chosen = [
        subprocess.run(
            [sys.executable, "-c", WITHOUT_GARMIN],
            env=os.environ | {"WELLNESS_FIT_DECODER": decoder},
            capture_output=True,
            text=True,
            check=False,
        )
        for decoder in ("fitdecode", "garmin")
    ]
    assert [process.returncode for process in chosen] == [0, 1]
    assert "WELLNESS_FIT_DECODER='garmin'" in chosen[1].stderr
    assert "wellness[garmin]" in chosen[1].stderr
