"""A full disk is waited for, a broken file is moved aside, and two gateways do not share one outbox."""

import os
import random
import resource
import signal
import sqlite3
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import msgspec
import pytest
from box import Box
from hypothesis import given, settings
from hypothesis import strategies as st

from device_bridge.intake import IN_MEMORY_MAX
from device_bridge.outbox import Outbox, OutboxFull
from device_bridge.outbox_file import (
    ASIDE_FILES_MAX,
    SCHEMA_VERSION,
    OutboxFileError,
    OutboxInUse,
    OutboxUnwritable,
)
from device_bridge.profiles.heart_rate import HEART_RATE
from device_bridge.samples import Sample, upload_of
from device_bridge.status import Status
from device_bridge.virtual.devices.wristband import heart_rate_bytes

NOW_MS = 1_795_489_200_000


def sample(index: int, *, card: str = "card-1") -> Sample:
    return Sample(
        card=card, source="station:A", metric="body_weight", time_ms=NOW_MS + index, value=60.0
    )


def asides(folder: Path) -> list[Path]:
    return sorted(
        file
        for file in folder.glob("outbox.sqlite.broken-*")
        if not file.name.endswith(("-wal", "-shm"))
    )


def filled(path: Path, samples: int = 300) -> None:
    with Outbox(path) as outbox:
        outbox.add([sample(index, card="card-2") for index in range(10)])
        assert outbox.next_upload(now_ms=NOW_MS) is not None
        outbox.add([sample(index) for index in range(samples)])


def test_two_gateways_on_one_outbox_are_refused_with_a_clear_sentence(tmp_path: Path) -> None:
    with Outbox(tmp_path / "outbox.sqlite") as outbox:
        outbox.add([sample(0)])
        with pytest.raises(OutboxInUse, match="another gateway process uses it"):
            Outbox(tmp_path / "outbox.sqlite")
    with Outbox(tmp_path / "outbox.sqlite") as outbox:
        assert outbox.samples_kept() == 1


def test_resend_works_beside_a_running_gateway(tmp_path: Path) -> None:
    path = tmp_path / "outbox.sqlite"
    with Outbox(path) as outbox:
        outbox.add([sample(0)])
        upload = outbox.next_upload(now_ms=NOW_MS)
        assert upload is not None
        outbox.refused(upload, status=422, problem=b"{}", now_ms=NOW_MS)
        with Outbox(path, beside_the_gateway=True) as beside:
            assert beside.send_refused_again() == 1
        again = outbox.next_upload(now_ms=NOW_MS)
        assert again is not None
        assert again.body == upload.body


@pytest.mark.parametrize(
    "content",
    [
        b"not a database, and long enough to be looked at" * 40,
        random.Random(1).randbytes(20_000),
        b"SQLite format 3\0" + random.Random(2).randbytes(8_176),
        b"\0" * 8_192,
    ],
)
def test_a_file_that_is_no_outbox_is_moved_aside_and_a_new_one_begun(
    tmp_path: Path, content: bytes
) -> None:
    path = tmp_path / "outbox.sqlite"
    path.write_bytes(content)
    status = Status()
    with Outbox(path, status=status) as outbox:
        outbox.add([sample(0)])
        assert outbox.samples_kept() == 1
    (aside,) = asides(tmp_path)
    assert aside.read_bytes() == content
    assert status.happened("outbox broken and moved aside") == 1


def test_an_outbox_of_a_later_version_is_moved_aside_with_what_can_be_read_kept(
    tmp_path: Path,
) -> None:
    path = tmp_path / "outbox.sqlite"
    filled(path)
    with sqlite3.connect(path) as db:
        db.execute(f"PRAGMA user_version = {SCHEMA_VERSION + 1}")
    with Outbox(path) as outbox:
        assert outbox.samples_kept() == 310
    assert len(asides(tmp_path)) == 1


def test_somebody_elses_database_is_moved_aside(tmp_path: Path) -> None:
    path = tmp_path / "outbox.sqlite"
    with sqlite3.connect(path) as db:
        db.execute("CREATE TABLE reading (poem TEXT)")
    with Outbox(path) as outbox:
        outbox.add([sample(0)])
    assert len(asides(tmp_path)) == 1


