"""Look-ups that come in at the same time share one statement, and each gets its own answer."""

import asyncio
from collections.abc import Mapping, Sequence

import asyncpg
import pytest

from wellness_api.database.batching import Batched


class Book:
    """A look-up that is told when to answer, and remembers what it was asked."""

    def __init__(self) -> None:
        self.asked: list[list[int]] = []
        self.may_answer = asyncio.Event()

    async def __call__(self, keys: Sequence[int]) -> Mapping[int, str]:
        self.asked.append(list(keys))
        await self.may_answer.wait()
        return {key: f"number {key}" for key in keys if key < 100}


async def turns(count: int = 3) -> None:
    for _ in range(count):
        await asyncio.sleep(0)


async def test_look_ups_of_one_moment_go_out_together() -> None:
    book = Book()
    book.may_answer.set()
    batched = Batched(book)
    answers = await asyncio.gather(*(batched.get(key) for key in (1, 2, 3)))
    assert answers == ["number 1", "number 2", "number 3"]
    assert book.asked == [[1, 2, 3]]


async def test_what_comes_in_while_one_is_under_way_waits_for_it_and_goes_out_together() -> None:
    book = Book()
    batched = Batched(book)
    first = asyncio.create_task(batched.get(1))
    await turns()
    others = [asyncio.create_task(batched.get(key)) for key in (2, 3, 2)]
    await turns()
    assert book.asked == [[1]]
    book.may_answer.set()
    assert await first == "number 1"
    assert await asyncio.gather(*others) == ["number 2", "number 3", "number 2"]
    assert book.asked == [[1], [2, 3]]


async def test_an_unknown_key_is_answered_with_nothing() -> None:
    book = Book()
    book.may_answer.set()
    assert await Batched(book).get(100) is None


class Panic(BaseException):
    """As a panic of a library comes: no Exception."""


@pytest.mark.parametrize("kind", [ValueError, Panic])
async def test_a_keys_error_reaches_those_who_asked_for_it_and_nobody_else(
    kind: type[BaseException],
) -> None:
    asked: list[list[int]] = []

    async def fetch(keys: Sequence[int]) -> Mapping[int, str]:
        asked.append(list(keys))
        if {13, 40} & set(keys):
            raise kind("unlucky")
        return {key: f"number {key}" for key in keys}

    batched = Batched(fetch)
    keys = [13, *range(64), 13]
    answers = await asyncio.gather(*map(batched.get, keys), return_exceptions=True)
    for key, answer in zip(keys, answers, strict=True):
        if key in {13, 40}:
            assert isinstance(answer, Exception)
            assert "unlucky" in str(answer)
        else:
            assert answer == f"number {key}"
    assert len(asked) < 32, "halves find the keys at fault; one by one would be 64"
    assert await batched.get(1) == "number 1"


async def test_with_the_server_gone_nobody_is_asked_for_a_second_time() -> None:
    asked = 0

    async def fetch(keys: Sequence[int]) -> Mapping[int, str]:
        nonlocal asked
        asked += 1
        await asyncpg.connect("postgresql://127.0.0.1:1/nowhere")
        return {}

    batched = Batched(fetch)
    answers = await asyncio.gather(*map(batched.get, range(50)), return_exceptions=True)
    assert all(isinstance(answer, ConnectionRefusedError) for answer in answers)
    assert asked == 1


async def test_a_caller_who_gives_up_does_not_take_the_answer_from_the_others() -> None:
    book = Book()
    batched = Batched(book)
    impatient, patient = (asyncio.create_task(batched.get(key)) for key in (1, 2))
    await turns()
    impatient.cancel()
    with pytest.raises(asyncio.CancelledError):
        await impatient
    book.may_answer.set()
    assert await patient == "number 2"
