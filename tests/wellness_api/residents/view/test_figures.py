"""An entry says the figure that its points rested on, with the time while that still grows; a correction says both."""

from datetime import timedelta

from points.programme import Programme, read_programme
from tests.town import NOON, Person, Town, local_morning, steps

TODAY = NOON.date()
RULE = "2,000歩ごとに1ポイント、1日5ポイントまで"


def months(*, version: int = 1) -> Programme:
    return read_programme(f"""
code = "months"
version = {version}
name = {{ ja = "月", en = "Months" }}
in_force_from = 2026-04-01
late_window_days = 14

[[rules]]
kind = "period_tiers"
code = "month"
period = "month"
of = "total"
bands = [{{ tiers = [{{ at_least = 2000, points = 1 }}, {{ at_least = 4000, points = 2 }}] }}]
""")


async def reasons(town: Town, person: Person, language: str = "ja") -> list[str]:
    """The oldest first."""
    items = (await town.get("/v1/me/wallet/entries", person)).json["items"]
    return [item["reason"][language] for item in reversed(items)]


async def test_a_running_figure_has_its_time_and_a_later_one_both_figures(town: Town) -> None:
    await town.put_in_force()
    hanako = await town.resident()
    await town.upload(hanako, steps([100] * 27))
    await town.settle()
    town.clock.advance(timedelta(hours=3, minutes=5))
    await town.upload(hanako, steps([100] * 41))
    await town.settle()
    assert await reasons(town, hanako) == [
        f"11月18日(水) 2,700歩: {RULE} (12:00現在)",
        (
            f"11月18日(水) 4,100歩: {RULE} (15:05現在)"
            " (計算し直して、1ポイントから2ポイントになりました: 2,700歩から4,100歩)"
        ),
    ]
    _, newest = await reasons(town, hanako, "en")
    assert newest.endswith(
        "(as of 15:05) (worked out anew: from 1 to 2 points, 2,700 steps to 4,100 steps)"
    )


async def test_a_figure_that_may_still_change_has_its_day_and_time_when_the_day_is_over(
    town: Town,
) -> None:
    await town.put_in_force()
    hanako = await town.resident()
    yesterday = local_morning(TODAY - timedelta(days=1))
    await town.upload(hanako, steps([100] * 45, start=yesterday))
    await town.settle()
    await town.upload(hanako, steps([None] * 30, start=yesterday, revision=1))
    await town.settle()
    assert await reasons(town, hanako) == [
        f"11月17日(火) 4,500歩: {RULE} (11月18日(水) 12:00現在)",
        f"11月17日(火) 1,500歩: {RULE} (11月18日(水) 12:00現在) (計算し直して、2ポイントから0ポイントになりました: 4,500歩から1,500歩)",
    ]


async def test_the_figure_before_is_that_of_the_last_posting_not_of_another_day_or_rule(
    town: Town,
) -> None:
    await town.put_in_force()
    hanako = await town.resident()
    for minutes in (25, 45):
        for back in (1, 0):
            start = local_morning(TODAY - timedelta(days=back))
            await town.upload(hanako, steps([100] * (minutes + back), start=start))
            await town.settle()
    for line in (await reasons(town, hanako))[2:]:
        assert ("2,600歩から4,600歩" in line) == line.startswith("11月17日")
        assert ("2,500歩から4,500歩" in line) == line.startswith("11月18日")


async def test_of_a_longer_period_the_day_is_told_with_the_time(town: Town) -> None:
    await town.put_in_force(months())
    hanako = await town.resident()
    await town.upload(hanako, steps([100] * 27))
    await town.settle()
    assert await reasons(town, hanako) == [
        (
            "11月1日(日)から11月30日(月) 合計2,700歩: 2,000歩以上で1ポイント(次は4,000歩で2ポイント)"
            " (11月18日(水) 12:00現在)"
        )
    ]


async def test_an_entry_from_before_that_knows_less_is_told_as_far_as_it_goes(town: Town) -> None:
    """A rule that a version drops leaves nothing that its points could rest on."""
    await town.put_in_force()
    hanako = await town.resident()
    await town.upload(hanako, steps([100] * 45))
    await town.settle()
    await town.owner.execute(
        "INSERT INTO rewards.transfer (resident_id, transfer_id, posted_at, programme, version, rule, period_start,"
        " period_end, debit_account, credit_account, amount, spendable_from, expires_on, facts, hash)"
        " SELECT resident_id, transfer_id + 1, posted_at, programme, version, rule, period_start, period_end,"
        " credit_account, debit_account, amount, spendable_from, expires_on,"
        """ '{"points": 0, "points_before": 2}', hash FROM rewards.transfer"""
    )
    _, newest = await reasons(town, hanako)
    assert newest.endswith("(計算し直して、2ポイントから0ポイントになりました)")
