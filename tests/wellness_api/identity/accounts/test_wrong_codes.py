"""Nobody finds a sign-in code by trying, and nobody locks the city out by trying either."""

from datetime import timedelta

import pytest

from tests.town import NOON, Town
from tests.wellness_api.identity.accounts.test_sign_in import printed, sign_in
from wellness_api.identity.accounts import wrong_codes
from wellness_api.identity.accounts.secrets import CODE_ALPHABET, CODE_LENGTH
from wellness_api.identity.accounts.wrong_codes import TooManyWrongCodes, WrongCodes, network_of

HOME = "8.8.4.4"


def tries_left(tries: WrongCodes, address: str | None, *, at_most: int = 10_000) -> int:
    for number in range(at_most):
        try:
            tries.take_try(address, now=NOON)
        except TooManyWrongCodes:
            return number
    return at_most


def test_an_address_has_sixty_wrong_tries_an_hour_and_others_have_theirs() -> None:
    tries = WrongCodes()
    assert tries_left(tries, HOME) == 60
    assert tries_left(tries, "8.8.4.8") == 60
    tries.take_try(HOME, now=NOON + timedelta(hours=1))


def test_right_codes_do_not_count() -> None:
    tries = WrongCodes()
    for _ in range(1_000):
        tries.take_try(HOME, now=NOON)
        tries.give_back(HOME)
    assert tries_left(tries, HOME) == 60


def test_when_many_try_from_many_addresses_each_has_three() -> None:
    tries = WrongCodes()
    for number in range(wrong_codes.WRONG_PER_HOUR_MAX):
        tries.take_try(f"8.{number // 250}.{number % 250}.1", now=NOON)
    assert tries_left(tries, HOME) == 3
    assert tries_left(tries, None) == 0


def test_the_networks_that_are_remembered_have_a_bound(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(wrong_codes, "NETWORKS_REMEMBERED_MAX", 100)
    tries = WrongCodes()
    for number in range(100):
        tries.take_try(f"8.8.8.{number}", now=NOON)
    assert tries_left(tries, HOME) == 0
    assert tries_left(tries, "8.8.8.1") == 59


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("8.8.4.7", "8.8.4.7"),
        ("::ffff:8.8.4.7", "8.8.4.7"),
        ("2606:4700:1:2:3:4:5:6", "2606:4700:1:2::/64"),
        ("127.0.0.1", None),
        ("172.18.0.1", None),
        ("::1", None),
        ("unix:", None),
        (None, None),
    ],
)
def test_tries_are_counted_by_network(address: str | None, network: str | None) -> None:
    assert network_of(address) == network


def test_a_code_has_the_sixty_bits_that_the_numbers_rest_on() -> None:
    assert len(CODE_ALPHABET) ** CODE_LENGTH == 2**60


async def test_beyond_the_limit_no_code_is_looked_at_before_the_next_hour(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(wrong_codes, "WRONG_PER_HOUR_MAX", 5)
    code = await printed(town, await town.resident())
    for _ in range(5):
        assert (await sign_in(town, "AAAA-AAAA-AAAA")).status == 401
    refused = await sign_in(town, code)
    assert (refused.status, refused.json["type"]) == (429, "urn:wellness:too_many_tries")
    assert refused.headers["Retry-After"] == "3600"
    town.clock.advance(timedelta(hours=1))
    assert (await sign_in(town, code)).status == 201
