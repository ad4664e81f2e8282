"""Targets for what residents' apps and gateways upload: every format, columns, and compressed bodies."""

import gzip
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any, Final
from urllib.parse import parse_qs, urlencode
from uuid import UUID

import msgspec

from device_bridge import wire
from device_bridge.wire import (
    SOURCE_PATTERN,
    UPLOAD_BYTES_DECOMPRESSED_MAX,
    BatchProblem,
    Receipt,
    Upload,
)
from tests.fuzz.fit_files import FitMutator
from tests.fuzz.structures import JSON, MESSAGEPACK, Codec, StructureMutator
from tests.fuzz.target import NOW, TIME_ZONE, Mutator, Target
from tests.fuzz.texts import TextMutator
from tests.fuzz.vocabulary import NOW_MS, Vocabulary, schema_of, trees_of, words_of
from tests.soundness import assert_sound
from wellness_api.health.formats.csv_table.form import CSV_TABLE
from wellness_api.health.formats.fit.form import FIT_FILE
from wellness_api.health.formats.format import Context, Format, ReadItems
from wellness_api.health.formats.table import FORMATS
from wellness_api.health.metrics.catalogue import METRIC_BY_CODE, METRICS
from wellness_api.health.samples.columns import Arrival, read_upload
from wellness_api.health.samples.contents import Columns, ReadRecord, Records
from wellness_api.health.samples.each_batch import in_their_places
from wellness_api.health.samples.large_uploads import decode_large
from wellness_api.health.samples.looking import Stored, as_whole_states_say
from wellness_api.health.samples.outcome import outcome_of
from wellness_api.health.samples.problems import InvalidUpload
from wellness_api.health.samples.record_rows import KnownRecord, known_record
from wellness_api.health.samples.records import Record
from wellness_api.health.samples.whole_states import stated_in
from wellness_api.http.bodies import UnreadableBody, decompressed, depth_refused
from wellness_api.http.zstd import zstd

ARRIVAL: Final = Arrival(NOW, TIME_ZONE, date.min)

UPLOAD_REFUSED: Final = (InvalidUpload, UnreadableBody, msgspec.DecodeError, UnicodeDecodeError)
EXAMPLES: Final = Path(__file__).parent.parent / "wellness_api" / "health" / "formats" / "data"
BYTES_MAX: Final = 8_192
REVISION_MAX: Final = 2**62
METRIC_CODES: Final = tuple(metric.code for metric in METRICS)
RECEIPT: Final = Receipt(
    upload_id=1, received_at=NOW, accepted=0, duplicate=0, refused=0, flagged=0, batches=[]
)
HOW_LONG: Final = ("end", "length")
WALKS: Final = tuple(
    f"date=a&clock=b&{how_long}=c&value=steps:d&source=watch:w\na,b,c,d\n2026/11/17,23:40,{cell},900\n".encode()
    for how_long, cell in zip(HOW_LONG, ("0:10", "30"), strict=True)
)
COLUMN_NAMES: Final = (
    "batches",
    "metric",
    "source",
    "times_ms",
    "lengths_ms",
    "values",
    "revision",
    "card",
    "each_batch",
    "whole_states",
    "from_ms",
    "until_ms",
    "sequence",
)


def format_targets() -> list[Target]:
    """One for each format of the table."""
    return [_format_target(form) for form in FORMATS]


def column_targets() -> list[Target]:
    """Columns as JSON and as MessagePack."""
    batch = {"metric": "steps", "source": "phone:a", "times_ms": [NOW_MS - 60_000], "values": [50]}
    packed = batch | {
        "times_ms": (NOW_MS - 60_000).to_bytes(8, "little"),
        "values": bytes(8),
        "lengths_ms": (90_000_000).to_bytes(4, "little"),
        "revision": 3,
    }
    timed = [batch | {"lengths_ms": [900_000]}, batch | {"lengths_ms": 0}]
    listed = {"batches": [batch, batch | {"values": [None]}, *timed], "card": "1234"}
    state = {"metric": "steps", "source": "phone:a", "from_ms": NOW_MS - 90_000, "until_ms": NOW_MS}
    readers = {
        "batches": [batch, batch | {"metric": "stps"}, batch | {"values": ["many"]}],
        "each_batch": True,
        "whole_states": [state | {"sequence": NOW_MS}],
    }
    return [
        _columns_target("columns-json", msgspec.json.Decoder(Upload).decode, JSON, [listed]),
        _columns_target(
            "columns-messagepack",
            msgspec.msgpack.Decoder(Upload).decode,
            MESSAGEPACK,
            [listed, {"batches": [packed]}],
        ),
        *(
            _each_batch_target(f"each-batch-{name}", content_type, codec, [readers])
            for name, content_type, codec in (
                ("json", wire.JSON, JSON),
                ("messagepack", wire.MESSAGEPACK, MESSAGEPACK),
            )
        ),
    ]


