"""An export that is no XML in places: what stands there is lost and said, and all the rest is read."""

import io
import re
from datetime import date
from typing import Final, NamedTuple

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from tests.town import NOON, Town
from tests.wellness_api.health.imports.exports import (
    DECLARATION,
    DOCTYPE,
    END,
    START,
    blood_pressure,
    bring_in,
    element,
    heart_rate,
    record,
    steps,
    workout,
    xml,
    zipped,
)
from wellness_api.health.imports.apple_health import (
    CORRELATED_MAX,
    DAMAGES_LISTED_MAX,
    AppleHealthFile,
)
from wellness_api.health.imports.problems import FileRefused
from wellness_api.health.imports.shapes import Report
from wellness_api.health.imports.xml_stream import TOKEN_BYTES_MAX
from wellness_api.health.samples.columns import Arrival

Sample = tuple[str, str, int, int]
"""Metric, source, day's millisecond, multiple."""

RECORDS: Final = 40
GOOD: Final = [heart_rate(-minute, 60 + minute) for minute in range(RECORDS)]
BEFORE, AFTER = "".join(GOOD[:20]), "".join(GOOD[20:])


class Outcome(NamedTuple):
    samples: frozenset[Sample]
    report: Report
    problem: str


def read(content: bytes) -> Outcome:
    """What is kept of an export, as it is read without a server."""
    samples: set[Sample] = set()
    being_read = AppleHealthFile(io.BytesIO(zipped(content)), Arrival(NOON, "Asia/Tokyo", date.min))
    problem = ""
    try:
        for piece in being_read.steps():
            for batch in piece.read({}).batches if piece is not None else ():
                for segment in batch.segments:
                    samples |= {
                        (batch.metric.code, f"{segment.day} {batch.source}", time, value)
                        for time, value in zip(
                            segment.times.tolist(), segment.values.tolist(), strict=True
                        )
                    }
    except FileRefused as error:
        problem = error.code
    return Outcome(frozenset(samples), being_read.report, problem)


WHOLE: Final = read(xml(*GOOD)).samples
ONE: Final = heart_rate(5, 199)
TWO: Final = workout(40, 20, "Walking")
MEAL: Final = element("MetadataEntry", {"key": "HKBloodGlucoseMealTime", "value": "2"})
GLUCOSE: Final = record("HKQuantityTypeIdentifierBloodGlucose", 3, 99, "mg/dL", MEAL)
CORRELATION: Final = blood_pressure(30)[1]

