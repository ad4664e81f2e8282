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
    ("late_window_days = 14", "late_window_days = 1\npays_before_joining = 1", "got `int`"),
    ("late_window_days = 14", "late_window_days = 1\npays_before_join = true", "did you mean"),
    ("late_window_days = 14", "late_window_days = 367", "`int` <= 366 - at `$.late_window_days`"),
    ("late_window_days = 14", "late_windw_days = 14", "unknown field `late_windw_days`"),
    ("late_window_days = 14\n", "", "missing required field `late_window_days`"),
    ("in_force_from = 2026-04-01", "in_force_from = 2026-04-01T00:00:00", "$.in_force_from"),
    ('code = "yokohama"', 'code = "Yokohama 1"', "$.code"),
    ('ja = "ウォーキングポイント", en = "Walking points"', "", "length >= 1 - at `$.name`"),
    ("en =", "English =", "`key` in `$.name`"),
    ('"Walking points"', "5", "Expected `str`, got `int` - at `$.name[...]`"),
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
    assert programme.name == {"ja": "ウォーキングポイント", "en": "Walking points"}
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


NESTED = """
segments = [{ code = "elders", name = { ja = "高齢の方", en = "elders" }, age_from = 65 }]
seasons = [{ code = "winter", name = { ja = "冬", en = "winter" }, first = "12-01", last = "03-31" }]
caps = { fiscal_year = 6000 }
eligibility = { zones = ["north"] }

[[rules]]
kind = "own_goal"
code = "own"
segments = ["elders"]
seasons = ["winter"]
caps = { month = 200 }
above = 1000
above_max = 3000
raise_after_days = 10
raise_by = 500
points_day = 4

[[rules]]
kind = "comeback"
code = "back"
goal = { at_least = 6000 }
points_each = 5

[[rules]]
kind = "team_goal"
code = "pair"
of_rule = "own"
days_min = 10
points_each = 20
"""
WITHOUT_RULES = FILE.split("[[rules]]", maxsplit=1)[0]

WRONG_INSIDE = [
    ("age_from = 65", "age_frm = 65", "at `$.segments[0]`; did you mean `age_from`?"),
    ("age_from = 65", "age_from = 65, age_to = 60", "age_to must not be below age_from"),
    ('first = "12-01"', 'frist = "12-01"', "at `$.seasons[0]`; did you mean `first`?"),
    ('first = "12-01"', 'first = "13-01"', "$.seasons[0].first"),
    ('last = "03-31"', 'last = "02-30"', "last: no year has a 02-30 - at `$.seasons[0]`"),
    ("fiscal_year = 6000", "fiscal_yaer = 6000", "at `$.caps`; did you mean `fiscal_year`?"),
    ("fiscal_year = 6000", "fiscal_year = 0", "`int` >= 1 - at `$.caps.fiscal_year`"),
    ("zones =", "zonse =", "at `$.eligibility`; did you mean `zones`?"),
    ("month = 200", "mnth = 200", "at `$.rules[0].caps`; did you mean `month`?"),
    ("above = 1000", "abvoe = 1000", "at `$.rules[0]`; did you mean `above`?"),
    ("at_least = 6000", "atleast = 6000", "at `$.rules[1].goal`; did you mean `at_least`?"),
    ('["elders"]', '["eldest"]', "`eldest` is not stated - at `$.rules[0].segments`"),
    ('["winter"]', '["summer"]', "at `$.rules[0].seasons`; there are winter"),
    ('of_rule = "own"', 'of_rule = "owl"', "at `$.rules[2].of_rule`; there are own, back"),
    (
        "points_each = 20",
        "points_each = 20\ncaps = { daily = 3 }",
        "unknown field `daily` - at `$.rules[2].caps`",
    ),
]


@pytest.mark.parametrize(("written", "instead", "message"), WRONG_INSIDE)
def test_a_mistake_deep_inside_names_its_place_and_the_nearest_name_that_is_valid_there(
    written: str, instead: str, message: str
) -> None:
    text = WITHOUT_RULES + NESTED
    read_programme(text)
    assert text.count(written) == 1, "the table speaks of one place"
    with pytest.raises(InvalidProgramme) as refused:
        read_programme(text.replace(written, instead))
    assert message in str(refused.value)


