"""A programme file is read whole or refused with the place at fault."""

from datetime import date

import pytest

from points.presets import preset_names, preset_text
from points.programme import InvalidProgramme, read_programme
from points.rules.steps_per_point import StepsPerPoint

FILE = """\
code = "yokohama"
version = 3
name = { ja = "ウォーキングポイント", en = "Walking points" }
in_force_from = 2026-04-01
in_force_to = 2027-03-31
late_window_days = 14

[[rules]]
kind = "steps_per_point"
code = "walk"
steps_per_point = 2000
points_day_max = 5
"""

SECOND_RULE = """
[[rules]]
kind = "steps_per_point"
code = "stroll"
steps_per_point = 500
points_day_max = 1
"""

WRONG = [
    # written in the file, written instead, what the message says
    ("version = 3", "version =", "line 2, column 10"),
    ("late_window_days = 14", "late_window_days 14", "line 6"),
    ("in_force_from = 2026-04-01", "in_force_from = 2026-04-31", "line 4, column 17"),
    ("version = 3", "version = 3\nversion = 4", "line 3"),
    ("version = 3", "version = 0", "`int` >= 1 - at `$.version`"),
    ("version = 3", 'version = "3"', "Expected `int`, got `str` - at `$.version`"),
    ("late_window_days = 14", "late_window_days = -1", "$.late_window_days"),
    ("late_window_days = 14", "late_window_days = 367", "`int` <= 366 - at `$.late_window_days`"),
    ("late_window_days = 14", "late_windw_days = 14", "unknown field `late_windw_days`"),
    ("late_window_days = 14\n", "", "missing required field `late_window_days`"),
    ("in_force_from = 2026-04-01", "in_force_from = 2026-04-01T00:00:00", "$.in_force_from"),
    ('code = "yokohama"', 'code = "Yokohama 1"', "$.code"),
    (', en = "Walking points"', "", "missing required field `en` - at `$.name`"),
    ("en =", "fr =", "unknown field `fr` - at `$.name`"),
    ("points_day_max = 5", "points_max = 5", "unknown field `points_max` - at `$.rules[0]`"),
    ("points_day_max = 5", "points_day_mx = 5", "did you mean `points_day_max`?"),
    ("late_window_days = 14", "late_windw_days = 14", "did you mean `late_window_days`?"),
    ('kind = "steps_per_point"', 'kind = "step_per_point"', "did you mean `steps_per_point`?"),
    (
        'kind = "steps_per_point"',
        'kind = "xyz"',
        "there are steps_per_point, daily_tiers, period_tiers",
    ),
    ("points_day_max = 5", "points_day_max = 0", "$.rules[0].points_day_max"),
    ("points_day_max = 5\n", "", "missing required field `points_day_max` - at `$.rules[0]`"),
    ("steps_per_point = 2000", "steps_per_point = 0.5", "$.rules[0].steps_per_point"),
    ("steps_per_point = 2000", "steps_per_point = 100_001", "$.rules[0].steps_per_point"),
    ('kind = "steps_per_point"', 'kind = "raffle"', "'raffle' - at `$.rules[0].kind`"),
    ('code = "walk"', 'code = "walk!"', "$.rules[0].code"),
    ("in_force_to = 2027-03-31", "in_force_to = 2026-03-31", "in_force_to: must not be before"),
]


def test_a_programme_is_what_its_file_says() -> None:
    programme = read_programme(FILE + SECOND_RULE)
    assert (programme.code, programme.version, programme.late_window_days) == ("yokohama", 3, 14)
    assert (programme.name.ja, programme.name.en) == ("ウォーキングポイント", "Walking points")
    assert programme.rules == [
        StepsPerPoint(code="walk", steps_per_point=2000, points_day_max=5),
        StepsPerPoint(code="stroll", steps_per_point=500, points_day_max=1),
    ]
    assert programme.rule("stroll") is programme.rules[1]


@pytest.mark.parametrize(("written", "instead", "message"), WRONG)
def test_a_wrong_file_is_refused_naming_the_place(written: str, instead: str, message: str) -> None:
    assert FILE.count(written) == 1, "the table speaks of one place"
    with pytest.raises(InvalidProgramme) as refused:
        read_programme(FILE.replace(written, instead))
    assert message in str(refused.value)


def test_a_mistake_in_the_second_rule_names_the_second_rule() -> None:
    with pytest.raises(InvalidProgramme, match=r"\$\.rules\[1\]\.points_day_max"):
        read_programme(FILE + SECOND_RULE.replace("= 1", "= 0"))


def test_two_rules_of_one_code_are_refused() -> None:
    with pytest.raises(InvalidProgramme, match="each needs a code of its own"):
        read_programme(FILE + SECOND_RULE.replace("stroll", "walk"))


def test_a_programme_without_rules_is_refused() -> None:
    without, _ = FILE.split("[[rules]]")
    for text in (without, without + "rules = []"):
        with pytest.raises(InvalidProgramme, match="rules"):
            read_programme(text)


@pytest.mark.parametrize(
    ("day", "in_force"),
    [
        (date(2026, 3, 31), False),
        (date(2026, 4, 1), True),
        (date(2026, 11, 24), True),
        (date(2027, 3, 31), True),
        (date(2027, 4, 1), False),
    ],
)
def test_the_first_and_the_last_day_are_in_force(day: date, *, in_force: bool) -> None:
    assert read_programme(FILE).in_force_on(day) is in_force


def test_a_file_that_is_nested_without_end_is_refused_like_any_other() -> None:
    with pytest.raises(InvalidProgramme, match="nested too deeply"):
        read_programme("rules = " + "[" * 5_000)


def test_a_programme_may_last_one_day() -> None:
    one_day = read_programme(FILE.replace("2027-03-31", "2026-04-01"))
    assert one_day.in_force_on(date(2026, 4, 1))


def test_without_a_last_day_a_programme_stays_in_force() -> None:
    endless = read_programme(FILE.replace("in_force_to = 2027-03-31\n", ""))
    assert endless.in_force_to is None
    assert endless.in_force_on(date(2099, 12, 31))


@pytest.mark.parametrize("name", preset_names())
def test_every_preset_reads_and_is_named_for_its_file(name: str) -> None:
    assert read_programme(preset_text(name)).code == name


def test_the_yokohama_preset_is_the_citys_published_rule() -> None:
    assert "yokohama" in preset_names()
    walk, *_ = read_programme(preset_text("yokohama")).rules
    assert (walk.steps_per_point, walk.points_day_max) == (2000, 5)
