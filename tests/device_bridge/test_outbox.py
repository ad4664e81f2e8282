"""What is in the outbox stays there until the server has it, whatever happens to the gateway."""

import signal
import sqlite3
import stat
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from device_bridge.outbox import SAMPLES_PER_UPLOAD, Outbox, OutboxFull
from device_bridge.outbox_file import OutboxFileError
from device_bridge.samples import Sample
from device_bridge.step_minutes import StepCounter
from device_bridge.wire import Upload

NOW_MS = 1_795_489_200_000


def sample(
    index: int = 0, *, card: str = "card-1", value: float = 1.0, metric: str = "body_weight"
) -> Sample:
    return Sample(card=card, source="station:A", metric=metric, time_ms=NOW_MS + index, value=value)


@pytest.fixture
def outbox(tmp_path: Path) -> Iterator[Outbox]:
    with Outbox(tmp_path / "outbox.sqlite") as opened:
        yield opened


def test_an_upload_carries_the_samples_in_columns_under_the_card(outbox: Outbox) -> None:
    outbox.add(
        [sample(0, value=61.5), sample(1, value=61.7), sample(0, metric="heart_rate", value=70)]
    )
    upload = outbox.next_upload(now_ms=NOW_MS)
    assert upload is not None
    sent = msgspec.msgpack.decode(upload.body, type=Upload)
    assert sent.card == "card-1"
    assert [(batch.metric, batch.values) for batch in sent.batches] == [
        ("body_weight", [61.5, 61.7]),
        ("heart_rate", [70.0]),
    ]
    assert upload.samples == 3


def test_an_upload_is_of_one_card_and_the_longest_waiting_goes_first(outbox: Outbox) -> None:
    outbox.add([sample(0, card="card-1"), sample(1, card="card-2"), sample(2, card="card-1")])
    cards = []
    while (upload := outbox.next_upload(now_ms=NOW_MS)) is not None:
        cards.append((msgspec.msgpack.decode(upload.body, type=Upload).card, upload.samples))
        outbox.delivered(upload)
    assert cards == [("card-1", 2), ("card-2", 1)]
    assert outbox.samples_kept() == 0


def test_an_upload_is_the_same_until_it_is_delivered(outbox: Outbox) -> None:
    outbox.add([sample(0)])
    first = outbox.next_upload(now_ms=NOW_MS)
    outbox.add([sample(1)])
    assert outbox.next_upload(now_ms=NOW_MS) == first


def test_a_long_outbox_goes_in_bounded_uploads(outbox: Outbox) -> None:
    outbox.add([sample(index) for index in range(SAMPLES_PER_UPLOAD + 1)])
    upload = outbox.next_upload(now_ms=NOW_MS)
    assert upload is not None
    assert upload.samples == SAMPLES_PER_UPLOAD


def test_a_minute_counted_again_replaces_the_waiting_count(outbox: Outbox) -> None:
    outbox.add([sample(0, metric="steps", value=10)])
    outbox.add([sample(0, metric="steps", value=25)])
    upload = outbox.next_upload(now_ms=NOW_MS)
    assert upload is not None
    assert msgspec.msgpack.decode(upload.body, type=Upload).batches[0].values == [25.0]


def test_a_minute_counted_again_while_its_upload_is_under_way_goes_with_the_next(
    outbox: Outbox,
) -> None:
    outbox.add([sample(0, metric="steps", value=10)])
    first = outbox.next_upload(now_ms=NOW_MS)
    assert first is not None
    outbox.add([sample(0, metric="steps", value=25)])
    outbox.delivered(first)
    second = outbox.next_upload(now_ms=NOW_MS)
    assert second is not None
    assert msgspec.msgpack.decode(second.body, type=Upload).batches[0].values == [25.0]


def test_a_refused_upload_is_put_aside_with_the_reason_and_lets_the_others_pass(
    outbox: Outbox,
) -> None:
    outbox.add([sample(0, card="unknown"), sample(1, card="card-1")])
    upload = outbox.next_upload(now_ms=NOW_MS)
    assert upload is not None
    outbox.refused(upload, status=400, problem=b'{"title":"card"}', now_ms=NOW_MS)
    assert outbox.refusals() == [(upload.idempotency_key, 400, b'{"title":"card"}')]
    following = outbox.next_upload(now_ms=NOW_MS)
    assert following is not None
    assert following.idempotency_key != upload.idempotency_key
    assert outbox.samples_kept() == 2


