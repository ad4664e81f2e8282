"""The gateway's key is made once, readable by its owner only, and never overwritten."""

import hashlib
import stat
from pathlib import Path

import pytest

from device_bridge.keys import KeyFileError, key_id, load_key, make_key


def test_a_made_key_is_read_back_under_the_same_id(tmp_path: Path) -> None:
    made = make_key(tmp_path / "gateway.pem")
    assert key_id(load_key(tmp_path / "gateway.pem").public_key()) == key_id(made.public_key())


def test_the_id_is_the_start_of_the_hash_of_the_raw_public_key(tmp_path: Path) -> None:
    public = make_key(tmp_path / "gateway.pem").public_key()
    assert key_id(public) == hashlib.sha256(public.public_bytes_raw()).hexdigest()[:16]


def test_only_the_owner_can_read_the_key_file(tmp_path: Path) -> None:
    make_key(tmp_path / "gateway.pem")
    assert stat.S_IMODE((tmp_path / "gateway.pem").stat().st_mode) == 0o600


def test_an_existing_file_is_never_overwritten(tmp_path: Path) -> None:
    path = tmp_path / "gateway.pem"
    path.write_text("something dear")
    with pytest.raises(KeyFileError, match="exists already"):
        make_key(path)
    assert path.read_text() == "something dear"


@pytest.mark.parametrize("content", [b"", b"not a key", None])
def test_an_unreadable_key_file_is_named(tmp_path: Path, content: bytes | None) -> None:
    path = tmp_path / "gateway.pem"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(KeyFileError, match=str(path)):
        load_key(path)