def test_two_segments_or_seasons_of_one_code_are_refused() -> None:
    for what in ("segments", "seasons"):
        start = NESTED.index(what)
        line = NESTED[start : NESTED.index("\n", start)]
        twice = line.replace("[{", "[{ONE}, {").replace(
            "{ONE}", line[line.index("{") : line.rindex("}") + 1]
        )
        with pytest.raises(InvalidProgramme, match=f"{what}: each needs a code of its own"):
            read_programme(WITHOUT_RULES + NESTED.replace(line, twice))


NOVEMBER_15 = date(2026, 11, 15)
YEAR_START, YEAR_END = date(2026, 4, 1), date(2027, 3, 31)
GOAL = "goal = { at_least = 6000 }"
NAMED = 'name = { ja = "測定", en = "measuring" }'


@pytest.mark.parametrize(
    ("rule", "first", "last"),
    [
        ('"steps_per_point"\nsteps_per_point = 1\npoints_day_max = 1', NOVEMBER_15, NOVEMBER_15),
        (
            f'"measuring"\n{NAMED}\nmetrics = ["a"]\nperiod = "week"\npoints_each = 1',
            date(2026, 11, 9),
            NOVEMBER_15,
        ),
        (
            f'"attending"\n{NAMED}\nmetric = "a"\nperiod = "quarter"\npoints_each = 1',
            date(2026, 10, 1),
            date(2026, 12, 31),
        ),
        (f'"comeback"\n{GOAL}\npoints_each = 1', date(2026, 11, 14), date(2026, 11, 16)),
        (
            f'"loss_framed"\n{GOAL}\nactive_days = 14\npoints_day = 1',
            date(2026, 11, 1),
            date(2026, 11, 29),
        ),
        (
            '"joining"\nafter_days = 30\nactive_days_min = 1\npoints_once = 1',
            date(2026, 10, 16),
            date(2026, 12, 15),
        ),
        (f'"first_time"\n{GOAL}\npoints_once = 1', YEAR_START, YEAR_END),
        (f'"streak"\n{GOAL}\nevery_days = 7\npoints_each = 1', YEAR_START, YEAR_END),
        (
            '"own_goal"\nabove = 1\nabove_max = 1\nraise_after_days = 1\nraise_by = 0\npoints_day = 1',
            YEAR_START,
            YEAR_END,
        ),
        # The week's cap brings in the week; with a month's beside it, every week and month is tied to the next.
        (
            f'"comeback"\n{GOAL}\npoints_each = 1\ncaps = {{ week = 5 }}',
            date(2026, 11, 8),
            date(2026, 11, 22),
        ),
        (
            '"steps_per_point"\nsteps_per_point = 1\npoints_day_max = 1\ncaps = { week = 5, month = 9 }',
            YEAR_START,
            date.max,
        ),
    ],
)
def test_what_a_day_depends_on_and_what_it_matters_for(rule: str, first: date, last: date) -> None:
    read = read_programme(f'{WITHOUT_RULES}[[rules]]\ncode = "a"\nkind = {rule}\n')
    assert read.looks_back_to(NOVEMBER_15) == first
    assert read.matters_until(NOVEMBER_15) == last
    assert read.is_by_day is (first == last)


@pytest.mark.parametrize(
    ("stated", "spendable_from", "expires_on"),
    [
        ("", date(2026, 11, 30), date(9999, 12, 31)),  # the late window of 14 days is over
        ("spendable_after_days = 0", date(2026, 11, 16), date(9999, 12, 31)),
        ("spendable_after_days = 3", date(2026, 11, 19), date(9999, 12, 31)),
        ("kept_fiscal_years = 0", date(2026, 11, 30), date(2027, 3, 31)),
        ("kept_fiscal_years = 2", date(2026, 11, 30), date(2029, 3, 31)),
    ],
)
def test_from_when_and_until_when_points_are_good(
    stated: str, spendable_from: date, expires_on: date
) -> None:
    read = read_programme(f"{stated}\n{FILE}")
    assert read.spendable_from(NOVEMBER_15) == spendable_from
    assert read.expires_on(NOVEMBER_15) == expires_on


def test_a_programme_is_named_in_any_languages() -> None:
    names = 'ja = "ウォーキングポイント", en = "Walking points"'
    assert names in FILE
    in_chinese = read_programme(FILE.replace(names, 'zh-Hant = "健走點數"'))
    assert in_chinese.name == {"zh-Hant": "健走點數"}