def test_a_schema_with_a_byte_that_is_not_text_is_moved_aside(tmp_path: Path) -> None:
    """SQLite's message repeats the byte, and Python cannot read the message."""
    path = tmp_path / "outbox.sqlite"
    filled(path)
    content = path.read_bytes()
    assert b"CREATE TABLE step_counter" in content
    path.write_bytes(content.replace(b"CREATE TABLE step_counter", b"CREATE TABLE\x80step_counter"))
    with Outbox(path) as outbox:
        outbox.add([sample(100_000)])
    assert len(asides(tmp_path)) == 1


def test_a_column_that_has_lost_its_name_is_moved_aside(tmp_path: Path) -> None:
    path = tmp_path / "outbox.sqlite"
    filled(path)
    path.write_bytes(path.read_bytes().replace(b"value REAL NOT NULL", b"valve REAL NOT NULL", 1))
    with Outbox(path) as outbox:
        outbox.add([sample(100_000)])
        assert outbox.next_upload(now_ms=NOW_MS) is not None
    assert len(asides(tmp_path)) == 1


def test_a_word_with_a_broken_byte_does_not_keep_the_others_from_being_sent(tmp_path: Path) -> None:
    path = tmp_path / "outbox.sqlite"
    with Outbox(path) as outbox:
        outbox.add([sample(0, card="AAAA"), sample(1, card="BBBB")])
    path.write_bytes(path.read_bytes().replace(b"AAAA", b"AA\xffA"))
    with Outbox(path) as outbox:
        first = outbox.next_upload(now_ms=NOW_MS)
        assert first is not None
        other = outbox.next_upload(now_ms=NOW_MS, cards_held=[first.card])
        assert other is not None
        assert {first.card, other.card} == {"AA\ufffdA", "BBBB"}


@settings(max_examples=25, deadline=None)
@given(data=st.data())
def test_an_outbox_with_any_damage_opens_and_takes_readings(data: st.DataObject) -> None:
    """Cut anywhere, or with any bytes overwritten: it is whole, or it is aside and a new one begun."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "outbox.sqlite"
        filled(path)
        content = bytearray(path.read_bytes())
        if data.draw(st.booleans()):
            content = content[: data.draw(st.integers(0, len(content)))]
        else:
            start = data.draw(st.integers(0, len(content) - 1))
            garbage = data.draw(st.binary(min_size=1, max_size=5_000))
            content[start : start + len(garbage)] = garbage
        path.write_bytes(content)
        with Outbox(path) as outbox:
            before = outbox.samples_kept()
            outbox.add([sample(100_000)])
            assert outbox.samples_kept() == before + 1
            assert outbox.next_upload(now_ms=NOW_MS) is not None
        for aside in asides(Path(folder)):
            assert aside.read_bytes() == content


def test_what_can_be_read_before_the_damage_is_salvaged(tmp_path: Path) -> None:
    path = tmp_path / "outbox.sqlite"
    filled(path, samples=5_000)
    content = bytearray(path.read_bytes())
    content[-40_000:-20_000] = b"\xff" * 20_000
    path.write_bytes(content)
    with Outbox(path) as outbox:
        assert outbox.samples_kept() > 100
        assert outbox.next_upload(now_ms=NOW_MS) is not None


def test_a_file_that_breaks_while_the_gateway_runs_is_moved_aside(tmp_path: Path) -> None:
    path = tmp_path / "outbox.sqlite"
    with Outbox(path) as outbox:
        outbox.add([sample(index) for index in range(3_000)])
        with outbox.writing() as db:
            db.execute("PRAGMA cache_size = 0")
        db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        with path.open("r+b") as file:
            file.seek(4_096)
            file.write(b"\xff" * 60_000)
        for index in range(3_000, 3_003):
            try:
                outbox.add([sample(index)])
            except OutboxFileError:
                continue
        assert len(asides(tmp_path)) == 1
        outbox.add([sample(4_000)])


def test_broken_files_are_never_deleted_and_their_number_is_bounded(tmp_path: Path) -> None:
    path = tmp_path / "outbox.sqlite"
    for number in range(ASIDE_FILES_MAX):
        path.write_bytes(b"broken %d" % number * 200)
        with Outbox(path) as outbox:
            outbox.add([sample(0)])
    path.write_bytes(b"broken for good" * 200)
    with (
        Outbox(path) as outbox,
        pytest.raises(OutboxFileError, match="look at the disk"),
    ):
        outbox.add([sample(0)])
    assert len(asides(tmp_path)) == ASIDE_FILES_MAX


FIRST_VERSION = """
CREATE TABLE upload (upload_id INTEGER PRIMARY KEY AUTOINCREMENT, idempotency_key TEXT NOT NULL UNIQUE,
    body BLOB NOT NULL, samples INTEGER NOT NULL, made_ms INTEGER NOT NULL);