def test_a_full_outbox_refuses_new_samples_and_keeps_the_old(tmp_path: Path) -> None:
    with Outbox(tmp_path / "outbox.sqlite", samples_max=3) as outbox:
        outbox.add([sample(0), sample(1)])
        with pytest.raises(OutboxFull):
            outbox.add([sample(2), sample(3)])
        for value in range(5):  # The same minute again and again takes one place.
            outbox.add([sample(2, value=value)])
        assert outbox.samples_kept() == 3
        upload = outbox.next_upload(now_ms=NOW_MS)
        assert upload is not None
        outbox.delivered(upload)
        outbox.add([sample(4)])


def test_a_step_counter_is_kept_for_each_device_and_card(tmp_path: Path) -> None:
    counter = StepCounter(total=120, minute_ms=NOW_MS, minute_steps=20)
    with Outbox(tmp_path / "outbox.sqlite") as outbox:
        outbox.add_steps([], source="station:A", card="card-1", counter=counter)
    with Outbox(tmp_path / "outbox.sqlite") as outbox:
        assert outbox.step_counter(source="station:A", card="card-1") == counter
        assert outbox.step_counter(source="station:A", card="card-2") is None


def test_only_the_owner_can_read_the_outbox(outbox: Outbox, tmp_path: Path) -> None:
    outbox.add([sample()])
    modes = {stat.S_IMODE(file.stat().st_mode) for file in tmp_path.glob("outbox.sqlite*")}
    assert modes == {0o600}


def test_a_file_that_cannot_be_is_named(tmp_path: Path) -> None:
    with pytest.raises(OutboxFileError, match=r"missing/outbox\.sqlite"):
        Outbox(tmp_path / "missing" / "outbox.sqlite")


def test_writes_are_durable_when_the_call_returns(outbox: Outbox) -> None:
    with outbox.writing() as db:
        (synchronous,) = db.execute("PRAGMA synchronous").fetchone()
        (journal,) = db.execute("PRAGMA journal_mode").fetchone()
    assert (synchronous, journal) == (2, "wal")


WRITER = """
import sys
from pathlib import Path
from device_bridge.outbox import Outbox
from device_bridge.samples import Sample

with Outbox(Path(sys.argv[1])) as outbox:
    index = 0
    while True:
        outbox.add([Sample(card="card-1", source="station:A", metric="heart_rate", time_ms=index, value=60.0)])
        if index == 20:
            upload = outbox.next_upload(now_ms=0)
            print("upload", upload.idempotency_key, upload.body.hex(), flush=True)
        print("kept", index, flush=True)
        index += 1
"""


def test_everything_acknowledged_survives_kill_9_and_the_upload_keeps_its_key(
    tmp_path: Path,
) -> None:
    path = tmp_path / "outbox.sqlite"
    acknowledged, upload = [], []
    with subprocess.Popen(
        [sys.executable, "-c", WRITER, str(path)], stdout=subprocess.PIPE, text=True
    ) as writer:
        assert writer.stdout is not None
        for line in writer.stdout:
            kind, *rest = line.split()
            if kind == "upload":
                upload = rest
            else:
                acknowledged.append(int(rest[0]))
            if len(acknowledged) == 60:
                writer.send_signal(signal.SIGKILL)
                break
    with sqlite3.connect(path) as db:
        kept = {time_ms for (time_ms,) in db.execute("SELECT time_ms FROM reading")}
    with Outbox(path) as outbox:
        again = outbox.next_upload(now_ms=NOW_MS)
        assert again is not None
        assert [again.idempotency_key, again.body.hex()] == upload
        # What is in an upload's body is no row of its own any more.
        kept |= {time_ms for batch in again.content().batches for time_ms in batch.times_ms}
    assert set(acknowledged) <= kept


def test_what_the_server_refused_can_be_sent_again_once_the_reason_is_mended(
    outbox: Outbox,
) -> None:
    outbox.add([sample(0), sample(1)])
    refused = outbox.next_upload(now_ms=NOW_MS)
    assert refused is not None
    outbox.refused(refused, status=422, problem=b"{}", now_ms=NOW_MS)
    assert outbox.next_upload(now_ms=NOW_MS) is None
    assert outbox.send_refused_again() == 1
    again = outbox.next_upload(now_ms=NOW_MS)
    assert again is not None
    assert (again.idempotency_key, again.body) == (refused.idempotency_key, refused.body)
    assert outbox.samples_kept() == 2
    outbox.delivered(again)
    assert (outbox.samples_kept(), outbox.refusals()) == (0, [])
