"""A row that a disk has changed stays alone: a gateway goes on hearing and sending, also after its next start."""

import asyncio
import sqlite3
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import msgspec
import pytest
from box import NOW, Box
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import example, given, settings
from hypothesis import strategies as st

from device_bridge.outbox import Outbox
from device_bridge.profiles.step_count import STEP_COUNT
from device_bridge.profiles.weight import WEIGHT
from device_bridge.requests import Answer, Request
from device_bridge.samples import Sample
from device_bridge.setting_aside import NO_SERVER
from device_bridge.signing import sign
from device_bridge.untimed import known_offset_ms, note_offset
from device_bridge.uploader import Pace, Uploader
from device_bridge.virtual.devices.scale import weight_bytes
from device_bridge.virtual.devices.wristband import step_count_bytes
from device_bridge.wire import Receipt, Upload

KEY = Ed25519PrivateKey.generate()
NOW_MS = 1_795_489_200_000
RECEIPT = msgspec.json.encode(
    Receipt(
        upload_id=1,
        received_at=datetime(2026, 11, 24, tzinfo=UTC),
        accepted=1,
        duplicate=0,
        refused=0,
        batches=[],
    )
)
EVERYTHING = {43, 44, 45, 60, 61, 71, 72, 80, 480}
NO_BODY = b"\x81\xa4card\xc1"


def samples(card: str, values: list[float]) -> list[Sample]:
    return [
        Sample(
            card=card,
            source="station:A",
            metric="body_weight",
            time_ms=NOW_MS + index,
            value=value,
        )
        for index, value in enumerate(values)
    ]


def filled(path: Path) -> Path:
    """An outbox with something of everything: refused, failed on, under way, waiting, and without a time."""
    box = Box(path)
    for card, values, status in (("card-2", [41.0, 42.0], 422), ("card-3", [43.0], 500)):
        box.outbox.add(samples(card, values))
        upload = box.outbox.next_upload(now_ms=1)
        assert upload is not None
        box.outbox.refused(upload, status=status, problem=b"{}", now_ms=5)
    box.outbox.add(samples("card-4", [44.0, 45.0]))
    assert box.outbox.next_upload(now_ms=1) is not None
    box.send(WEIGHT, weight_bytes(weight_kg=60.0, measured_at=box.here()))
    box.send(STEP_COUNT, step_count_bytes(total=100))
    box.pass_time(timedelta(minutes=5))
    box.send(STEP_COUNT, step_count_bytes(total=500))
    box.synchronised = False
    box.connect()
    box.send(WEIGHT, weight_bytes(weight_kg=61.0, measured_at=box.here()))
    box.send(STEP_COUNT, step_count_bytes(total=900))
    box.close()
    return path


async def sent_by(box: Box) -> set[float]:
    """What a server that takes everything gets of a gateway's turns, signed as ever."""
    arrived: set[float] = set()

    async def send(request: Request, *, now: datetime) -> Answer:
        sign(
            key=KEY,
            method=request.method,
            path=request.path,
            content_type=request.content_type,
            idempotency_key=request.idempotency_key,
            body=request.body,
            now=now,
        )
        sent = msgspec.msgpack.decode(request.body, type=Upload)
        arrived.update(value for batch in sent.batches for value in batch.values)
        return Answer(
            status=201,
            content_type="application/json",
            retry_after_seconds=0,
            body=RECEIPT,
            date=box.now,
        )

    uploader = Uploader(
        outbox=box.outbox,
        send=send,
        clock=box.clock,
        status=box.status,
        settle_times=box.keeper.settle_times,
        pace=Pace(gather_seconds=0),
    )
    # An exception of a turn comes through; when nothing is left to be sent, a turn waits.
    for _ in range(20):
        try:
            async with asyncio.timeout(0.01):
                await uploader._turn(0)
        except TimeoutError:
            return arrived
    raise AssertionError("the gateway never comes to rest")


def goes_on(path: Path) -> set[float]:
    """Two starts of a gateway on it, the second of which must hear and send; all that arrived."""
    arrived: set[float] = set()
    for minutes, weight_kg in ((10, 71.0), (20, 72.0)):
        box = Box(path, now=NOW + timedelta(minutes=minutes))
        try:
            box.send(WEIGHT, weight_bytes(weight_kg=weight_kg, measured_at=box.here()))
            arrived |= asyncio.run(sent_by(box))
        finally:
            box.close()
    assert {71.0, 72.0} <= arrived
    return arrived


def test_of_a_whole_outbox_everything_arrives(tmp_path: Path) -> None:
    assert goes_on(filled(tmp_path / "o.sqlite")) == EVERYTHING