DAMAGED: Final[dict[str, str]] = {
    "an attribute without quotes": ONE.replace('value="199"', "value=199"),
    "a quote that is lost": ONE.replace('value="199"', 'value="199'),
    "a quote too many": ONE.replace('value="199"', 'value="199""'),
    "an attribute twice": ONE.replace("value=", 'value="1" value='),
    "a tag that does not end": ONE.replace("/>", ""),
    "a record that does not end": ONE.replace("/>", ">"),
    "a name that is none": ONE.replace("<Record", "<Rec\x01ord"),
    "a tag that has lost its start": ONE.replace("<Record", "Record"),
    "an end of nothing": "</Workout>\n",
    "the end of the export in its middle": "</HealthData>\n",
    "an element that does not end": TWO.replace("/>", "><WorkoutEvent>"),
    "metadata that do not end": GLUCOSE.replace('"2"/>', '"2">'),
    "metadata with an ampersand": GLUCOSE.replace('"2"', '"salt & water"'),
    "a correlation that does not end": CORRELATION.replace("</Correlation>", ""),
    "a correlation that has lost its start": CORRELATION.replace("<Correlation ", "<Corr\x01 ", 1),
    "an undeclared entity": ONE.replace('"199"', '"&a;"'),
    "a character that no XML has": ONE.replace('"199"', '"&#0;"'),
    "text": "out of memory\n",
    "lines of text": "out of memory\nand so on\n",
    "an end of what is no start": "]]>\n",
    "a comment that does not end": ONE.replace("<Record", "<!-- Record"),
    "an instruction that does not end": ONE.replace("<Record", "<?Record"),
    "text that is not to be read": "<![CDATA[\n",
    "a tag of a mebibyte": f'<Record type="{"x" * 1024 * 1024}"/>\n',
    "a second DOCTYPE": "<!DOCTYPE HealthData>\n",
    "entities that are declared late": '<!ENTITY a "ha">\n',
    "two records in one": ONE[: len(ONE) // 2] + GOOD[3],
}
AFTERWARDS: Final = "\n" * (2 * TOKEN_BYTES_MAX)
"""Enough for a tag that does not end to be seen as such before the export is over."""


@pytest.mark.parametrize("what", DAMAGED)
def test_what_is_no_xml_is_passed_over_alone_and_said(what: str) -> None:
    damaged = xml(BEFORE, DAMAGED[what], AFTER, AFTERWARDS)
    outcome = read(damaged)
    assert outcome.problem == ""
    assert outcome.samples - WHOLE <= read(xml(TWO, *blood_pressure(30))).samples, (
        "no part of it is kept"
    )
    assert outcome.samples >= WHOLE
    assert outcome.report.damaged == len(outcome.report.damages) == 1
    (damage,) = outcome.report.damages
    start = len(xml(BEFORE, end=""))
    if what == "a correlation that does not end":
        start = damaged.index(b"</HealthData>")  # Whatever follows may be inside of it.
    assert start <= damage.byte <= start + len(DAMAGED[what].encode()) + 16
    assert damage.line == 1 + damaged[: damage.byte].count(b"\n")
    assert damage.detail
    assert damaged[damage.byte :].decode().startswith(damage.found.replace("\x7f", "\x01")[:8])


@pytest.mark.parametrize("what", ["bad UTF-8", "half a letter"])
def test_bytes_that_are_no_text_cost_their_record_alone(what: str) -> None:
    odd = {"bad UTF-8": b'"\xff99"', "half a letter": '"花'.encode()[:3] + b'"'}[what]
    content = xml(BEFORE, ONE, AFTER).replace(b'"199"', odd)
    outcome = read(content)
    assert (outcome.samples, outcome.report.damaged, outcome.problem) == (WHOLE, 1, "")


@pytest.mark.parametrize("control", range(32))
@pytest.mark.parametrize("place", range(4))
def test_a_control_character_makes_no_other_number_of_a_value(control: int, place: int) -> None:
    value = bytearray(b"61.5")
    value[place] = control
    content = xml(BEFORE, heart_rate(5, "61.5"), AFTER).replace(b'"61.5"', b'"%b"' % value)
    outcome = read(content)
    assert outcome.samples >= WHOLE
    if bytes([control]) not in b"\t\n\r":
        assert (outcome.samples, outcome.report.refused) == (WHOLE, 1)


def test_a_control_character_between_records_is_said() -> None:
    outcome = read(xml(BEFORE, AFTER).replace(b"\n <Record", b"\n\0<Record", 1))
    assert (outcome.samples, outcome.report.damaged) == (WHOLE, 1)


def test_a_correlation_of_too_many_records_has_lost_its_end() -> None:
    many = "".join(heart_rate(5 + minute / 60, 70) for minute in range(1, CORRELATED_MAX + 2))
    start = CORRELATION.replace("</Correlation>", "")
    outcome = read(xml(BEFORE, start, many, AFTER))
    assert outcome.samples >= WHOLE
    assert outcome.report.damaged == 1


@pytest.mark.parametrize("cut", [10, 100, 300])
def test_a_file_that_ends_in_a_record_is_said_to_be_cut_short(cut: int) -> None:
    whole = xml(*GOOD, end="")
    outcome = read(whole[:-cut])
    assert outcome.problem == "broken_xml"
    assert len(WHOLE) - 2 <= len(outcome.samples) < len(WHOLE)
    assert outcome.samples < WHOLE


@pytest.mark.parametrize("prolog", [DOCTYPE, "", "\ufeff", "<!DOCTYPE HealthData []>"])
def test_places_are_counted_from_the_start_of_the_file(prolog: str) -> None:
    content = f"{prolog}{START}{BEFORE}here{AFTER}{END}".encode()
    (damage,) = read(content).report.damages
    assert content[damage.byte :].startswith(b"here")
    assert damage.line == content[: damage.byte].count(b"\n") + 1
    assert content[damage.byte + damage.skipped_bytes :].startswith((b"<Record", b"here"))


def test_a_damaged_declaration_costs_nothing_that_is_kept() -> None:
    outcome = read(xml(*GOOD).replace(DECLARATION.encode(), b"<?xml vers\xffion='1.0'?>\n"))
    assert (outcome.samples, outcome.problem, outcome.report.damaged) == (WHOLE, "", 1)


async def test_a_resident_reads_where_the_file_was_damaged(town: Town) -> None:
    hanako = await town.resident()
    content = xml(steps(0, 10), steps(1, 10).replace('value="10"', "value=10"), steps(2, 10))
    over = await bring_in(town, hanako, zipped(content))
    assert (over["state"], over["problem"]) == ("done", None)
    assert over["progress"]["samples"]["accepted"] == 2
    records = over["progress"]["records"]
    assert (records["taken"], records["damaged"]) == (2, 1)
    place = content.index(b"value=10") + len(b"value=")
    assert records["damages"] == [
        {
            "line": content[:place].count(b"\n") + 1,
            "byte": place,
            "found": '10/>\n <Record type="HKQu',
            "detail": "not well-formed (invalid token)",
            "skipped_bytes": content.index(b"<Record", place) - place,
        }
    ]


async def test_more_damages_than_are_listed_are_counted(town: Town) -> None:
    hanako = await town.resident()
    pairs = (steps(minute, 10) + "<Record a=1/>\n" for minute in range(DAMAGES_LISTED_MAX + 5))
    over = await bring_in(town, hanako, zipped(xml(*pairs)))
    records = over["progress"]["records"]
    assert over["state"] == "done"
    assert records["taken"] == DAMAGES_LISTED_MAX + 5
    assert (records["damaged"], len(records["damages"])) == (25, DAMAGES_LISTED_MAX)


NEAR_RECORDS: Final = xml(*GOOD).index(b"<Record ", xml().index(b"<HealthData"))
LETTERS: Final = st.sampled_from(b"<>/\"'&= \n\0!?-[]x\xff\xe3;")


@settings(max_examples=400, deadline=None)
@given(
    place=st.integers(0, 100_000),
    new=st.binary(max_size=3) | st.lists(LETTERS, max_size=3).map(bytes),
)
@example(place=0, new=b"")
def test_a_wrong_byte_costs_no_more_than_the_records_it_stands_between(
    place: int, new: bytes
) -> None:
    whole = xml(*GOOD)
    until = whole.rindex(b"/>")
    byte = NEAR_RECORDS + place % (until - NEAR_RECORDS)
    outcome = read(whole[:byte] + new + whole[byte + 1 :])
    lost = WHOLE - outcome.samples
    assert outcome.problem == ""
    assert len(lost) <= 2
    told = outcome.report.damaged + outcome.report.refused + sum(outcome.report.skipped.values())
    changed = outcome.samples - WHOLE
    assert told or len(changed) == len(lost), "what is lost is told, or it says something else now"


def test_what_is_found_names_no_more_than_a_few_letters() -> None:
    (damage,) = read(xml(BEFORE, "x" * 1_000, AFTER)).report.damages
    assert re.fullmatch("x{24}", damage.found)
