"""Every kind of problem that the API reports is told to people in the language that they ask for."""

from typing import Any

import pytest

from tests.town import Town, steps
from tests.wellness_api.programs.server.problem_codes import server_codes
from wellness_api.http.services import Services
from wellness_api.words.asked import language_asked
from wellness_api.words.languages import TONGUES


def test_the_list_of_codes_is_that_of_the_source() -> None:
    codes = server_codes()
    assert {"wrong_shape", "wrong_team_code", "sold_out", "draw_exists", "body_too_large"} <= codes
    assert {"signature_expired", "not_found", "unknown_parameter", "too_slow"} <= codes


@pytest.mark.parametrize("language", TONGUES)
def test_every_kind_of_problem_has_words_in_every_language(language: str) -> None:
    table = "problem."
    spoken = {
        key.removeprefix(table) for key in TONGUES[language].messages if key.startswith(table)
    }
    assert server_codes() - spoken == set(), f"say these in wellness_api/words/{language}"
    assert spoken - server_codes() == set(), f"nothing answers these of {language}"


@pytest.mark.parametrize(
    ("header", "language"),
    [
        ("ja", "ja"),
        ("ja-JP,ja;q=0.9,en-US;q=0.8", "ja"),
        ("en-GB", "en"),
        ("fr, en;q=0.5, ja;q=0.7", "ja"),
        ("JA", "ja"),
        ("en;q=0, ja;q=0.1", "ja"),
        ("fr", None),
        ("*", None),
        ("", None),
        ("ja;q=0", None),
        (";;q=,ja;q=7", None),
        (",".join(["fr"] * 20 + ["ja"]), None),
    ],
)
def test_a_caller_asks_for_a_language_by_the_header(header: str, language: str | None) -> None:
    assert language_asked(header) == language


async def test_a_report_is_told_in_the_language_that_is_asked_for(town: Town) -> None:
    wrong = {"code": "AAAA-AAAA-AAAA"}
    key = {"Idempotency-Key": "a-device-of-theirs"}
    told = {
        header: await town.call(
            "POST", "/v1/sessions", json=wrong, headers=key | {"Accept-Language": header}
        )
        for header in ("ja-JP", "en", "fr")
    }
    japanese = told["ja-JP"].json
    assert japanese["title"] == japanese["detail"] == "この番号では入れませんでした。"
    assert told["ja-JP"].headers["Content-Language"] == "ja"
    assert told["en"].json["title"] == "That code did not work."
    assert "Content-Language" not in told["fr"].headers
    for report in (answer.json for answer in told.values()):
        assert report["type"] == "urn:wellness:wrong_code"
        assert _for_programs(report) == _for_programs(told["fr"].json) != []
    assert japanese["errors"][0]["detail"] == japanese["title"]
    assert told["en"].json["errors"][0]["detail"] == told["en"].json["title"]


def _for_programs(report: Any) -> list[tuple[str, str]]:
    return [(wrong["field"], wrong["limit"]) for wrong in report["errors"]]


@pytest.mark.parametrize(
    ("team", "field", "japanese"),
    [
        ({"size_max": 5}, "name", "この項目を入れてください。"),
        ({"name": "", "size_max": 5}, "name", "1文字以上で入れてください。"),
        (
            {"name": "雪組", "size_max": "5"},
            "size_max",
            "整数を入れてください。届いたのは文字です。",
        ),
        ({"name": "雪組", "size_max": 21}, "size_max", "20以下の数を入れてください。"),
    ],
)
async def test_what_is_wrong_with_a_field_is_told_in_the_language_that_is_asked_for(
    town: Town, team: dict[str, Any], field: str, japanese: str
) -> None:
    hanako = await town.resident()
    key = hanako.headers | {"Idempotency-Key": "a-team-of-theirs"}
    told = {
        header: await town.call(
            "POST", "/v1/me/team", json=team, headers=key | {"Accept-Language": header}
        )
        for header in ("ja", "en", "fr")
    }
    wrong = {header: answer.json["errors"][0] for header, answer in told.items()}
    assert {answer.status for answer in told.values()} == {422}
    assert {report["field"] for report in wrong.values()} == {field}
    assert len({report["limit"] for report in wrong.values()}) == 1
    assert wrong["ja"]["detail"] == japanese
    assert wrong["en"]["detail"].startswith("Please give ")
    assert wrong["fr"]["detail"].startswith(("Expected ", "Object missing "))


async def test_what_is_wrong_with_the_query_is_told_in_the_language_that_is_asked_for(
    town: Town,
) -> None:
    hanako = await town.resident()
    japanese = hanako.headers | {"Accept-Language": "ja"}
    samples = "/v1/me/samples?metric=steps&to=2026-11-02T00:00:00Z"
    for path, detail in (
        ("/v1/me/wallet/entries?limit=101", "100以下の数を入れてください。"),
        ("/v1/me/wallet/entries?limit=many", "整数を入れてください。届いたのは文字です。"),
        (samples, "fromがありません。入れてください。"),
        (
            f"{samples}&from=noon",
            "'noon'は日時として読めません。2026-09-21T22:14:00+09:00のように、時差を付けて書いてください。",
        ),
    ):
        answer = await town.call("GET", path, headers=japanese)
        assert (answer.status, answer.json["errors"][0]["detail"]) == (400, detail)


