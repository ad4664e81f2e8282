"""Real senders, each as its own publication says it writes, with numbers of ours: everything that we keep comes in.

Shimmer of Open mHealth, the implementation guides JP Core and eCheckup, and the plug-in capacitor-health-connect.
"""

from typing import Any, NamedTuple

import pytest

from tests.town import Town
from tests.wellness_api.health.formats.stores import load, send, total


class Sender(NamedTuple):
    """What a sender posts, the items that say nothing which we keep, and what becomes of the rest: sums of two days."""

    form: str
    example: str
    left_out: tuple[int, ...]
    kept: dict[str, float]


MEASURED = {
    "body_weight": 61.2,
    "body_height": 158.4,
    "systolic_pressure": 126,
    "diastolic_pressure": 78,
    "blood_glucose": 103,
}
SENDERS = {
    "Shimmer": Sender(
        "open-mhealth",
        "open_mhealth_shimmer.json",
        (),
        MEASURED
        | {
            "steps": 1240 + 980 + 60,
            "heart_rate": 71,
            "body_mass_index": 24.4,
            "blood_pressure_posture": 1,
            "body_temperature": 36.4,
            "glucose_meal_relation": 2,
            "oxygen_saturation": 98,
            "sleep_minutes": 420,
            "distance_walked": 1500,
            "walking_minutes": 15,
            "active_minutes": 15,
            "active_energy": 70 + 120,
        },
    ),
    "JP Core": Sender(
        "fhir",
        "fhir_jp_core.json",
        (),
        MEASURED
        | {
            "waist": 79.5,
            "body_fat": 27.3,
            "body_mass_index": 24.4,
            "respiratory_rate": 17,
            "body_temperature": 36.4,
            "heart_rate": 64,
            "oxygen_saturation": 98,
        },
    ),
    "eCheckup": Sender(
        "fhir",
        "fhir_echeckup.json",
        # Composition, patient and organisation; HbA1c and LDL cholesterol.
        (0, 1, 2, 17, 18),
        MEASURED
        | {
            "systolic_pressure": 132 + 126,
            "diastolic_pressure": 82 + 78,
            "waist": 79.5,
            "body_mass_index": 24.4,
            "glucose_meal_relation": 2,
            "exercise_habit": 2,
            "daily_walking_habit": 1,
            "fast_walking": 2,
            "rested_by_sleep": 1,
            "stage_of_change": 3,
        },
    ),
    "capacitor-health-connect": Sender(
        "health-connect",
        "health_connect_capacitor.json",
        (),
        MEASURED
        | {
            "steps": 1240,
            "active_energy": 52,
            "heart_rate": 88 + 95,
            "resting_heart_rate": 61,
            "body_fat": 27.3,
            "blood_pressure_posture": 1,
            "blood_pressure_site": 1,
            "glucose_meal_relation": 2,
            "body_temperature": 36.4,
            "oxygen_saturation": 98,
            "respiratory_rate": 17,
        },
    ),
}


def left_out(form: str, answer: Any) -> tuple[int, ...]:
    """The places of the items that were refused."""
    if form != "fhir":
        return tuple(refusal["item"] for refusal in answer["refusals"])
    return tuple(
        place
        for place, entry in enumerate(answer["entry"])
        if not entry["response"]["status"].startswith("201")
    )


@pytest.mark.parametrize("sender", SENDERS.values(), ids=list(SENDERS))
async def test_what_a_sender_writes_comes_in(town: Town, sender: Sender) -> None:
    hanako = await town.resident()
    answer = await send(town, hanako, sender.form, load(sender.example))
    assert answer.status == 201, answer.body
    assert left_out(sender.form, answer.json) == sender.left_out
    totals = {metric: await total(town, hanako, metric) for metric in sender.kept}
    assert totals == pytest.approx(sender.kept)
