"""Points for what became of a measure, and for measuring whatever became of it."""

from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from points.evaluate import evaluate
from points.periods import DaySpan
from points.rules.improvement import KEPT, MEASURED, NEARER, REACHED, Improvement
from tests.points.histories import History, histories
from tests.points.people import APRIL_1, Person, paid_to, people, programme
from tests.points.people import lines as lines_of
from tests.points.refusals import check_refused
from tests.points.spoken import en, ja

BMI = Improvement(
    code="bmi",
    name={"ja": "BMI", "en": "BMI"},
    metric="body_mass_index",
    period="month",
    normal_from=18.5,
    normal_to=24.9,
    nearer_by=0.5,
    days_apart_min=14,
    points_reached=100,
    points_nearer=80,
    points_kept=80,
    points_measured=30,
)
HUNDREDTHS = {"body_mass_index": 100}
APRIL = DaySpan(APRIL_1, date(2026, 4, 30))


def april(first: int | None, last: int | None, *, apart: int = 20, checkup: bool = True) -> Person:
    """Measured on 2 April and so many days later, in hundredths; the checkup on the 10th."""
    bmi: list[int | None] = [None] * 30
    bmi[1], bmi[1 + apart] = first, last
    came: list[int | None] = [None] * 30
    came[9] = 1 if checkup else None
    return Person({"body_mass_index": bmi, "checkup_attended": came})


@pytest.mark.parametrize(
    ("what", "person", "points"),
    [
        ("from above into the range", april(2510, 2490), 100),
        ("from below into the range", april(1840, 1850), 100),
        ("kept within", april(2490, 1850), 80),
        ("nearer by a half", april(2700, 2650), 80),
        ("nearer by less than a half", april(2700, 2651), 30),
        ("further away", april(2700, 2900), 30),
        ("out of the range", april(2490, 2491), 30),
        ("past it to the other side, and nearer", april(2600, 1840), 80),
        ("no checkup", april(2700, 2200, checkup=False), 30),
        ("measured too close together", april(2700, 2200, apart=13), 0),
        ("just far enough apart", april(2700, 2200, apart=14), 100),
        ("measured once", april(2700, None), 0),
        ("never measured", april(None, None), 0),
    ],
)
def test_the_outcome_of_a_month(what: str, person: Person, points: int) -> None:
    paid = paid_to(BMI, person, first_day=APRIL_1, per_unit=HUNDREDTHS)
    assert paid == [points], what


def test_nothing_is_paid_before_the_month_is_over() -> None:
    for today, points in ((date(2026, 4, 30), 0), (date(2026, 5, 1), 100)):
        person = april(2700, 2200)
        paid = paid_to(BMI, person, first_day=APRIL_1, today=today, per_unit=HUNDREDTHS)
        assert paid == [points]


def test_what_is_nearer_by_less_than_the_measure_can_tell_is_not_nearer() -> None:
    fine = Improvement(
        **{name: getattr(BMI, name) for name in BMI.__struct_fields__} | {"nearer_by": 0.001}
    )
    assert paid_to(fine, april(2700, 2700), first_day=APRIL_1, per_unit=HUNDREDTHS) == [30]
    assert paid_to(fine, april(2700, 2699), first_day=APRIL_1, per_unit=HUNDREDTHS) == [80]


def test_no_measured_value_is_a_fact_of_the_award() -> None:
    cohort = people(april(2713, 2217), april(2713, None), first_day=APRIL_1, per_unit=HUNDREDTHS)
    reached, incomplete = lines_of(evaluate(programme(BMI), cohort))
    first = APRIL_1.toordinal() + 1
    assert reached.facts == {"outcome": REACHED, "first_day": first, "last_day": first + 20}
    assert incomplete.facts == {"outcome": 0, "first_day": 0, "last_day": 0}


def test_the_rule_and_its_reasons_are_said_in_both_languages() -> None:
    assert ja(BMI.text()) == (
        "1か月の終わりに: BMIが正常な範囲に入ると100、近づくと80、保つと80、測り続けると30ポイント"
    )
    assert en(BMI.text()) == (
        "at the end of a month: 100 points for BMI reaching the normal range, 80 for coming nearer, "
        "80 for keeping it, 30 for measuring on"
    )
    first = APRIL_1.toordinal()
    facts = {"outcome": NEARER, "first_day": first, "last_day": first + 20}
    assert ja(BMI.reason(APRIL, facts)) == (
        "4月1日(水)から4月30日(木) BMI: 正常な範囲に近づきました"
        "(4月1日(水)と4月21日(火)の記録、正常な範囲は18.5~24.9)、80ポイント"
    )
    assert en(BMI.reason(APRIL, facts)) == (
        "1 Apr to 30 Apr: BMI, nearer to the normal range "
        "(measured on 1 Apr and 21 Apr; normal is 18.5 to 24.9), 80 points"
    )
    assert en(BMI.reason(APRIL, {})) == (
        "1 Apr to 30 Apr: BMI, the records are not complete (two are needed, 14 days apart)"
    )


