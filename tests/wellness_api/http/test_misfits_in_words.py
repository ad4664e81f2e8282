"""What msgspec says of a misfit is said to people in words of ours, in every language."""

from datetime import date, datetime, time
from typing import Annotated, Any, Literal

import msgspec
import pytest
from msgspec import Meta

from points.said import Said
from wellness_api.http.misfits_in_words import misfit_said
from wellness_api.words.languages import TONGUES

Moment = Annotated[datetime, Meta(tz=True)]


class Pair(msgspec.Struct, forbid_unknown_fields=True):
    first: int


def what_is_wrong(shape: Any, sent: Any) -> str:
    with pytest.raises(msgspec.ValidationError) as refused:
        msgspec.json.decode(msgspec.json.encode(sent), type=shape)
    return str(refused.value).partition(" - at ")[0]


@pytest.mark.parametrize(
    ("shape", "sent", "japanese"),
    [
        (int, "x", "整数を入れてください。届いたのは文字です。"),
        (int | None, "x", "整数を入れてください。届いたのは文字です。"),
        (int | list[int], "x", "整数か一覧を入れてください。届いたのは文字です。"),
        (float, "x", "数を入れてください。届いたのは文字です。"),
        (str, 1, "文字を入れてください。届いたのは整数です。"),
        (bool, 1, "trueかfalseを入れてください。届いたのは整数です。"),
        (dict[str, int], [], "名前と値の組を入れてください。届いたのは一覧です。"),
        (Pair, {"first": 1, "second": 2}, "secondという項目は、ここにはありません。"),
        (
            Literal["a", "b"],
            "c",
            "'c'は、決められた値にありません。決められた値のどれかを入れてください。",
        ),
        (Annotated[int, Meta(ge=1)], 0, "1以上の数を入れてください。"),
        (Annotated[int, Meta(ge=-5)], -6, "-5以上の数を入れてください。"),
        (Annotated[int, Meta(le=1_000)], 1_001, "1,000以下の数を入れてください。"),
        (Annotated[float, Meta(gt=0)], 0, "0より大きい数を入れてください。"),
        (Annotated[float, Meta(lt=1.5)], 2, "1.5より小さい数を入れてください。"),
        (Annotated[str, Meta(min_length=4)], "abc", "4文字以上で入れてください。"),
        (Annotated[str, Meta(max_length=64)] | None, "a" * 65, "64文字以下で入れてください。"),
        (Annotated[str, Meta(pattern="^a$")], "b", "決められた形で入れてください: '^a$'"),
        (Annotated[list[int], Meta(min_length=1)], [], "1個以上入れてください。"),
        (Annotated[list[int], Meta(max_length=1)], [1, 2], "1個以下にしてください。"),
        (Annotated[dict[str, int], Meta(min_length=1)], {}, "1個以上入れてください。"),
        (tuple[int, int], [1], "2個入れてください。"),
        (
            Moment,
            "2026-09-21T22:14:00",
            "日付と時刻を、時差を付けて入れてください。例: 2026-09-21T22:14:00+09:00",
        ),
        (
            Moment,
            "noon",
            "日付と時刻を、時差を付けて入れてください。例: 2026-09-21T22:14:00+09:00",
        ),
        (Moment, 1, "日付と時刻を入れてください。届いたのは整数です。"),
        (date, "today", "日付を入れてください。例: 2026-09-21"),
        (time, "noon", "時刻を入れてください。例: 22:14:00"),
    ],
)
def test_what_is_wrong_is_said_in_words(shape: Any, sent: Any, japanese: str) -> None:
    sentence = misfit_said(what_is_wrong(shape, sent))
    assert sentence is not None
    assert TONGUES["ja"].say(sentence) == japanese
    assert TONGUES["en"].say(sentence).isascii()


def test_a_missing_field_is_asked_for() -> None:
    assert misfit_said(what_is_wrong(Pair, {})) == Said("misfit.missing", {})


@pytest.mark.parametrize(
    ("sent", "japanese"),
    [
        (
            b"{]",
            "送られた内容が、1バイト目から読めません。正しいJSONかMessagePackを送ってください。",
        ),
        (
            b"1 2",
            "送られた内容が、3バイト目から読めません。正しいJSONかMessagePackを送ってください。",
        ),
        (b'{"first": 1', "送られた内容が途中で切れています。全部を送ってください。"),
        (b'"\xff"', "0バイト目がUTF-8ではありません。文字はUTF-8で送ってください。"),
    ],
)
def test_a_body_that_cannot_be_read_is_said_in_words(sent: bytes, japanese: str) -> None:
    with pytest.raises((msgspec.DecodeError, UnicodeDecodeError)) as refused:
        msgspec.json.decode(sent)
    sentence = misfit_said(str(refused.value))
    assert sentence is not None
    assert TONGUES["ja"].say(sentence) == japanese


def test_one_letter_and_several_are_said_as_english_says_them() -> None:
    english = TONGUES["en"]
    for most, words in ((1, "at most 1 letter."), (2, "at most 2 letters.")):
        wrong = what_is_wrong(Annotated[str, Meta(max_length=most)], "abc")
        sentence = misfit_said(wrong)
        assert sentence is not None
        assert english.say(sentence) == f"Please give {words}"


@pytest.mark.parametrize("what", ["", "There is no metric 'stps'.", "Expected `uuid`, got `int`"])
def test_of_anything_else_no_more_is_said_than_of_the_whole(what: str) -> None:
    assert misfit_said(what) is None