def body_targets() -> list[Target]:
    """Compressed bodies."""
    content = b'{"batches": []}' * 40
    return [
        _body_target("gzip", [gzip.compress(content, mtime=0), gzip.compress(b"", mtime=0)]),
        _body_target("zstd", [zstd.compress(content), zstd.compress(bytes(100_000))]),
    ]


def _format_target(form: Format) -> Target:
    seeds = _seeds(form)
    words = [*words_of(form.read.__module__), *METRIC_CODES]
    trees = trees_of(seeds)
    vocabulary = Vocabulary(trees=trees, words=words, schema=schema_of(form.shape))

    def read(data: bytes) -> ReadItems:
        query, body = _parted(data) if form.parameters else ({}, data)
        with depth_refused():
            return form.read(body, Context(NOW, TIME_ZONE, query))

    def check(read: ReadItems) -> None:
        check_items(read)
        if read.taken:  # Without, the upload is refused before there is anything to answer.
            msgspec.json.encode(form.answer(read, RECEIPT, {}, None))

    return Target(
        name=form.name,
        read=read,
        allowed=UPLOAD_REFUSED,
        check=check,
        seeds=seeds,
        bytes_max=max(BYTES_MAX, *(2 * len(seed) for seed in seeds)),
        words=words,
        mutator=_mutator(form, vocabulary, words, seeds),
    )


def _mutator(
    form: Format, vocabulary: Vocabulary, words: Sequence[str], seeds: Sequence[bytes]
) -> Mutator:
    if isinstance(form.example, str):
        return TextMutator(words)
    if isinstance(form.example, bytes):
        assert form is FIT_FILE, "each form of bytes has its own way of being changed"
        return FitMutator()
    return StructureMutator(JSON, vocabulary, seeds)


def _parted(data: bytes) -> tuple[Mapping[str, Sequence[str]], bytes]:
    """Of a format whose reading depends on the query, inputs have that as their first line."""
    line, _, body = data.partition(b"\n")
    return parse_qs(line.decode(errors="replace"), keep_blank_values=True), body


def _seeds(form: Format) -> list[bytes]:
    example = form.example
    if isinstance(example, str):
        example = example.encode()
    seeds = [example if isinstance(example, bytes) else msgspec.json.encode(example)]
    # Named for the format that they are of: health_connect_day.json.
    prefix = form.name.replace("-", "_")
    seeds.extend(
        example_file.read_bytes()
        for example_file in sorted(EXAMPLES.glob(f"{prefix}*"))
        if example_file.is_file() and example_file.stat().st_size <= 4 * BYTES_MAX
    )
    if form is not CSV_TABLE:
        assert not form.parameters, "each format with a query has its own seeds"
        return seeds
    query = urlencode([(parameter.name, parameter.example) for parameter in form.parameters])
    return [*(f"{query}\n".encode() + seed for seed in seeds), *WALKS]


