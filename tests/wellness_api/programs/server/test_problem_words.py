"""Every kind of problem that the API reports is told to people in the language that they ask for."""

import pytest

from tests.town import Town
from tests.wellness_api.programs.server.problem_codes import server_codes
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
    for report in (each.json for each in told.values()):
        assert report["type"] == "urn:wellness:wrong_code"
        assert report["errors"] == told["fr"].json["errors"]


async def test_a_caller_without_a_language_is_told_what_developers_need(town: Town) -> None:
    answer = await town.get("/v1/nothing-here")
    assert answer.json["title"] == "Not found"
    japanese = await town.call("GET", "/v1/nothing-here", headers={"Accept-Language": "ja"})
    assert japanese.json["title"] == "見つかりませんでした。画面を開き直してください。"
