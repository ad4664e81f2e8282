"""A report of what the caller did wrong names a field and its limit, the figure itself where there is one."""

from collections.abc import Mapping
from typing import Any

import pytest

from tests.town import Town

JSON = {"Content-Type": "application/json"}
KEY = {"Idempotency-Key": "report-0001"}
ELSEWHERE = {"Sec-Fetch-Site": "cross-site", "Cookie": "wellness_session=x"}
BATCH = {"metric": "steps", "source": "phone:x", "times_ms": [1_790_000_040_000], "values": [1]}

Call = tuple[str, str, dict[str, Any]]

WRONG: Mapping[str, tuple[Call, int, str, str]] = {
    # what is wrong: the call, status, field, part of the limit
    "no key": (
        ("POST", "/v1/uploads", {"json": {"batches": [BATCH]}}),
        400,
        "Idempotency-Key",
        "required",
    ),
    "no batches": (
        ("POST", "/v1/uploads", {"json": {"batches": []}, "headers": KEY}),
        *(422, "batches", "at least one batch, or a whole state"),
    ),
    "too many batches": (
        ("POST", "/v1/uploads", {"json": {"batches": [BATCH] * 501}, "headers": KEY}),
        *(422, "batches", "length <= 500"),
    ),
    "a batch without values": (
        ("POST", "/v1/uploads", {"json": {"batches": [{"metric": "steps"}]}, "headers": KEY}),
        *(422, "batches[0].source", "required"),
    ),
    "a time without its form": (
        (
            "POST",
            "/v1/me/samples/shift",
            {
                "json": {"source": "phone:x", "from": "noon", "to": "noon", "seconds": 60},
                "headers": KEY,
            },
        ),
        *(422, "from", "2026-09-21T22:14:00+09:00"),
    ),
    "another origin": (
        (
            "POST",
            "/v1/uploads",
            {"json": {"batches": [BATCH | {"origin": "hand"}]}, "headers": KEY},
        ),
        *(422, "batches[0].origin", "one of app, device, file, typed"),
    ),
    "too many entries": (("GET", "/v1/me/wallet/entries?limit=101", {}), 400, "limit", "<= 100"),
    "no metric": (
        ("GET", "/v1/me/samples?from=2026-11-01T00:00:00Z&to=2026-11-02T00:00:00Z", {}),
        400,
        "metric",
        "required",
    ),
    "another role": (("GET", "/v1/indicators", {}), 403, "role", "x-roles"),
    "nothing there": (("GET", "/v1/me/redemptions/1", {}), 404, "address", "/openapi.json"),
    "no such address": (("GET", "/v1/nothing-here", {}), 404, "address", "/openapi.json"),
    "no such method": (("PATCH", "/v1/uploads", {}), 405, "method", "POST"),
    "no lottery": (("GET", "/v1/lotteries/none", {}), 404, "programme", "lottery"),
}

OF_STRANGERS: Mapping[str, tuple[Call, int, str, str]] = {
    "nobody": (("GET", "/v1/me", {}), 401, "Authorization", "Bearer"),
    "a wrong code": (("POST", "/v1/sessions", {"json": {"code": "0000"}}), 401, "code", "printed"),
    "another site": (
        ("POST", "/v1/sessions", {"json": {"code": "0000"}, "headers": ELSEWHERE}),
        *(403, "Sec-Fetch-Site or Origin", "our own pages"),
    ),
    "another signature": (
        ("GET", "/v1/me", {"headers": {"Signature-Input": 'a=();tag="other"'}}),
        *(401, "Signature-Input", "nonce"),
    ),
}


@pytest.mark.parametrize("wrong", WRONG)
async def test_a_report_names_field_and_limit(town: Town, wrong: str) -> None:
    hanako = await town.resident()
    (method, path, options), *expected = WRONG[wrong]
    headers = hanako.headers | options.get("headers", {})
    answer = await town.call(method, path, **(options | {"headers": headers}))
    _names(answer.status, answer.json, *expected)


@pytest.mark.parametrize("wrong", OF_STRANGERS)
async def test_a_report_to_a_stranger_names_field_and_limit(town: Town, wrong: str) -> None:
    (method, path, options), *expected = OF_STRANGERS[wrong]
    answer = await town.call(method, path, **options)
    _names(answer.status, answer.json, *expected)


def _names(status: int, problem: Any, expected: Any, field: str, limit: str) -> None:
    assert status == expected, problem
    (error,) = problem["errors"]
    assert error["field"] == field
    assert limit in error["limit"]
    assert error["detail"]


async def test_only_what_can_be_cut_is_told_to_come_in_parts(town: Town) -> None:
    hanako = await town.resident()
    sign_in = await town.call("POST", "/v1/sessions", json={"code": "A" * 2_000})
    assert sign_in.status == 413
    assert "1024 bytes" in sign_in.json["detail"]
    assert "in parts" not in sign_in.json["detail"]
    upload = await town.call(
        "POST",
        "/v1/uploads",
        data=b"[" * (8 * 1024 * 1024 + 1),
        headers=hanako.headers | KEY | JSON,
    )
    assert (upload.status, "in parts" in upload.json["detail"]) == (413, True)