CREATE TABLE reading (reading_id INTEGER PRIMARY KEY AUTOINCREMENT, card TEXT NOT NULL, source TEXT NOT NULL,
    metric TEXT NOT NULL, time_ms INTEGER NOT NULL, value REAL NOT NULL,
    upload_id INTEGER REFERENCES upload ON DELETE CASCADE);
CREATE UNIQUE INDEX reading_waiting ON reading (card, source, metric, time_ms) WHERE upload_id IS NULL;
CREATE INDEX reading_of_upload ON reading (upload_id);
CREATE TABLE step_counter (source TEXT NOT NULL, card TEXT NOT NULL, total INTEGER NOT NULL,
    minute_ms INTEGER NOT NULL, minute_steps INTEGER NOT NULL, PRIMARY KEY (source, card)) WITHOUT ROWID;
CREATE TABLE refused (idempotency_key TEXT PRIMARY KEY, body BLOB NOT NULL, samples INTEGER NOT NULL,
    status INTEGER NOT NULL, problem BLOB NOT NULL, refused_ms INTEGER NOT NULL);
"""


def test_an_outbox_of_the_first_version_goes_on_with_all_that_it_holds(tmp_path: Path) -> None:
    path = tmp_path / "outbox.sqlite"
    body = msgspec.msgpack.encode(upload_of([sample(0), sample(1)]))
    with sqlite3.connect(path) as db:
        db.executescript(FIRST_VERSION)
        db.execute("INSERT INTO upload VALUES (1, 'the-key', ?, 2, 0)", (body,))
        db.executemany(
            "INSERT INTO reading (card, source, metric, time_ms, value, upload_id)"
            " VALUES ('card-1', 'station:A', 'body_weight', ?, 60, ?)",
            [(NOW_MS, 1), (NOW_MS + 1, 1), (NOW_MS + 2, None)],
        )
        db.execute("INSERT INTO refused VALUES ('other-key', ?, 2, 422, x'', 0)", (body,))
    with Outbox(path) as outbox:
        assert outbox.samples_kept() == 5
        first = outbox.next_upload(now_ms=NOW_MS)
        assert first is not None
        assert (first.idempotency_key, first.body, first.card) == ("the-key", body, "card-1")
        outbox.delivered(first)
        second = outbox.next_upload(now_ms=NOW_MS)
        assert second is not None
        assert second.content().batches[0].times_ms == [NOW_MS + 2]
    assert asides(tmp_path) == []


STATION = """
import resource, sys
from pathlib import Path
from box import Box
from device_bridge.intake import NotOnDisk
from device_bridge.profiles.heart_rate import HEART_RATE
from device_bridge.profiles.weight import WEIGHT
from device_bridge.virtual.devices.wristband import heart_rate_bytes
from device_bridge.virtual.devices.scale import weight_bytes

def room(size_bytes):
    resource.setrlimit(resource.RLIMIT_FSIZE, (size_bytes, resource.RLIM_INFINITY))

box = Box(Path(sys.argv[1]))
weight = weight_bytes(weight_kg=61.5, measured_at=box.here())
for number in range(190):
    if number == int(sys.argv[3]):
        room(int(sys.argv[2]))
    box.send(HEART_RATE, heart_rate_bytes(rate=60 + number))
try:
    box.send(WEIGHT, weight)
    raise SystemExit("confirmed, and not on disk")
except NotOnDisk:
    pass
