"""Every kind of refusal of an upload tells as much to whoever asks for a language as to whoever asks for none."""

import gzip
import json
import re
from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any, Final

import pytest

from tests.town import NOON, Answer, Person, Town, ms, steps

LANGUAGES: Final = ("", "en", "ja")

ENGLISH_WORDS: Final = re.compile(r"[A-Za-z]{2,}(?: [A-Za-z]{2,}){2,}")
"""Three English words in a row. A name, a code or an example has not so many."""

MIDNIGHT_MS: Final = ms(NOON.replace(hour=0))
MINUTE: Final = ms(NOON - timedelta(hours=2))

ROW: Final = {"metric": "steps", "source": "phone:x", "time": NOON.isoformat(), "value": 5}
PHONE: Final = {"metric": "steps", "source": "phone:x", "values": [52], "times_ms": [MINUTE]}
STATE: Final = {
    "metric": "steps",
    "source": "phone:x",
    "from_ms": MIDNIGHT_MS,
    "until_ms": MINUTE,
    "sequence": 1,
}
OBSERVATION: Final = {
    "resourceType": "Observation",
    "status": "final",
    "code": {"coding": [{"system": "http://loinc.org", "code": "29463-7"}]},
    "effectiveDateTime": "2026-01-14T07:14:00+09:00",
    "valueQuantity": {"value": 62.4, "system": "http://unitsofmeasure.org", "code": "kg"},
}