FILE = """\
kind = "improvement"
code = "bmi"
name = { ja = "BMI", en = "BMI" }
metric = "body_mass_index"
period = "month"
normal_from = 18.5
normal_to = 24.9
nearer_by = 0.5
days_apart_min = 14
points_reached = 100
points_nearer = 80
points_kept = 80
points_measured = 30
"""


@pytest.mark.parametrize(
    ("written", "instead", "message"),
    [
        ("normal_to = 24.9", "normal_to = 18.4", "normal_to must not be below normal_from"),
        ("normal_to = 24.9", "normal_to = nan", "must be finite numbers"),
        ("normal_from = 18.5", "normal_from = -inf", "must be finite numbers"),
        ("nearer_by = 0.5", "nearer_by = 0", "$.rules[0].nearer_by"),
        ("nearer_by = 0.5", "nearer_by = nan", "$.rules[0].nearer_by"),
        ("points_measured = 30", "points_measured = 81", "must not exceed what an outcome pays"),
        ("days_apart_min = 14", "days_apart_min = 31", "below the days of the period"),
        ("points_kept", "point_kept", "did you mean `points_kept`?"),
    ],
)
def test_nonsense_is_refused(written: str, instead: str, message: str) -> None:
    check_refused(FILE, written, instead, message)


def distance(rule: Improvement, value: int, per_unit: int) -> int:
    low, high = round(rule.normal_from * per_unit), round(rule.normal_to * per_unit)
    return low - value if value < low else value - high if value > high else 0


def pencil(rule: Improvement, history: History) -> dict[DaySpan, int]:
    points = {}
    for span in history.periods(rule.period):
        days = history.days_in(span)
        values = [(day, history.amount(day, rule.metric)) for day in days]
        measured = [(day, value) for day, value in values if value is not None]
        points[span] = 0
        if span.last >= history.today or not measured:
            continue
        (first_day, first), (last_day, last) = measured[0], measured[-1]
        if last_day - first_day < timedelta(days=rule.days_apart_min):
            continue
        points[span] = rule.points_measured
        if rule.needs_checkup and not any(history.amount(day, "checkup_attended") for day in days):
            continue
        before = distance(rule, first, history.per_unit)
        after = distance(rule, last, history.per_unit)
        if before == 0 and after == 0:
            points[span] = rule.points_kept
        elif after == 0:
            points[span] = rule.points_reached
        elif before - after >= round(rule.nearer_by * history.per_unit):
            points[span] = rule.points_nearer
    return points


rules = st.builds(
    Improvement,
    code=st.just("bmi"),
    name=st.just(BMI.name),
    metric=st.just("body_mass_index"),
    period=st.sampled_from(["month", "quarter"]),
    normal_from=st.just(18.5),
    normal_to=st.just(24.9),
    nearer_by=st.sampled_from([0.1, 0.5]),
    days_apart_min=st.integers(1, 20),
    needs_checkup=st.booleans(),
    points_reached=st.just(100),
    points_nearer=st.just(80),
    points_kept=st.just(70),
    points_measured=st.just(30),
)


@st.composite
def measured_histories(draw: st.DrawFn) -> History:
    """Long ones, of which the end may be in the future."""
    history = draw(
        histories(
            metrics=["body_mass_index", "checkup_attended"],
            near=[185, 249, 254],
            days_max=60,
            amount_max=300,
        )
    )
    return history._replace(per_unit=10, today=history.today + timedelta(days=20))


@settings(deadline=None, max_examples=80)
@given(rules, measured_histories())
def test_the_engine_gives_what_a_pencil_gives(rule: Improvement, history: History) -> None:
    assert history.paid(rule) == pencil(rule, history)


@settings(deadline=None, max_examples=30)
@given(rules, measured_histories())
def test_the_facts_are_enough_to_work_the_points_out(rule: Improvement, history: History) -> None:
    pays = {
        0: 0,
        MEASURED: rule.points_measured,
        NEARER: rule.points_nearer,
        KEPT: rule.points_kept,
        REACHED: rule.points_reached,
    }
    for line in history.lines(rule):
        assert line.points == pays[line.facts["outcome"]]
