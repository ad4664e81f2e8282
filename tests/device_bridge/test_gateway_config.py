"""A configuration file either fits, or is refused with one line that names the place."""

from pathlib import Path

import pytest
from click.testing import CliRunner

from device_bridge.cli import gateway
from device_bridge.config import ConfigError, load_config

WHOLE = """
base_url = "https://wellness.example.jp"
key_file = "gateway.pem"
outbox_file = "outbox.sqlite"
hci = "usb:0"
time_zone = "Asia/Tokyo"
[[stations]]
address = "F0:F1:F2:00:00:01"
card = "card-0001"
[[stations]]
address = "f0:f1:f2:00:00:02"
card = "card-0001"
"""


def written(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "gateway.toml"
    path.write_text(text)
    return path


def test_file_names_are_relative_to_the_configuration(tmp_path: Path) -> None:
    config = load_config(written(tmp_path, WHOLE))
    assert config.key_file == tmp_path / "gateway.pem"
    assert config.outbox_file == tmp_path / "outbox.sqlite"
    assert config.cards() == {"F0:F1:F2:00:00:01": "card-0001", "F0:F1:F2:00:00:02": "card-0001"}


def test_the_machines_own_bluetooth_is_the_default(tmp_path: Path) -> None:
    assert load_config(written(tmp_path, WHOLE.replace('hci = "usb:0"', ""))).hci is None


@pytest.mark.parametrize(
    ("old", "new", "place"),
    [
        ('base_url = "https://wellness.example.jp"', "", "base_url"),
        ("https://wellness.example.jp", "wellness.example.jp", r"\$\.base_url"),
        ("F0:F1:F2:00:00:01", "F0-F1-F2-00-00-01", r"\$\.stations\[0\]\.address"),
        ("f0:f1:f2:00:00:02", "F0:F1:F2:00:00:01", r"same address - at `\$\.stations`"),
        ('card = "card-0001"', "card = 1", r"\$\.stations\[0\]\.card"),
        ("Asia/Tokyo", "Asia/Furano", r"unknown time zone 'Asia/Furano'"),
        ("Asia/Tokyo", "../etc", "unknown time zone"),
        ("key_file", "keyfile", "keyfile"),
        ('key_file = "gateway.pem"', 'key_file = ""', r"\$\.key_file"),
        ("[[stations]]", "[[stations", "line 7"),
    ],
)
def test_a_mistake_is_named_with_its_place(tmp_path: Path, old: str, new: str, place: str) -> None:
    path = written(tmp_path, WHOLE.replace(old, new))
    with pytest.raises(ConfigError, match=place) as caught:
        load_config(path)
    assert str(path) in str(caught.value)
    assert "\n" not in str(caught.value)


def test_the_command_line_says_it_in_one_line(tmp_path: Path) -> None:
    result = CliRunner().invoke(gateway, ["run", "--config", str(tmp_path / "missing.toml")])
    assert result.exit_code == 1
    assert result.stderr.strip().endswith("missing.toml: No such file or directory")
    assert result.stderr.count("\n") == 1
