"""A programme's rules in whole sentences."""

import pytest

from points.presets import preset_names, preset_text
from points.programme import read_programme
from points.saying import caps_in_words, rule_in_words
from tests.points.test_evaluate import check_text

FURANO = read_programme(preset_text("furano_winter"))


def test_a_rule_says_its_season_and_its_caps() -> None:
    own = rule_in_words(FURANO, FURANO.rule("own_in_winter"))
    assert own.ja.endswith("(雪の季節)")
    assert own.en.endswith("; the snowy months")
    classes = rule_in_words(FURANO, FURANO.rule("classes"))
    assert classes.ja.endswith("(1か月に80ポイントまで)")
    assert classes.en.endswith("; at most 80 points a month")


def test_a_rule_says_for_whom_it_is() -> None:
    kamaishi = read_programme(preset_text("kamaishi"))
    card = rule_in_words(kamaishi, kamaishi.rule("card"))
    assert card.ja == (
        "紙のカードで歩いた日1回につき1ポイント(1日に1回まで)(紙のカードの方、1年度に55ポイントまで)"
    )
    assert card.en == (
        "1 point for each day on the paper card, at most 1 a day; people with a paper card, "
        "at most 55 points a fiscal year"
    )


def test_a_rule_for_all_says_no_more_than_itself() -> None:
    row = FURANO.rule("row")
    assert rule_in_words(FURANO, row) == row.text()


def test_the_caps_of_all_are_said() -> None:
    assert FURANO.caps is not None
    (limit,) = caps_in_words(FURANO.caps)
    assert (limit.ja, limit.en) == (
        "1年度に6,000ポイントまで",
        "at most 6,000 points a fiscal year",
    )


@pytest.mark.parametrize("name", preset_names())
def test_every_rule_that_ships_is_said_in_both_languages(name: str) -> None:
    programme = read_programme(preset_text(name))
    for rule in programme.rules:
        check_text(rule_in_words(programme, rule))