@pytest.mark.parametrize(
    ("change", "lost"),
    [
        ("UPDATE upload SET idempotency_key = 'a' || char(183)", set()),
        ("UPDATE upload SET idempotency_key = CAST(x'61ff62' AS TEXT)", set()),
        ("UPDATE upload SET idempotency_key = x'6162'", set()),
        ("UPDATE upload SET idempotency_key = (SELECT min(idempotency_key) FROM refused)", set()),
        ("UPDATE upload SET body = x'81a463617264c1'", {44, 45}),
        ("UPDATE upload SET body = body || x'00'", {44, 45}),
        ("UPDATE upload SET body = 7", {44, 45}),
        ("UPDATE upload SET body = CAST(body AS TEXT)", {44, 45}),
        ("UPDATE upload SET card = CAST(x'63ff' AS TEXT), tries = 'two', made_ms = 'm'", set()),
        ("UPDATE upload SET tries = -9223372036854775808", set()),
        ("UPDATE upload SET samples = 9223372036854775807", set()),
        ("UPDATE upload SET samples = x'00'", set()),
        ("UPDATE refused SET samples = 9223372036854775807", set()),
        ("UPDATE refused SET body = x'81a463617264c1'", {43}),
        ("UPDATE refused SET body = x'81a463617264a2' || x'ffff'", {43}),
        ("UPDATE refused SET body = 'word'", {43}),
        ("UPDATE refused SET idempotency_key = 'a' || char(183) || status", set()),
        ("UPDATE refused SET refused_ms = 'then', samples = 'some'", set()),
        ("UPDATE reading SET card = x'00' WHERE value = 60", {60}),
        ("UPDATE reading SET source = 'stat' WHERE value = 60", {60}),
        ("UPDATE reading SET metric = x'00' WHERE value = 60", {60}),
        ("UPDATE reading SET time_ms = 'noon' WHERE value = 60", {60}),
        ("UPDATE reading SET value = 'much' WHERE value = 60", {60}),
        ("UPDATE untimed SET told = '2026-11' || char(183) || '24'", set()),
        ("UPDATE untimed SET told = '2026-11-24T12:00:00+09:00'", set()),
        ("UPDATE untimed SET told = 7", set()),
        ("UPDATE untimed SET told = x'00'", set()),
        ("UPDATE untimed SET boot_id = 'boot-9'", {480}),
        ("UPDATE boot SET boot_id = 'boot-9', number = 77", set()),
        ("UPDATE boot SET last_boot_ms = 'long', offset_ms = 'far'", set()),
        ("UPDATE boot SET last_boot_ms = 9223372036854775807", set()),
        ("UPDATE untimed SET boot_ms = 'soon' WHERE NOT cumulative", {61}),
        ("UPDATE untimed SET boot_ms = 9223372036854775807 WHERE NOT cumulative", {61}),
        ("UPDATE untimed SET value = 'much' WHERE NOT cumulative", {61}),
        ("UPDATE untimed SET value = 9e999", {61, 480}),
        ("UPDATE step_counter SET total = 'many'", {480}),
        ("UPDATE step_counter SET minute_steps = 9223372036854775807", {480}),
        ("UPDATE step_counter SET minute_ms = -9223372036854775808", {480}),
        ("UPDATE seen SET boot_ms = 'soon', sighting = 'many', utc_ms = x'00'", set()),
        ("UPDATE sqlite_sequence SET seq = 9223372036854775807", set()),
        ("UPDATE sqlite_sequence SET seq = 'many'", set()),
    ],
)
def test_a_row_that_a_disk_has_changed_stays_alone(
    tmp_path: Path, change: str, lost: set[float]
) -> None:
    path = filled(tmp_path / "o.sqlite")
    with sqlite3.connect(path) as db:
        assert db.execute(change).rowcount > 0
    arrived = goes_on(path)
    assert arrived >= EVERYTHING - lost


@pytest.mark.parametrize("noted", [253_402_300_799_000, -(10**15), 2**62, "a word"])
def test_a_time_of_the_start_that_cannot_be_true_is_not_believed_by_the_next_gateway(
    tmp_path: Path, noted: int | str
) -> None:
    """As a gateway of before wrote it, or a disk has changed it; what waited gets its time all the same."""
    box = Box(tmp_path / "o.sqlite", synchronised=False)
    box.send(WEIGHT, bytes.fromhex("00 B8 32"))
    with box.outbox.writing() as db:
        note_offset(db, boot_id=box.boot, offset_ms=0)
        db.execute("UPDATE boot SET offset_ms = ?", (noted,))
    box.restart_gateway()
    known = box.outbox.read(lambda db: known_offset_ms(db, box.boot))
    if known is not None:
        box.clock.remember(known)
    assert box.clock.offset_ms() is None
    box.reboot(off=timedelta(hours=1), boot="boot-2")
    box.synchronised = True
    assert box.times("body_weight") == [box.started]
    box.close()


