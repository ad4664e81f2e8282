"""Whatever bytes come as a file: they are read, or refused with a reason, and the same again each time."""

from datetime import date
from io import BytesIO

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.town import NOON
from tests.wellness_api.health.imports.exports import (
    blood_pressure,
    export,
    heart_rate,
    record,
    sleep,
    steps,
    workout,
    xml,
    zipped,
)
from wellness_api.health.imports.apple_health import AppleHealthFile
from wellness_api.health.imports.problems import FileRefused
from wellness_api.health.samples.columns import Arrival

RECORDS = (steps(0, 10), heart_rate(1, 60), sleep(-60, 60, "AsleepREM"), workout(5, 9, "Walking"))
CONTENT = xml(*RECORDS, *blood_pressure(3))
FILE = export(*RECORDS, *blood_pressure(3))
ATTRIBUTES = ["type", "value", "unit", "startDate", "endDate", "sourceName", "device", "duration"]

numbers = st.one_of(
    st.floats(), st.integers(), st.sampled_from(["", "1e400", "-0", "１２", "0x10", "9" * 400])
)
times = st.sampled_from(
    ["2026-11-18 06:00:00 +0900", "0001-01-01 00:00:00 +2359", "9999-12-31 23:59:59 -1200", "2026"]
)
texts = st.text(st.characters(exclude_categories=["Cc", "Cs"]), max_size=60)


def read(file: bytes) -> tuple[list[object], str, str]:
    """The digests of the pieces, the report, and why the file was refused."""
    pieces: list[object] = []
    try:
        being_read = AppleHealthFile(BytesIO(file), Arrival(NOON, "Asia/Tokyo", date.min))
    except FileRefused as error:
        return pieces, "", error.code
    try:
        pieces.extend(piece.digest for piece in being_read.steps() if piece is not None)
    except FileRefused as error:
        return pieces, str(being_read.report), error.code
    return pieces, str(being_read.report), ""


@settings(max_examples=300, deadline=None)
@given(place=st.integers(0, 10_000), content=st.binary(max_size=8), cut=st.integers(0, 10_000))
def test_a_zip_with_wrong_bytes_or_a_cut_end(place: int, content: bytes, cut: int) -> None:
    place %= len(FILE)
    changed = FILE[:place] + content + FILE[place + len(content) :]
    assert read(changed) == read(changed)
    assert read(FILE[: cut % len(FILE)])[2]


@settings(max_examples=300, deadline=None)
@given(place=st.integers(0, 100_000), content=st.binary(max_size=8), cut=st.integers(0, 100_000))
def test_xml_with_wrong_bytes_or_a_cut_end(place: int, content: bytes, cut: int) -> None:
    place %= len(CONTENT)
    changed = zipped(CONTENT[:place] + content + CONTENT[place + len(content) :])
    assert read(changed) == read(changed)
    read(zipped(CONTENT[: cut % len(CONTENT)]))


@settings(max_examples=500, deadline=None)
@given(
    kind=st.sampled_from(["HeartRate", "StepCount", "BloodGlucose", "Workout", "Sleep"]),
    changed=st.dictionaries(st.sampled_from(ATTRIBUTES), numbers | times | texts, max_size=4),
)
def test_records_that_say_anything(kind: str, changed: dict[str, object]) -> None:
    attributes = {name: str(value) for name, value in changed.items()}
    match kind:
        case "Workout":
            odd = workout(0, 10, "Walking", **attributes)
        case "Sleep":
            odd = sleep(0, 10, "AsleepREM", **attributes)
        case _:
            kind = f"HKQuantityTypeIdentifier{kind}"
            odd = record(kind, 0, 60, "count/min", minutes=5, changed=attributes)
    pieces, report, code = read(export(odd, steps(0, 10)))
    assert code == ""
    assert len(pieces) == 1, report


@settings(max_examples=100, deadline=None)
@given(content=st.binary(max_size=400))
def test_any_bytes(content: bytes) -> None:
    assert read(content)[2] == "not_a_zip"
    read(zipped(content))
