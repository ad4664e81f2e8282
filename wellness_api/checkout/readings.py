"""What a second implementation of the rules would otherwise have to guess. Each is said once, and the test named beside
it holds it.
"""

from typing import Final, NamedTuple


class Reading(NamedTuple):
    """How a rule, or a word that many rules share, is read. `test`: a file below tests/, and the name of a test in it."""

    of: str
    sentence: str
    test: str


READINGS: Final = (
    Reading(
        "rounding",
        "Always down. For each metric only whole steps, minutes or times of a day count. They are added after that. A sum that is "
        "a hair below a whole number, as sums of tenths of minutes can be, is that whole number.",
        "points/test_readings.py::test_amounts_are_cut_to_wholes_before_they_are_added",
    ),
    Reading(
        "rounding",
        "A daily mean is the total divided by all days of the calendar's period. This includes days that are still to come, days "
        "before joining or before the programme, and days on which nothing came.",
        "points/test_readings.py::test_a_daily_mean_is_over_all_days_of_the_period",
    ),
    Reading(
        "rounding",
        "Everybody's mean is reached when the total is at least `mean_at_least` times the number of participants, without "
        "rounding. Where the mean is shown, it is rounded down.",
        "points/test_readings.py::test_everybodys_mean_is_compared_as_a_total",
    ),
    Reading(
        "no data",
        "A day without data is missed, and so is a day of 0. But a day of 0 is a day with data where a rule asks whether somebody "
        "was active, takes part or measured.",
        "points/test_readings.py::test_a_day_of_no_steps_is_a_day_with_data",
    ),
    Reading(
        "the day of payment",
        "An award belongs to the last day of its period, whenever it was posted. That day decides the award's version, the caps "
        "that it uses, and from when it may be spent.",
        "points/test_caps.py::test_an_award_of_a_week_belongs_to_its_sunday",
    ),
    Reading(
        "the day of payment",
        "A rule of one resident pays as soon as its day or period reaches what is asked. When the day or period reaches more, the "
        "rule pays the difference.",
        "points/rules/test_period_tiers.py::test_a_month_pays_as_soon_as_it_is_reached",
    ),
    Reading(
        "the day of payment",
        "`loss_framed`, `lottery` with regret and `improvement` are decided once their day or period is over, on the day after.",
        "points/test_readings.py::test_what_is_decided_at_the_end_is_not_decided_on_the_last_day",
    ),
    Reading(
        "the day of payment",
        "A streak pays at once. Today, while it lasts, neither ends a row nor takes a day off.",
        "points/rules/test_streak.py::test_today_breaks_nothing_while_it_lasts",
    ),
    Reading(
        "the day of payment",
        "Points may be spent from the day that is `spendable_after_days` and one more day after the period's last day.",
        "points/test_readings.py::test_points_wait_for_whole_days_after_their_period",
    ),
    Reading(
        "caps",
        "Several awards may have the same last day, whatever their periods. Then the award of the rule that stands first in the "
        "file counts first.",
        "points/test_caps.py::test_a_days_cap_is_for_the_rules_in_the_order_in_which_they_stand",
    ),
    Reading(
        "periods",
        "If the programme begins within a period, the days in force count. If the period ends while the programme is not in force, "
        "it pays nothing.",
        "points/rules/test_period_tiers.py::test_a_period_that_the_programme_begins_in_counts_the_days_in_force",
    ),
    Reading(
        "own_goal",
        "The median of an even number of valid days is half of the sum of the two days in the middle, rounded down.",
        "points/test_readings.py::test_the_median_of_an_even_number_of_days_lies_between_the_middle_two",
    ),
    Reading(
        "own_goal",
        "With `rolling`, a block after one with too few valid days has no goal. The steps by which the goal was raised stay for "
        "the year.",
        "points/test_readings.py::test_a_rolling_goal_rests_after_a_block_with_too_few_days",
    ),
    Reading(
        "own_goal",
        "In the first block there is no goal, and so no goal day. Each block counts its goal days from 0.",
        "points/rules/test_own_goal.py::test_two_weeks_find_the_usual_and_the_goal_lies_above_it",
    ),
    Reading(
        "streak",
        "A row goes on after it paid. With `every_days` of 7 it pays on the goal days 7, 14, 21.",
        "points/test_readings.py::test_a_row_goes_on_after_it_paid",
    ),
    Reading(
        "streak",
        "Nobody has to ask for a day off: the first missed days of a calendar month take them, but only if a row has begun. A "
        "missed day with no row takes none. A day off is no goal day, so the row is as long after it as before.",
        "points/test_readings.py::test_a_day_off_is_taken_from_a_row_alone",
    ),
    Reading(
        "streak",
        "A day off that was taken is not given back when the row ends in the same month.",
        "points/test_readings.py::test_a_day_off_that_was_taken_is_gone_for_the_month",
    ),
    Reading(
        "comeback",
        "A goal day after missed days pays once, however many days were missed.",
        "points/rules/test_comeback.py::test_the_first_goal_day_after_a_missed_one_pays",
    ),
    Reading(
        "joining",
        "The day of joining is the first of the `after_days`, and the day of payment comes after them. A resident who joins on 1 "
        "April is paid for 1 May after 30 days, if there is data on enough of the days from 1 to 30 April.",
        "points/test_readings.py::test_the_day_of_joining_is_the_first_of_its_days",
    ),
    Reading(
        "loss_framed",
        "Data of the day itself makes nobody active. So points are granted from the day after the first data on.",
        "points/test_readings.py::test_points_are_granted_from_the_day_after_the_first_data",
    ),
    Reading(
        "attending",
        "Times are counted by place and hour: one place counts a resident once an hour, and the counts of several places are "
        "added. An entry of a list that says only the day adds nothing if the same place also has a time on that day.",
        "wellness_api/rewards/check_ins/test_each_time.py::test_each_class_of_a_day_is_paid_and_none_twice",
    ),
    Reading(
        "improvement",
        "The first and the last measuring are the first and the last day with a value. Both ends of the normal range are inside. "
        "Values are compared in whole steps of the metric's resolution.",
        "points/test_readings.py::test_both_ends_of_the_normal_range_are_in_it",
    ),
    Reading(
        "team_goal",
        "The size of a team is the number of members on the period's last day who take part in the programme on at least one of "
        "the period's days. The team is paid if that size is `members_min` to `members_max`.",
        "points/rules/test_team_goal.py::test_the_rule_is_for_teams_of_its_sizes",
    ),
    Reading(
        "team_goal",
        "A resident who left before the last day is no member and is not paid, and their days do not count for the team. A "
        "resident who joined within the period brings the days since then.",
        "points/rules/test_team_goal.py::test_who_leaves_before_the_periods_end_is_no_member_and_their_days_do_not_count",
    ),
    Reading(
        "team_goal",
        "A membership lasts from the day after joining the team to the day of leaving it. The day of leaving counts.",
        "wellness_api/rewards/teams/test_teams.py::test_membership_counts_from_the_day_after_joining_to_the_day_of_leaving",
    ),
    Reading(
        "team_goal",
        "When a member leaves the programme for good, the other members keep what was paid for periods that were over.",
        "wellness_api/rewards/closing/test_groups.py::test_nobody_loses_a_pairs_points_because_the_other_left_for_good",
    ),
    Reading(
        "team_goal",
        "With `of_rule`, a goal day is one on which that rule gave points before any cap.",
        "points/rules/test_team_goal.py::test_a_cap_on_ones_own_points_takes_no_goal_day_from_the_pair",
    ),
    Reading(
        "league",
        "Residents with equal steps share the better place, and each gets its points. Together they use up as many places as they "
        "are: 1, 1, 3.",
        "points/test_readings.py::test_those_who_are_even_take_the_places_after_theirs",
    ),
    Reading(
        "league",
        "A place is paid only to a resident who walked at all in the period.",
        "points/rules/test_league.py::test_fewer_people_than_a_league_has_are_one_and_who_does_not_walk_wins_nothing",
    ),
    Reading(
        "league",
        "If two residents have equal steps before the period, the lower resident number is in the league that walks less.",
        "points/test_readings.py::test_of_even_walkers_the_lower_number_is_in_the_lower_league",
    ),
)