@pytest.mark.parametrize(
    ("header", "sent", "title", "says"),
    [
        ("ja", {}, "足りない項目か、合わない項目", "ヘッダーのIdempotency-Keyがありません。"),
        ("ja", {"Idempotency-Key": "short"}, "合わない項目", "8文字から64文字にしてください。"),
        ("en", {}, "Something is missing", "The header Idempotency-Key is missing."),
        ("en", {"Idempotency-Key": "short"}, "does not fit", "it is 8 to 64 characters of A-Z"),
        ("fr", {}, "The request is not valid", "The header Idempotency-Key is missing."),
        ("fr", {"Idempotency-Key": "short"}, "not valid", "it is 8 to 64 characters of A-Z"),
    ],
)
async def test_who_sends_no_key_is_told_what_a_key_is(
    town: Town, header: str, sent: dict[str, str], title: str, says: str
) -> None:
    hanako = await town.resident()
    answer = await town.call(
        "POST",
        "/v1/uploads",
        json={"batches": [steps([50])]},
        headers=hanako.headers | sent | {"Accept-Language": header},
    )
    assert answer.status == 400
    assert title in answer.json["title"]
    assert answer.json["errors"][0]["field"] == "Idempotency-Key"
    assert says in answer.json["errors"][0]["detail"]


@pytest.mark.parametrize(
    ("address", "key", "field", "more"),
    [
        ("/v1/uploads", "batches", "batches[0].origin", {}),
        ("/v1/uploads", "batches", "batches[0].origin", {"each_batch": True}),
        ("/v1/uploads/rows", "samples", "item[0].origin", {}),
    ],
)
async def test_a_value_that_is_none_of_a_few_is_answered_with_the_few(
    town: Town, address: str, key: str, field: str, more: dict[str, Any]
) -> None:
    hanako = await town.resident()
    sent: dict[str, Any] = steps([50]) | {"origin": "manual"}
    if key == "samples":
        sent = {
            "metric": "steps",
            "source": "phone:example",
            "time": "2026-11-18T06:05:00+09:00",
            "value": 50,
            "origin": "manual",
        }
    for header, says in (
        ("ja", "'manual'は使えません。app, device, file, typedのどれかを入れてください。"),
        ("en", "Please give one of these: app, device, file, typed."),
        ("fr", "app, device, file, typed"),
    ):
        answer = await town.call(
            "POST",
            address,
            json={key: [sent]} | more,
            headers=hanako.headers | {"Idempotency-Key": "origin-0001", "Accept-Language": header},
        )
        (error,) = answer.json["errors"]
        assert (answer.status, error["field"]) == (422, field)
        assert says in error["detail"]


@pytest.mark.parametrize(
    ("header", "title", "says"),
    [
        ("ja", "送られた内容を読み取れませんでした。", "1バイト目から読めません。正しいJSON"),
        ("en", "What was sent cannot be read.", "from byte 1 on. Please send well-formed JSON"),
    ],
)
async def test_who_sends_broken_json_is_told_where_it_breaks(
    town: Town, header: str, title: str, says: str
) -> None:
    hanako = await town.resident()
    answer = await town.call(
        "POST",
        "/v1/uploads",
        data=b"{bad json",
        headers=hanako.headers
        | {
            "Accept-Language": header,
            "Content-Type": "application/json",
            "Idempotency-Key": "broken-0001",
        },
    )
    assert answer.status == 400
    assert answer.json["title"].startswith(title)
    assert says in answer.json["errors"][0]["detail"]


async def test_a_body_that_is_too_large_is_refused_in_the_language_that_is_asked_for(
    town: Town,
) -> None:
    typed = {"code": "A" * 2_000}
    key = {"Idempotency-Key": "a-device-of-theirs"}
    for header, words, sentence in (
        ("ja", "送る内容が大きすぎます。", "本文が送られたままで1024バイトを超えています。"),
        ("en", "What was sent is too large.", "The body has more than 1024 bytes as sent."),
    ):
        answer = await town.call(
            "POST", "/v1/sessions", json=typed, headers=key | {"Accept-Language": header}
        )
        assert answer.status == 413
        assert answer.json["title"] == words
        assert answer.json["detail"].startswith(words)
        assert answer.json["detail"].endswith(sentence)
        assert answer.json["errors"][0]["detail"] == sentence


async def test_an_upload_that_has_to_wait_is_told_so_in_the_language_that_is_asked_for(
    town: Town,
) -> None:
    """By the short way, where the framework does not answer."""
    hanako = await town.resident()
    services: Services = town.app.state.services
    services.load.requests = services.settings.requests_max
    busy = await town.call(
        "POST",
        "/v1/uploads",
        json={"batches": [steps([50])]},
        headers=hanako.headers | {"Idempotency-Key": "busy-0001", "Accept-Language": "ja"},
    )
    services.load.requests = 0
    assert busy.status == 503
    assert busy.headers["Content-Language"] == "ja"
    assert busy.json["title"].startswith("いま混み合っているか")


async def test_a_caller_without_a_language_is_told_what_developers_need(town: Town) -> None:
    answer = await town.get("/v1/nothing-here")
    assert answer.json["title"] == "Not found"
    japanese = await town.call("GET", "/v1/nothing-here", headers={"Accept-Language": "ja"})
    assert japanese.json["title"] == "見つかりませんでした。画面を開き直してください。"
