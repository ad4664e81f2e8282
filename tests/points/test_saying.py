"""A programme's rules in whole sentences."""

import msgspec
import pytest

from points.presets import preset_names, preset_text
from points.programme import read_programme
from points.saying import caps_said, joining_said, rule_said
from tests.points.spoken import en, ja
from tests.points.test_evaluate import check_said

FURANO = read_programme(preset_text("furano_winter"))


def test_a_rule_says_its_season_and_its_caps() -> None:
    own = rule_said(FURANO, FURANO.rule("own_in_winter"))
    assert ja(own).endswith("(雪の季節)")
    assert en(own).endswith("; the snowy months")
    classes = rule_said(FURANO, FURANO.rule("classes"))
    assert ja(classes).endswith("(1か月に80ポイントまで)")
    assert en(classes).endswith("; at most 80 points a month")


def test_a_rule_says_for_whom_it_is() -> None:
    kamaishi = read_programme(preset_text("kamaishi"))
    card = rule_said(kamaishi, kamaishi.rule("card"))
    assert ja(card) == (
        "紙のカードで歩いた日1回につき1ポイント(1日に1回まで)(紙のカードの方、1年度に55ポイントまで)"
    )
    assert en(card) == (
        "1 point for each day on the paper card, at most 1 a day; people with a paper card, "
        "at most 55 points a fiscal year"
    )


def test_a_rule_for_all_says_no_more_than_itself() -> None:
    row = FURANO.rule("row")
    assert rule_said(FURANO, row) == row.text()


def test_the_caps_of_all_are_said() -> None:
    assert FURANO.caps is not None
    (limit,) = caps_said(FURANO.caps)
    assert (ja(limit), en(limit)) == (
        "1年度に6,000ポイントまで",
        "at most 6,000 points a fiscal year",
    )


def test_a_programme_says_whether_days_before_joining_count() -> None:
    assert ja(joining_said(FURANO)) == "参加した日から対象"
    assert en(joining_said(FURANO)) == "days count from joining on"
    before = msgspec.structs.replace(FURANO, pays_before_joining=True)
    assert en(joining_said(before)) == "days before joining count too"


@pytest.mark.parametrize("name", preset_names())
def test_every_rule_that_ships_is_said_in_every_language(name: str) -> None:
    programme = read_programme(preset_text(name))
    for rule in programme.rules:
        check_said(rule_said(programme, rule))
