"""An outbox that an earlier version of the gateway left on a box's disk is read and sent by this one."""

import sqlite3
from pathlib import Path

import msgspec

from device_bridge.outbox import Outbox
from device_bridge.wire import Batch, Upload

GOLDEN = Path(__file__).parent / "golden" / "outbox.sql"
NOW_MS = 1_795_489_200_000


def test_what_a_box_left_behind_goes_on_as_it_was(tmp_path: Path) -> None:
    path = tmp_path / "outbox.sqlite"
    with sqlite3.connect(path) as db:
        db.executescript(GOLDEN.read_text(encoding="utf-8"))
    db.close()
    with Outbox(path) as outbox:
        assert outbox.samples_kept() == 4
        under_way = outbox.next_upload(now_ms=NOW_MS + 60_000)
        assert under_way is not None
        assert under_way.idempotency_key == "the-key-under-way"
        assert msgspec.msgpack.decode(under_way.body, type=Upload) == Upload(
            card="card-1",
            batches=[
                Batch(
                    metric="body_weight",
                    source="station:A",
                    times_ms=[NOW_MS, NOW_MS + 1],
                    values=[61.5, 61.7],
                ),
                Batch(metric="heart_rate", source="station:A", times_ms=[NOW_MS], values=[70.0]),
            ],
        )
        outbox.delivered(under_way)
        waiting = outbox.next_upload(now_ms=NOW_MS + 60_000)
        assert waiting is not None
        of_reading = msgspec.msgpack.decode(waiting.body, type=Upload)
        assert (of_reading.card, of_reading.batches[0].values) == ("card-2", [58.25])
        outbox.delivered(waiting)
        assert outbox.samples_kept() == 0
