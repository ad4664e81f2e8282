from datetime import date

import numpy as np
import pytest

from wellness_api.town.simulation.people import (
    NEVER,
    PARTICIPANT_AGE_MIN,
    Devices,
    Habit,
    People,
    draw_people,
    epoch_day,
)

TODAY = date(2026, 11, 24)


@pytest.fixture(scope="module")
def population() -> People:
    return draw_people(22_936, seed=1, today=TODAY, age_min=0)


@pytest.fixture(scope="module")
def participants() -> People:
    return draw_people(22_936, seed=1, today=TODAY)


def test_about_a_third_of_the_city_is_65_or_older(population: People) -> None:
    assert np.mean(population.age >= 65) == pytest.approx(0.34, abs=0.01)


def test_children_are_no_participants_and_have_no_data(population: People) -> None:
    children = population.age < PARTICIPANT_AGE_MIN
    assert 0.1 < np.mean(children) < 0.17
    assert not population.participant[children].any()
    assert not population.station_card[children].any()
    assert (population.devices[children] == Devices.CARD_ONLY).all()
    assert (population.joined_day[children] == NEVER).all()


def test_participants_are_adults(participants: People) -> None:
    assert participants.age.min() == PARTICIPANT_AGE_MIN
    assert participants.age.max() < 100
    assert participants.participant.all()


def test_who_has_no_device_has_a_card(participants: People) -> None:
    assert participants.station_card[participants.devices == Devices.CARD_ONLY].all()


def test_the_oldest_walk_least_and_often_have_no_device(participants: People) -> None:
    oldest = participants.age >= 85
    assert np.mean(participants.habit[oldest] == Habit.INDIFFERENT) > 0.55
    assert np.mean(participants.habit[~oldest] == Habit.INDIFFERENT) < 0.4
    assert np.mean(participants.devices[oldest] == Devices.CARD_ONLY) > 0.65


def test_nobody_joins_in_the_future_and_devices_stop_after_joining(participants: People) -> None:
    today = epoch_day(TODAY)
    assert participants.joined_day.max() <= today
    assert (participants.stopped_day >= participants.joined_day).all()
    assert 0.05 < np.mean(participants.stopped_day <= today) < 0.1


def test_three_in_ten_regular_walkers_stop_in_winter(participants: People) -> None:
    exercises = participants.habit >= Habit.REGULAR
    assert np.mean(participants.winter_stopper[exercises]) == pytest.approx(0.3, abs=0.02)
    assert not participants.winter_stopper[~exercises].any()


def test_a_small_city_is_the_beginning_of_a_large_one(participants: People) -> None:
    small = draw_people(300, seed=1, today=TODAY)
    for name in People.__slots__:
        if name not in {"seed", "today"}:
            assert np.array_equal(getattr(small, name), getattr(participants, name)[:300]), name


def test_another_seed_is_another_city(participants: People) -> None:
    other = draw_people(300, seed=2, today=TODAY)
    assert not np.array_equal(other.age, participants.age[:300])
