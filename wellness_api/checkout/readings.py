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
        "Always down. Of each metric whole steps, minutes or times of a day count, and are added after that; a sum that is a "
        "hair below a whole, as tenths of minutes give, is that whole.",
        "points/test_readings.py::test_amounts_are_cut_to_wholes_before_they_are_added",
    ),
    Reading(
        "rounding",
        "A daily mean is the total over all days of the calendar's period, also those that are to come, that were before "
        "joining or before the programme, or on which nothing came.",
        "points/test_readings.py::test_a_daily_mean_is_over_all_days_of_the_period",
    ),
    Reading(
        "rounding",
        "Everybody's mean is reached when the total is at least `mean_at_least` times the participants, without rounding; it "
        "is told rounded down.",
        "points/test_readings.py::test_everybodys_mean_is_compared_as_a_total",
    ),
    Reading(
        "no data",
        "A day without data is missed, as one of 0 is. For whether somebody was active, takes part or measured, a day of 0 is "
        "one with data.",
        "points/test_readings.py::test_a_day_of_no_steps_is_a_day_with_data",
    ),
    Reading(
        "the day of payment",
        "An award belongs to the last day of its period: that day decides its version, the caps it uses and from when it may "
        "be spent, whenever it was posted.",
        "points/test_caps.py::test_an_award_of_a_week_belongs_to_its_sunday",
    ),
    Reading(
        "the day of payment",
        "A rule of one resident pays as soon as its day or period reaches what is asked, and more when it reaches more: the "
        "difference.",
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
        "Points may be spent from the day that is `spendable_after_days` and one more after the period's last.",
        "points/test_readings.py::test_points_wait_for_whole_days_after_their_period",
    ),
    Reading(
        "caps",
        "Of several awards for the same last day, whatever their periods, that of the rule that stands first in the file counts "
        "first.",
        "points/test_caps.py::test_a_days_cap_is_for_the_rules_in_the_order_in_which_they_stand",
    ),
    Reading(
        "periods",
        "A period that the programme begins in counts its days in force; one that ends while it is not in force pays nothing.",
        "points/rules/test_period_tiers.py::test_a_period_that_the_programme_begins_in_counts_the_days_in_force",
    ),
    Reading(
        "own_goal",
        "The median of an even number of valid days is half of the sum of the two in the middle, rounded down.",
        "points/test_readings.py::test_the_median_of_an_even_number_of_days_lies_between_the_middle_two",
    ),
    Reading(
        "own_goal",
        "With `rolling`, after a block with too few valid days there is no goal in the next one. What the goal was raised by "
        "stays for the year.",
        "points/test_readings.py::test_a_rolling_goal_rests_after_a_block_with_too_few_days",
    ),
    Reading(
        "own_goal",
        "In the first block there is no goal, and so no goal day; each block counts its goal days from 0.",
        "points/rules/test_own_goal.py::test_two_weeks_find_the_usual_and_the_goal_lies_above_it",
    ),
    Reading(
        "streak",
        "A row goes on after it paid: with `every_days` of 7 it pays on the goal days 7, 14, 21.",
        "points/test_readings.py::test_a_row_goes_on_after_it_paid",
    ),
    Reading(
        "streak",
        "A day off is taken by itself, on the first missed days of a calendar month, and only from a row that has begun: a "
        "missed day with no row takes none. It is no goal day, so that the row is as long after it as before.",
        "points/test_readings.py::test_a_day_off_is_taken_from_a_row_alone",
    ),
    Reading(
        "streak",
        "A day off that was taken is not given back when the row ends in the same month.",
        "points/test_readings.py::test_a_day_off_that_was_taken_is_gone_for_the_month",
    ),
    Reading(
        "comeback",
        "However many days were missed before, a goal day after them pays once.",
        "points/rules/test_comeback.py::test_the_first_goal_day_after_a_missed_one_pays",
    ),
    Reading(
        "joining",
        "The day of joining is the first of the `after_days`, and the day of payment comes after them: who joins on 1 April "
        "is paid for 1 May after 30 days, with data on days from 1 to 30 April.",
        "points/test_readings.py::test_the_day_of_joining_is_the_first_of_its_days",
    ),
    Reading(
        "loss_framed",
        "Data of the day itself makes nobody active: points are there from the day after the first data on.",
        "points/test_readings.py::test_points_are_granted_from_the_day_after_the_first_data",
    ),
    Reading(
        "attending",
        "Times are counted by place and hour: a place sees somebody once an hour, and places add up. What a list says of the "
        "day alone is nothing new beside a time of the same place.",
        "wellness_api/rewards/check_ins/test_each_time.py::test_each_class_of_a_day_is_paid_and_none_twice",
    ),
    Reading(
        "improvement",
        "First and last are the first and the last day with a value. Both ends of the normal range are in it. Values are "
        "compared in whole steps of the metric's resolution.",
        "points/test_readings.py::test_both_ends_of_the_normal_range_are_in_it",
    ),
    Reading(
        "team_goal",
        "A team is as large as the members on the period's last day who take part in the programme on one of its days; it is "
        "paid if that is `members_min` to `members_max`.",
        "points/rules/test_team_goal.py::test_the_rule_is_for_teams_of_its_sizes",
    ),
    Reading(
        "team_goal",
        "Who left before the last day is no member, is not paid, and takes their days along; who came in the midst brings the "
        "days since.",
        "points/rules/test_team_goal.py::test_who_leaves_before_the_periods_end_is_no_member_and_their_days_do_not_count",
    ),
    Reading(
        "team_goal",
        "A membership is from the day after joining the team to the day of leaving it, which counts.",
        "wellness_api/rewards/teams/test_teams.py::test_membership_counts_from_the_day_after_joining_to_the_day_of_leaving",
    ),
    Reading(
        "team_goal",
        "When a member leaves the programme for good, what was paid for periods that were over stays with the others.",
        "wellness_api/rewards/closing/test_groups.py::test_nobody_loses_a_pairs_points_because_the_other_left_for_good",
    ),
    Reading(
        "team_goal",
        "With `of_rule`, a goal day is one on which that rule gave points before any cap.",
        "points/rules/test_team_goal.py::test_a_cap_on_ones_own_points_takes_no_goal_day_from_the_pair",
    ),
    Reading(
        "league",
        "Who are even share the better place and each its points, and the places they take together are taken: 1, 1, 3.",
        "points/test_readings.py::test_those_who_are_even_take_the_places_after_theirs",
    ),
    Reading(
        "league",
        "Places are paid to those who walked in the period at all.",
        "points/rules/test_league.py::test_fewer_people_than_a_league_has_are_one_and_who_does_not_walk_wins_nothing",
    ),
    Reading(
        "league",
        "Of even steps before the period, the lower resident number is in the league of those who walk less.",
        "points/test_readings.py::test_of_even_walkers_the_lower_number_is_in_the_lower_league",
    ),
)
