"""Messages, and what is put into them."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from points.said import Argument, Several, said
from wellness_api.words.languages import TONGUES, say
from wellness_api.words.messages import MalformedMessage, arguments_of, read_message
from wellness_api.words.speaking import Tongue, in_language

ENGLISH = TONGUES["en"]


def spoken(message: str, **arguments: Argument) -> str:
    one = Tongue(
        language="en",
        manner=ENGLISH.manner,
        messages={"it": read_message(message), "and": read_message(" and ")},
        day=ENGLISH.day,
        day_long=ENGLISH.day_long,
        clock=ENGLISH.clock,
    )
    return one.say(said("it", **arguments))


@pytest.mark.parametrize(
    ("message", "arguments", "sentence"),
    [
        ("Good day", {}, "Good day"),
        ("{points} points", {"points": 12_345}, "12,345 points"),
        ("{points, plural, one {# point} other {# points}}", {"points": 1}, "1 point"),
        ("{points, plural, one {# point} other {# points}}", {"points": 0}, "0 points"),
        ("{a, plural, one {it} other {{b} of #}}", {"a": 3, "b": 2}, "2 of 3"),
        ("till {day}", {"day": date(2027, 3, 31)}, "till 31 Mar"),
        ("till {day, date, long}", {"day": date(2027, 3, 31)}, "till 31 Mar 2027"),
        ("at {place}", {"place": {"ja": "市役所", "en": "City hall"}}, "at City hall"),
        ("{all}", {"all": Several([1, 2, 3], said("and"))}, "1 and 2 and 3"),
        ("number # 5", {}, "number # 5"),
    ],
)
def test_a_message_is_said_with_its_arguments(
    message: str, arguments: dict[str, Argument], sentence: str
) -> None:
    assert spoken(message, **arguments) == sentence


@pytest.mark.parametrize(
    "message",
    [
        "{points",
        "points}",
        "{}",
        "{Points}",
        "{points, number}",
        "{points, plural, other {# points}}",
        "{points, plural, one {# point} other {# points}",
        "{points, plural, one {# point}}",
    ],
)
def test_a_message_of_another_form_is_refused(message: str) -> None:
    with pytest.raises(MalformedMessage, match="cannot be read from character"):
        read_message(message)


@given(st.text())
def test_whatever_is_written_is_read_or_refused(message: str) -> None:
    try:
        parts = read_message(message)
    except MalformedMessage:
        return
    assert list(arguments_of(parts)) == [] or "{" in message


def test_a_name_that_is_not_there_in_a_language_is_shown_in_the_first_one() -> None:
    both = {"en": "Towel", "ja": "タオル"}
    assert in_language(both, "en") == "Towel"
    assert in_language(both, "de") == "タオル"
    assert in_language({"zh-Hant": "毛巾"}, "ja") == "毛巾"


def test_a_sentence_comes_in_every_language_the_first_one_first() -> None:
    assert list(say(said("amount.steps", count=1))) == list(TONGUES)
    assert next(iter(TONGUES)) == "ja"