def test_what_was_put_aside_is_kept_with_its_reason_and_stays_when_all_is_sent_again(
    tmp_path: Path,
) -> None:
    path = tmp_path / "o.sqlite"
    with Outbox(path) as outbox:
        outbox.add(samples("card-1", [60.0]))
        assert outbox.next_upload(now_ms=NOW_MS) is not None
        outbox.add(samples("card-2", [61.0, 62.0]))
        with outbox.writing() as db:
            db.execute("UPDATE upload SET body = ?", (NO_BODY,))
            db.execute("UPDATE reading SET source = 'x' WHERE value = 61")
        upload = outbox.next_upload(now_ms=NOW_MS)
        assert upload is not None
        assert upload.content().batches[0].values == [62.0]
        outbox.delivered(upload)
        assert [status for _, status, _ in outbox.refusals()] == [NO_SERVER] * 2
        assert all(b"changed by a failing disk" in problem for *_, problem in outbox.refusals())
        assert outbox.samples_kept() == 2
        assert outbox.send_refused_again() == 0
        assert len(outbox.refusals()) == 2
        with outbox.writing() as db:
            bodies = {body for (body,) in db.execute("SELECT body FROM refused")}
        assert NO_BODY in bodies
        assert any(b"x" in body and b"card-2" in body for body in bodies)


def test_a_card_that_is_held_is_passed_over_also_when_the_word_beside_its_upload_is_broken(
    tmp_path: Path,
) -> None:
    with Outbox(tmp_path / "o.sqlite") as outbox:
        outbox.add(samples("card-1", [60.0]))
        assert outbox.next_upload(now_ms=NOW_MS) is not None
        outbox.add(samples("card-2", [61.0]))
        with outbox.writing() as db:
            db.execute("UPDATE upload SET card = CAST(x'636172ff' AS TEXT)")
        other = outbox.next_upload(now_ms=NOW_MS, cards_held=["card-1"])
        assert other is not None
        assert other.card == "card-2"


def test_what_is_salvaged_is_what_fits_and_the_rest_stays_in_the_file_moved_aside(
    tmp_path: Path,
) -> None:
    path = filled(tmp_path / "o.sqlite")
    with sqlite3.connect(path) as db:
        db.execute("UPDATE upload SET body = ?", (NO_BODY,))
        db.execute("UPDATE reading SET time_ms = 'noon' WHERE value = 60")
        db.execute("UPDATE untimed SET value = 'much' WHERE NOT cumulative")
        db.execute("PRAGMA user_version = 99")
    with Outbox(path) as outbox, outbox.writing() as db:
        assert db.execute("SELECT count(*) FROM upload").fetchone() == (0,)
        assert db.execute("SELECT count(*) FROM reading WHERE value = 60").fetchone() == (0,)
        assert db.execute("SELECT count(*) FROM reading").fetchone() != (0,)
        assert db.execute("SELECT count(*) FROM untimed").fetchone() == (1,)
        assert db.execute("SELECT count(*) FROM refused").fetchone() == (2,)
    (aside,) = [file for file in tmp_path.glob("o.sqlite.broken-*") if file.name[-1].isdigit()]
    with sqlite3.connect(aside) as db:
        assert db.execute("SELECT body FROM upload").fetchone() == (NO_BODY,)
    assert {43, 61} & goes_on(path) == {43}


def test_a_table_of_numbers_that_has_lost_its_name_is_a_broken_file(tmp_path: Path) -> None:
    """SQLite calls such a file whole, and takes nothing into it."""
    path = filled(tmp_path / "o.sqlite")
    content = path.read_bytes()
    changed = content.replace(b"TABLE sqlite_sequence(", b"TABLE sqlite_seqUence(")
    assert changed != content
    path.write_bytes(changed)
    assert goes_on(path) >= {43, 44, 45, 60, 61}


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    return filled(tmp_path_factory.mktemp("whole") / "o.sqlite").read_bytes()


@settings(max_examples=60, deadline=None)
@example(byte=18, new=0x83)
@example(byte=18, new=0)
@example(byte=19, new=7)
@example(byte=47, new=132)
@example(byte=60, new=9)
@given(byte=st.integers(min_value=0), new=st.integers(0, 255))
def test_no_byte_of_the_outbox_ends_or_blocks_a_gateway(whole: bytes, byte: int, new: int) -> None:
    places = [place for place in range(len(whole)) if any(whole[max(place - 8, 0) : place + 9])]
    with TemporaryDirectory() as folder:
        path = Path(folder) / "o.sqlite"
        changed = bytearray(whole)
        changed[places[byte % len(places)]] = new
        path.write_bytes(changed)
        goes_on(path)