UPLOADS: Final[Mapping[str, Any]] = {
    "seconds for milliseconds": PHONE | {"times_ms": [MINUTE // 1000]},
    "microseconds for milliseconds": PHONE | {"times_ms": [MINUTE * 1000]},
    "nanoseconds for milliseconds": PHONE | {"times_ms": [MINUTE * 1_000_000]},
    "a future time": PHONE | {"times_ms": [ms(NOON + timedelta(days=2))]},
    "a time before 2000": PHONE | {"times_ms": [1]},
    "an unknown metric": PHONE | {"metric": "stps"},
    "columns of unequal length": PHONE | {"times_ms": [MINUTE, MINUTE + 60_000]},
    "lengths of unequal length": PHONE | {"lengths_ms": [1, 2]},
    "a length of more than a day": PHONE | {"lengths_ms": [2**30]},
    "a length of a moment": PHONE | {"metric": "weight", "lengths_ms": [60_000]},
    "no values": PHONE | {"times_ms": [], "values": []},
    "a metric that only staff record": PHONE | {"metric": "checkup_attended", "values": [1]},
    "a number too large": PHONE | {"times_ms": [2**63]},
    "text for a number": PHONE | {"values": ["many"]},
    "a field missing": {name: PHONE[name] for name in ("metric", "source", "values")},
    "a field that is not known": PHONE | {"colour": "red"},
    "a source of another form": PHONE | {"source": "fon:x"},
    "an origin of no kind": PHONE | {"origin": "magic"},
    "no batch": "steps",
}

STATES: Final[Mapping[str, Any]] = {
    "a whole state of an unknown metric": [STATE | {"metric": "stps"}],
    "a whole state in seconds": [STATE | {"from_ms": MIDNIGHT_MS // 1000}],
    "a whole state that ends ahead": [STATE | {"until_ms": ms(NOON + timedelta(days=2))}],
    "a whole state without length": [STATE | {"until_ms": MIDNIGHT_MS}],
    "a whole state whose sequence is ahead": [STATE | {"sequence": ms(NOON + timedelta(days=9))}],
    "two whole states of one time": [STATE, STATE | {"sequence": 2}],
}

ROWS: Final[Mapping[str, Any]] = {
    "a plus that became a space": ROW | {"time": "2026-01-14T06:40:00 09:00"},
    "no offset": ROW | {"time": "2026-01-14T06:40:00"},
    "a number for a time": ROW | {"time": MINUTE // 1000},
    "a word for a time": ROW | {"time": "noon"},
    "a future time in a row": ROW | {"time": "2027-01-14T06:40:00+09:00"},
    "a past time in a row": ROW | {"time": "1970-01-21T06:40:00+09:00"},
    "an unknown metric in a row": ROW | {"metric": "stps"},
    "an end before the start": ROW | {"end": "2026-01-13T06:40:00+09:00"},
    "an end of a moment": ROW | {"metric": "weight", "end": NOON.isoformat()},
    "a unit of another kind": ROW | {"metric": "weight", "unit": "L"},
    "a value that measures nothing": ROW | {"metric": "weight", "unit": "kg", "value": 1e300},
    "text for a value": ROW | {"value": "many"},
    "a metric of staff in a row": ROW | {"metric": "checkup_attended"},
}

OTHER_FORMS: Final[Mapping[str, tuple[str, Any]]] = {
    "an Observation of no code": (
        "fhir",
        OBSERVATION | {"code": {"coding": [{"system": "http://loinc.org", "code": "1-8"}]}},
    ),
    "an Observation without a time": (
        "fhir",
        {name: value for name, value in OBSERVATION.items() if name != "effectiveDateTime"},
    ),
    "an Observation without a value": ("fhir", OBSERVATION | {"valueQuantity": {}}),
    "an Observation without a unit": ("fhir", OBSERVATION | {"valueQuantity": {"value": 62.4}}),
    "an Observation that is not final": ("fhir", OBSERVATION | {"status": "registered"}),
    "no Observation": ("fhir", {"resourceType": "Patient"}),
    "a transaction with a bad entry": (
        "fhir",
        {
            "resourceType": "Bundle",
            "type": "transaction",
            "entry": [{"resource": OBSERVATION | {"status": "registered"}}],
        },
    ),
    "a record of Health Connect of no type": (
        "health-connect",
        {"records": [{"type": "MoodRecord", "time": NOON.isoformat(), "metadata": {}}]},
    ),
}

TABLES: Final[Mapping[str, tuple[str, bytes]]] = {
    "no number in a cell": ("", "日付,距離\n2026/01/13 6:05,far\n".encode()),
    "no time in a cell": ("", "日付,距離\nsoon,2\n".encode()),
    "a row without a value": ("", "日付,距離\n2026/01/13 6:05,\n".encode()),
    "a row that is too wide": ("", "日付,距離\n2026/01/13 6:05,2,3\n".encode()),
    "an empty table": ("", b""),
    "quotes that are not closed": ("", '日付,距離\n"2026/01/13 6:05,2\n'.encode()),
    "a letter after a quote": ("", '日付,距離\n"2026/01/13"x,2\n'.encode()),
    "another encoding": ("", "日付,距離\n2026/01/13 6:05,2\n".encode("cp932")),
    "UTF-16": ("", "日付,距離\n2026/01/13 6:05,2\n".encode("utf-16")),
    "an unknown column": ("&record=番号", "日付,距離\n2026/01/13 6:05,2\n".encode()),
    "an unknown encoding": ("&encoding=latin-9", "日付,距離\n2026/01/13 6:05,2\n".encode()),
    "a delimiter of no kind": ("&delimiter=x", "日付,距離\n2026/01/13 6:05,2\n".encode()),
    "a time format without a year": ("&time_format=%25m", "日付,距離\n1,2\n".encode()),
    "an end and a length": ("&end=日付&length=距離", "日付,距離\n2026/01/13 6:05,2\n".encode()),
    "the time twice": ("&date=日付", "日付,距離\n2026/01/13 6:05,2\n".encode()),
}


BODIES: Final[Sequence[tuple[str, Mapping[str, str], bytes]]] = [
    ("/v1/uploads", {}, b'{"batches": ['),
    ("/v1/uploads", {}, b'{"batches": [}'),
    ("/v1/uploads", {}, b'{"batches": "\xff"}'),
    ("/v1/uploads", {}, b'{"batches": []}'),
    ("/v1/uploads", {"Content-Type": "text/plain"}, b"{}"),
    ("/v1/uploads", {"Content-Encoding": "br"}, b"{}"),
    ("/v1/uploads", {"Content-Encoding": "gzip"}, b"no gzip at all"),
    ("/v1/uploads", {"Content-Encoding": "gzip"}, gzip.compress(b"{}")[:-9]),
    ("/v1/uploads", {"Idempotency-Key": "short"}, b'{"batches": []}'),
    ("/v1/uploads?metrik=steps", {}, b'{"batches": []}'),
    ("/v1/uploads/rows", {}, b'{"samples": []}'),
    ("/v1/uploads/fit", {"Content-Type": "application/vnd.ant.fit"}, b"no FIT file at all"),
]


async def in_every_language(
    town: Town, person: Person, path: str, headers: Mapping[str, str], body: Any
) -> dict[str, Answer]:
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    key = {"Idempotency-Key": "refused-0001"}
    return {
        language: await town.call(
            "POST",
            path,
            data=content,
            headers=person.headers
            | {"Content-Type": "application/json"}
            | key
            | headers
            | ({"Accept-Language": language} if language else {}),
        )
        for language in LANGUAGES
    }


def check_all_tell(told: Mapping[str, Answer]) -> None:
    plain, english, japanese = (told[language].json for language in LANGUAGES)
    assert {answer.status for answer in told.values()} <= {400, 413, 415, 422}, plain
    for_programs = [
        [(one["field"], one["limit"]) for one in report["errors"]]
        for report in (plain, english, japanese)
    ]
    assert for_programs[0] == for_programs[1] == for_programs[2] != []
    for report in (english, japanese):
        for wrong in report["errors"]:
            assert wrong["detail"] != report["title"], report
            assert wrong["detail"] in report["detail"]
    for wrong in japanese["errors"]:
        check_japanese(wrong["detail"])
    check_japanese(japanese["title"])
    check_japanese(japanese["detail"])
    # Numbers and names that developers are told are told in every language.
    for wrong, *others in zip(plain["errors"], english["errors"], japanese["errors"], strict=True):
        what_came = set(re.findall(r"\d{4,}|'[^']+'", wrong["detail"]))
        for other in others:
            assert all(came in other["detail"] for came in what_came), (wrong, other)


def check_japanese(sentence: str) -> None:
    assert not sentence.isascii()
    assert ENGLISH_WORDS.search(sentence) is None, sentence


async def test_a_refused_upload_says_what_was_wrong(town: Town) -> None:
    hanako = await town.resident()
    for sent in UPLOADS.values():
        body = {"batches": [sent]}
        check_all_tell(await in_every_language(town, hanako, "/v1/uploads", {}, body))


async def test_a_refused_whole_state_says_what_was_wrong(town: Town) -> None:
    hanako = await town.resident()
    for sent in STATES.values():
        body = {"batches": [], "whole_states": sent}
        check_all_tell(await in_every_language(town, hanako, "/v1/uploads", {}, body))


async def test_a_refused_row_says_what_was_wrong(town: Town) -> None:
    hanako = await town.resident()
    for sent in ROWS.values():
        body = {"samples": [sent]}
        check_all_tell(await in_every_language(town, hanako, "/v1/uploads/rows", {}, body))


async def test_a_refused_item_of_another_form_says_what_was_wrong(town: Town) -> None:
    hanako = await town.resident()
    for form, body in OTHER_FORMS.values():
        check_all_tell(await in_every_language(town, hanako, f"/v1/uploads/{form}", {}, body))


async def test_a_refused_table_says_what_was_wrong(town: Town) -> None:
    hanako = await town.resident()
    for query, table in TABLES.values():
        path = "/v1/uploads/csv?source=phone:x&time=日付&value=distance_walked:距離:km" + query
        check_all_tell(
            await in_every_language(town, hanako, path, {"Content-Type": "text/csv"}, table)
        )


async def test_a_body_that_cannot_be_taken_says_what_was_wrong(town: Town) -> None:
    hanako = await town.resident()
    for path, headers, body in BODIES:
        check_all_tell(await in_every_language(town, hanako, path, headers, body))


async def test_seconds_for_milliseconds_are_named_in_both_languages(town: Town) -> None:
    hanako = await town.resident()
    body = {"batches": [UPLOADS["seconds for milliseconds"]]}
    told = await in_every_language(town, hanako, "/v1/uploads", {}, body)
    seconds = MINUTE // 1000
    details = {language: told[language].json["errors"][0]["detail"] for language in LANGUAGES}
    assert details[""] == details["en"]
    assert details["en"].startswith(f"{seconds} is a number of seconds, ")
    assert details["en"].endswith("; times_ms takes milliseconds.")
    assert details["ja"].startswith(f"{seconds}は秒の数（")
    assert details["ja"].endswith("times_msにはミリ秒を入れてください。")
    assert told["ja"].json["title"] == "この記録は受け付けられません。内容をお確かめください。"


@pytest.mark.parametrize("content_type", ["application/json", "application/json; charset=utf-8"])
async def test_a_batch_that_is_refused_alone_says_why_in_the_language_that_is_asked_for(
    town: Town, content_type: str
) -> None:
    """By the short way and by the long one."""
    hanako = await town.resident()
    bad = [UPLOADS["an unknown metric"], UPLOADS["text for a number"]]
    for language, unknown, text in (
        ("", "There is no metric 'stps'.", "Expected `"),
        ("en", "There is no metric 'stps'.", "Please give "),
        ("ja", "'stps'という種類の値はありません。", "数"),
    ):
        for batches in ([steps([50]), bad[0]], [steps([50]), *bad]):
            answer = await town.call(
                "POST",
                "/v1/uploads",
                data=json.dumps({"each_batch": True, "batches": batches}),
                headers=hanako.headers
                | {
                    "Content-Type": content_type,
                    "Idempotency-Key": f"each-{language}-{len(batches)}-1",
                }
                | ({"Accept-Language": language} if language else {}),
            )
            assert answer.status == 201
            details = [
                batch["problem"]["detail"] for batch in answer.json["batches"] if "problem" in batch
            ]
            assert details[0].startswith(unknown)
            assert all(detail.startswith(text) for detail in details[1:])
            if language == "ja":
                for detail in details:
                    check_japanese(detail)


async def test_a_row_that_is_refused_alone_says_why_in_the_language_that_is_asked_for(
    town: Town,
) -> None:
    hanako = await town.resident()
    for language, words in (
        ("", "In '2026-01-14T06:40:00 09:00' the + of the offset became a space"),
        ("en", "In '2026-01-14T06:40:00 09:00' the + of the offset became a space"),
        ("ja", "'2026-01-14T06:40:00 09:00'では、時差の＋が空白になっています。"),
    ):
        answer = await town.call(
            "POST",
            "/v1/uploads/rows",
            json={"samples": [ROW, ROWS["a plus that became a space"]]},
            headers=hanako.headers
            | {"Idempotency-Key": f"rows-{language}-01"}
            | ({"Accept-Language": language} if language else {}),
        )
        assert answer.status == 201
        assert answer.json["refusals"][0]["detail"].startswith(words)


async def test_a_bundle_says_to_people_what_became_of_an_entry(town: Town) -> None:
    hanako = await town.resident()
    bundle = {
        "resourceType": "Bundle",
        "type": "batch",
        "entry": [{"resource": OBSERVATION}, {"resource": OBSERVATION | {"status": "registered"}}],
    }
    for language, words in (("", None), ("en", "An Observation of"), ("ja", "このstatusの")):
        answer = await town.call(
            "POST",
            "/v1/uploads/fhir",
            json=bundle,
            headers=hanako.headers
            | {"Idempotency-Key": f"bundle-{language}-01"}
            | ({"Accept-Language": language} if language else {}),
        )
        issue = json.loads(answer.body)["entry"][1]["response"]["outcome"]["issue"][0]
        assert issue["diagnostics"].startswith("An Observation of another status says nothing yet.")
        told = issue.get("details", {}).get("text")
        assert told is None if words is None else told.startswith(words)


async def test_a_time_in_the_address_is_told_as_it_came(town: Town) -> None:
    hanako = await town.resident()
    for language, words in (("en", "became a space"), ("ja", "時差の＋が空白になっています。")):
        answer = await town.call(
            "GET",
            "/v1/me/samples?metric=steps&from=2026-01-14T00:00:00+09:00&to=2026-01-15T00:00:00Z",
            headers=hanako.headers | {"Accept-Language": language},
        )
        assert answer.status == 400
        assert words in answer.json["errors"][0]["detail"]
