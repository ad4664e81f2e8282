"""What the server says of the time is believed when it can be true, and one answer alone moves no clock that was right."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from box import Box

from device_bridge.clock import AGREE_MS_MAX, ANSWERS_APART_MS_MIN

APART = timedelta(milliseconds=ANSWERS_APART_MS_MIN)
STALE = timedelta(seconds=-30)


@pytest.fixture
def box(tmp_path: Path) -> Iterator[Box]:
    """A box whose wall clock is right, and nobody but the server says so."""
    opened = Box(tmp_path / "outbox.sqlite", synchronised=False)
    yield opened
    opened.close()


def answered(box: Box, off: timedelta = timedelta(0)) -> bool:
    """The server answers with a date that is so far off."""
    return box.clock.learn(box.now + off, asked=box.clock.now())


def off(box: Box) -> timedelta:
    return box.clock.best_utc() - box.now


@pytest.mark.parametrize(
    "said",
    [
        datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC),
        datetime(1, 1, 1, tzinfo=UTC),
        datetime(1970, 1, 1, tzinfo=UTC),
        datetime(2100, 1, 1, tzinfo=UTC),
    ],
)
def test_a_year_that_cannot_be_is_not_learned_and_not_remembered(box: Box, said: datetime) -> None:
    assert not box.clock.learn(said, asked=box.clock.now())
    assert box.clock.offset_ms() is None
    box.clock.remember(round(said.timestamp() * 1000) - box.clock.now().boot_ms)
    assert box.clock.offset_ms() is None
    box.pass_time(timedelta(seconds=3))
    assert off(box) == timedelta(0)


def test_a_time_server_that_says_a_year_that_cannot_be_is_not_believed(tmp_path: Path) -> None:
    box = Box(tmp_path / "outbox.sqlite", wall_off=timedelta(days=-20_000))
    assert box.clock.offset_ms() is None
    box.close()


class TestAServerThatWasStoppedAnswersFirstWithTheDateOfBefore:
    @pytest.mark.parametrize("synchronised", [True, False])
    def test_one_such_answer_moves_no_clock_that_is_right(
        self, tmp_path: Path, *, synchronised: bool
    ) -> None:
        box = Box(tmp_path / "outbox.sqlite", synchronised=synchronised)
        if not synchronised:
            answered(box)  # Now the wall clock is confirmed.
        assert not answered(box, STALE)
        assert off(box) == timedelta(0)
        assert not box.clock.wants_a_second_word()
        box.pass_time(APART)
        assert box.clock.wants_a_second_word()
        answered(box)
        assert off(box) == timedelta(0)
        assert not box.clock.wants_a_second_word()
        box.close()

    def test_nor_do_many_of_the_same_look(self, box: Box) -> None:
        answered(box)
        for _ in range(20):
            answered(box, STALE)
            box.pass_time(timedelta(milliseconds=20))
        assert off(box) == timedelta(0)

    def test_nor_does_a_date_that_stands_still(self, box: Box) -> None:
        answered(box)
        stands = box.now + STALE
        for _ in range(10):
            box.clock.learn(stands, asked=box.clock.now())
            box.pass_time(APART)
        assert off(box) == timedelta(0)

    def test_a_second_answer_that_says_the_same_is_believed(self, box: Box) -> None:
        """The wall clock and the server were wrong together, or the server's clock was mended."""
        answered(box)
        assert not answered(box, timedelta(minutes=-10))
        box.pass_time(APART)
        assert answered(box, timedelta(minutes=-10))
        assert abs(off(box) + timedelta(minutes=10)) < timedelta(milliseconds=AGREE_MS_MAX)


def test_the_first_word_is_believed_while_nobody_knows_the_time(tmp_path: Path) -> None:
    box = Box(tmp_path / "outbox.sqlite", wall_off=timedelta(days=-20_000), synchronised=False)
    assert answered(box)
    assert abs(off(box)) < timedelta(milliseconds=AGREE_MS_MAX)
    box.close()


def test_a_wall_clock_that_is_right_is_believed_against_a_count_of_milliseconds_that_went_wrong(
    box: Box,
) -> None:
    """Seconds a day, on small boxes."""
    answered(box)
    box.pass_time(timedelta(days=1))
    box.started += timedelta(seconds=8)
    answered(box)
    assert off(box) == timedelta(0)