def check_items(read: ReadItems) -> None:
    """Every item is accounted for, and what was taken can be stored, or is refused with a reason."""
    places = [refusal.item for refusal in read.refused]
    assert len(set(places)) == len(places) <= read.item_count
    assert all(0 <= place < read.item_count for place in places)
    assert all(refusal.field and refusal.limit and refusal.detail for refusal in read.refused)
    for record in read.taken:
        assert record.record_id is None or ":" in record.record_id, "ids have a format's namespace"
        if isinstance(record, Record):
            _check_record(record)
    contents = Records(read.taken, ARRIVAL)
    try:
        first = contents.read({})
    except InvalidUpload:
        return
    assert_sound(first.batches, now=NOW)
    again = contents.read(_known_after(first.records))
    assert_sound(again.batches, now=NOW)
    assert again.records == [record._replace(is_new=False) for record in first.records], (
        "sent again, an upload changes nothing"
    )
    assert not again.ended


def _check_record(record: Record) -> None:
    assert re.fullmatch(SOURCE_PATTERN, record.source)
    assert 0 <= record.revision <= REVISION_MAX
    for code, column in record.columns.items():
        assert code in METRIC_BY_CODE
        assert len(column.times_ms) == len(column.values)
        assert len(column.lengths_ms) in {0, len(column.times_ms)}


def _known_after(records: Iterable[ReadRecord]) -> dict[UUID, KnownRecord]:
    """What the database holds once they are stored."""
    return {
        row.record: known_record(row.revision, row.source, row.places, b"") for row, *_ in records
    }


def _columns_target(
    name: str, decode: Callable[[bytes], Upload], codec: Codec, examples: Sequence[Any]
) -> Target:
    seeds = [codec.encode(example) for example in examples]
    words = [*COLUMN_NAMES, *METRIC_CODES, "phone:a", "watch:b", "station:c", "oven:d"]
    vocabulary = Vocabulary(trees=examples, words=words, schema=schema_of(Upload))
    return Target(
        name=name,
        read=lambda body: read_upload(decode(body), ARRIVAL),
        allowed=UPLOAD_REFUSED,
        check=lambda batches: assert_sound(batches, now=NOW),
        seeds=seeds,
        bytes_max=BYTES_MAX,
        words=words,
        mutator=StructureMutator(codec, vocabulary, seeds),
    )


def _each_batch_target(
    name: str, content_type: str, codec: Codec, examples: Sequence[Any]
) -> Target:
    seeds = [codec.encode(example) for example in examples]
    words = [*COLUMN_NAMES, *METRIC_CODES, "phone:a", "watch:b"]

    def read(body: bytes) -> Columns:
        with depth_refused():
            sent = decode_large(content_type, body)
        return Columns(sent.upload, ARRIVAL, sent.misfits)

    return Target(
        name=name,
        read=read,
        allowed=UPLOAD_REFUSED,
        check=_check_each,
        seeds=seeds,
        bytes_max=BYTES_MAX,
        words=words,
        mutator=StructureMutator(
            codec, Vocabulary(trees=examples, words=words, schema=schema_of(Upload)), seeds
        ),
    )


def _check_each(contents: Columns) -> None:
    """Each batch has its receipt, one that is refused says why, and whole states hold only where all was taken."""
    read, stored = as_whole_states_say(contents, {}, contents.read({}), {}, Stored({}, 0, 0))
    assert_sound(read.batches, now=NOW)
    receipts = in_their_places(outcome_of(read.batches, stored.parts).batches, read.refused)
    for place, receipt in enumerate(receipts):
        problem = receipt.problem
        assert isinstance(problem, BatchProblem) == (place in read.refused)
        if isinstance(problem, BatchProblem):
            assert problem.field.startswith(f"batches[{place}]")
            assert problem.limit
            assert problem.detail
    assert len(stored.whole_states) == len(contents.whole.states)
    for of in stored.whole_states:
        assert of.outcome == ("not_whole" if read.refused else "holds")
    for row in stored.rows:
        assert stated_in(row.spans)
    msgspec.json.encode(receipts)


def _body_target(encoding: str, seeds: Sequence[bytes]) -> Target:
    def check(content: bytes) -> None:
        assert len(content) <= UPLOAD_BYTES_DECOMPRESSED_MAX

    return Target(
        name=f"body-{encoding}",
        read=lambda body: decompressed(body, encoding, bytes_max=UPLOAD_BYTES_DECOMPRESSED_MAX),
        allowed=(UnreadableBody,),
        check=check,
        seeds=seeds,
        bytes_max=BYTES_MAX,
    )
