"""A refusal says in the caller's language what is wrong and what to do, and not only that something is."""

from typing import Any

import pytest

from tests.town import Town, steps

SPAN = "metric=steps&from={}&to={}"
DAY = ("2026-11-17T00:00:00Z", "2026-11-18T00:00:00Z")
SHIFT = {"source": "phone:test", "from": DAY[0], "to": "2026-11-18T12:00:00Z", "seconds": 3_600}
STATE = {
    "metric": "steps",
    "source": "phone:test",
    "from_ms": 1_794_960_000_000,
    "until_ms": 1_794_963_600_000,
    "sequence": 1,
}
ROW = {"metric": "steps", "source": "phone:test", "time": "2026-11-17T08:00:00+09:00", "value": 60}

Case = tuple[str, str, Any, str, str, str]


def samples(start: str, end: str) -> str:
    return f"/v1/me/samples?{SPAN.format(start, end)}"


def whole(**more: Any) -> Any:
    return {"batches": [], "whole_states": [STATE | more]}


CASES: dict[str, Case] = {
    # the call, the field, and parts of what is said in Japanese and in English
    "a day that has not come": (
        *("GET", "/v1/me/days/2027-01-01", None, "date"),
        *("2027-01-01は未来の日です。2026-11-18までの日を", "2027-01-01 has not come"),
    ),
    "no day of the calendar": (
        *("GET", "/v1/me/days/2026-11-31", None, "date"),
        *("'2026-11-31'という日はありません。", "'2026-11-31' is no day of the calendar"),
    ),
    "a day of long ago": (
        *("GET", "/v1/me/days/1999-12-31", None, "date"),
        *("2000-01-01からの日を", "a day from 2000-01-01 on"),
    ),
    "a metric that there is not": (
        *("GET", samples(*DAY).replace("steps", "step"), None, "metric"),
        *("GET /v1/metricsのコード", "There is no metric 'step'"),
    ),
    "a span that ends before it begins": (
        *("GET", samples(*DAY[::-1]), None, "to"),
        *("toをfromより後に", "`to` is after `from`"),
    ),
    "a span that is too long": (
        *("GET", samples("2020-01-01T00:00:00Z", DAY[1]), None, "to"),
        *("366日までに分けて", "at most 366 days"),
    ),
    "a move into the future": (
        *("POST", "/v1/me/samples/shift", SHIFT | {"seconds": 864_000}, "seconds"),
        *("未来の時刻になる記録があります。", "to a time that has not come"),
    ),
    "a move of too many days": (
        *("POST", "/v1/me/samples/shift", SHIFT | {"from": "2026-09-01T00:00:00Z"}, "to"),
        *("31日分までです。", "at most 31 days are moved at once"),
    ),
    "a move by nothing": (
        *("POST", "/v1/me/samples/shift", SHIFT | {"seconds": 0}, "seconds"),
        *("0秒では何も移りません。", "0 seconds move nothing"),
    ),
    "a move of a source from which nothing came": (
        *("POST", "/v1/me/samples/shift", SHIFT | {"source": "phone:none"}, "source"),
        *("phone:noneからの記録は届いていません。", "No samples of phone:none have come"),
    ),
    "a source named twice": (
        *("PUT", "/v1/me/sources/steps", {"sources": ["phone:a", "phone:a"]}, "sources"),
        *("同じsourceが2回", "A source is named twice"),
    ),
    "an order of what counts towards another": (
        *("PUT", "/v1/me/sources/steps_day_total", {"sources": ["phone:a"]}, "metric"),
        *("順番はstepsで決めて", "choose the order there"),
    ),
    "a whole state in seconds": (
        *("POST", "/v1/uploads", whole(from_ms=1_794_960_000), "whole_states[0].from_ms"),
        *("from_msにはミリ秒を", "; from_ms takes milliseconds."),
    ),
    "a whole state in microseconds": (
        *("POST", "/v1/uploads", whole(until_ms=1_794_963_600_000_000), "whole_states[0].until_ms"),
        *("until_msにはミリ秒を", "; until_ms takes milliseconds."),
    ),
    "a whole state that ends before it begins": (
        *("POST", "/v1/uploads", whole(until_ms=STATE["from_ms"]), "whole_states[0].until_ms"),
        *("until_msをfrom_msより後に", "until_ms is after from_ms"),
    ),
    "an end before its start": (
        "POST",
        "/v1/uploads/rows",
        {"samples": [ROW | {"end": "2026-11-17T07:00:00+09:00"}]},
        *("item[0].end", "終わりが始まりより前です。", "The interval ends before it starts."),
    ),
    "an end too long after its start": (
        "POST",
        "/v1/uploads/rows",
        {"samples": [ROW | {"end": "2026-11-18T09:00:01+09:00"}]},
        *("item[0].end", "25時間までに分けて", "longer than 25 hours"),
    ),
    "parts of a millisecond": (
        "POST",
        "/v1/uploads",
        {"batches": [steps([1]) | {"times_ms": [1_794_960_000_000.5]}]},
        "batches[0].times_ms[0]",
        *("整数を入れてください。届いたのは小数です。", "What came is a number with a fraction."),
    ),
}


@pytest.mark.parametrize("what", CASES)
async def test_a_refusal_says_what_is_wrong(town: Town, what: str) -> None:
    method, address, body, field, japanese, english = CASES[what]
    hanako = await town.resident()
    await town.upload(hanako, steps([100, 100]))
    for language, says in (("ja", japanese), ("en", english)):
        answer = await town.call(
            method,
            address,
            **({} if body is None else {"json": body}),
            headers=hanako.headers
            | {"Accept-Language": language, "Idempotency-Key": "what-to-do-01"},
        )
        (error,) = answer.json["errors"]
        assert (answer.status, error["field"]) == (422, field)
        assert says in error["detail"]
        assert error["detail"] in answer.json["detail"]