assert box.intake.in_memory > 50, box.intake.in_memory
assert box.status.happened("disk takes nothing, kept in memory") >= 1
room(resource.RLIM_INFINITY)
box.connect()
box.send(WEIGHT, weight)
assert box.intake.in_memory == 0
assert box.values("body_weight") == [61.5], "it was kept in memory and sent again"
assert sorted(box.values("heart_rate")) == list(range(60, 250))
"""


@pytest.mark.parametrize(("room_bytes", "from_measurement"), [(0, 0), (3_000, 40)])
def test_what_a_full_disk_does_not_take_waits_in_memory_and_counts_once(
    tmp_path: Path, room_bytes: int, from_measurement: int
) -> None:
    """Full from the start, and full after some measurements."""
    ended = subprocess.run(
        [
            *(sys.executable, "-c", STATION, str(tmp_path / "outbox.sqlite")),
            *(str(room_bytes), str(from_measurement)),
        ],
        check=False,
        capture_output=True,
        text=True,
        cwd=Path(__file__).parent,
        env=os.environ | {"PYTHONPATH": str(Path(__file__).parents[2])},
    )
    assert ended.returncode == 0, ended.stdout[-2000:] + ended.stderr[-2000:]


def test_what_waits_in_memory_is_bounded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("device_bridge.intake.IN_MEMORY_MAX", 3)
    assert IN_MEMORY_MAX > 1_000
    box = Box(tmp_path / "outbox.sqlite")
    box.outbox.samples_kept()
    monkeypatch.setattr(
        box.keeper, "keep", lambda _heard: (_ for _ in ()).throw(OutboxUnwritable(box.path, "full"))
    )
    for _ in range(3):
        box.send(HEART_RATE, heart_rate_bytes(rate=70))
    with pytest.raises(OutboxFull):
        box.send(HEART_RATE, heart_rate_bytes(rate=70))
    assert box.status.happened("measurement not taken") == 1
    box.close()


WRITER = """
import resource, sys, time
from pathlib import Path
from device_bridge.outbox import Outbox
from device_bridge.outbox_file import OutboxUnwritable
from device_bridge.samples import Sample

resource.setrlimit(resource.RLIMIT_FSIZE, (2_000, resource.RLIM_INFINITY))
with Outbox(Path(sys.argv[1])) as outbox:
    for index in range(10**9):
        try:
            outbox.add([Sample(card="card-1", source="station:A", metric="heart_rate", time_ms=index, value=60.0)])
            print("kept", flush=True)
        except OutboxUnwritable:
            print("waits", flush=True)
            time.sleep(0.05)
"""


def test_a_real_process_outlives_a_disk_that_takes_no_more_and_starts_on_it(tmp_path: Path) -> None:
    """The kernel refuses to let its files grow, from the start and later, and then lets them."""
    path = tmp_path / "outbox.sqlite"
    with subprocess.Popen(
        [sys.executable, "-c", WRITER, str(path)],
        stdout=subprocess.PIPE,
        text=True,
    ) as writer:
        assert writer.stdout is not None

        def said(word: str) -> None:
            while (line := writer.stdout.readline()) != f"{word}\n":
                assert line

        def room(size_bytes: int) -> None:
            resource.prlimit(
                writer.pid, resource.RLIMIT_FSIZE, (size_bytes, resource.RLIM_INFINITY)
            )

        said("waits")
        room(200_000)
        said("kept")
        said("waits")
        room(100_000_000)
        said("kept")
        writer.send_signal(signal.SIGKILL)
    with Outbox(path) as outbox:
        assert outbox.samples_kept() > 0
    assert asides(tmp_path) == []


def test_names_of_broken_files_do_not_depend_on_a_clock_that_goes_on(tmp_path: Path) -> None:
    path = tmp_path / "outbox.sqlite"
    for number in range(3):
        path.write_bytes(b"broken %d" % number * 200)
        with Outbox(path) as outbox:
            outbox.add([sample(0)])
    stamps = {file.name.split("-")[-2] for file in asides(tmp_path)}
    assert len(asides(tmp_path)) == 3
    assert max(stamps) <= (datetime.now(UTC) + timedelta(seconds=5)).strftime("%Y%m%dT%H%M%SZ")
