"""A time in an address that cannot be taken is told in the caller's language, whether one of them is wrong or both."""

import pytest

from tests.town import Town, steps

GOOD = "2026-11-18T00:00:00%2B09:00"
BAD = "2026-11-18T00:00:00+09:00"


@pytest.mark.parametrize("method", ["GET", "DELETE"])
@pytest.mark.parametrize(("start", "end", "wrong"), [(BAD, GOOD, 1), (GOOD, BAD, 1), (BAD, BAD, 2)])
@pytest.mark.parametrize(("language", "told"), [("ja", "時差の＋が空白"), ("en", "became a space")])
async def test_a_plus_that_became_a_space_is_told_for_each_time(
    town: Town, method: str, start: str, end: str, wrong: int, language: str, told: str
) -> None:
    hanako = await town.resident()
    answer = await town.call(
        method,
        f"/v1/me/samples?metric=steps&from={start}&to={end}",
        headers=hanako.headers | {"Accept-Language": language, "Idempotency-Key": "addresses-02"},
    )
    assert answer.status == 400
    assert len(answer.json["errors"]) == wrong
    assert all(told in error["detail"] for error in answer.json["errors"])


@pytest.mark.parametrize(
    "address",
    ["/v1/me/samples?metric=steps&", "/v1/me/fhir?", "/v1/me/open-mhealth?"],
)
@pytest.mark.parametrize(
    ("number", "told"),
    [
        ("1790000000", "a number of seconds since 1970, 2026-09-21T14:13:20+00:00"),
        ("1790000000000", "a number of milliseconds since 1970, 2026-09-21T14:13:20+00:00"),
        ("1790000000.5", "'1790000000.5' is no such time"),
        ("-1", "'-1' is no such time"),
    ],
)
async def test_a_number_is_no_time_of_an_address_whatever_it_counts(
    town: Town, address: str, number: str, told: str
) -> None:
    hanako = await town.resident()
    for query, fields in (
        (f"from={number}&to={GOOD}", ["from"]),
        (f"from={number}&to={number}", ["from", "to"]),
    ):
        answer = await town.get(address + query, hanako)
        assert (answer.status, answer.json["type"]) == (400, "urn:wellness:invalid_request")
        assert [error["field"] for error in answer.json["errors"]] == fields
        assert all(told in error["detail"] for error in answer.json["errors"])


async def test_a_number_in_an_address_deletes_nothing(town: Town) -> None:
    hanako = await town.resident()
    await town.upload(hanako, steps([100, 100]))
    answer = await town.call(
        "DELETE",
        "/v1/me/samples?from=1700000000&to=1799999999",
        headers=hanako.headers | {"Idempotency-Key": "addresses-03"},
    )
    assert answer.status == 400
    samples = await town.get(
        "/v1/me/samples?metric=steps&from=2026-11-01T00:00:00Z&to=2026-11-30T00:00:00Z", hanako
    )
    assert samples.json["values"] == [100, 100]
