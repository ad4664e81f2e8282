"""Chaos strikes by its seed alone, and finds what is lost, counted twice, or put aside."""

import random
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.chaos.proof import compare
from tests.chaos.recorder import Recorder
from tests.chaos.schedule import KILLS_IN_WINDOW_MAX, KINDS, schedule
from tests.chaos.senders import Phone, Resident, planned
from tests.town import NOON, Town
from wellness_api.programs.children.keeper import RESTARTS_SECONDS


def test_a_seed_strikes_the_same_way_each_time_and_another_seed_another_way() -> None:
    assert schedule(7, 300) == schedule(7, 300)
    assert schedule(7, 300) != schedule(8, 300)
    assert schedule(7, 30) == [blow for blow in schedule(7, 300) if blow.second < 30]


@pytest.mark.parametrize("seed", range(1, 30))
def test_no_part_is_killed_more_often_than_it_may_be_started_again(seed: int) -> None:
    kills = [blow for blow in schedule(seed, 900) if blow.kind == "kill"]
    for blow in kills:
        window = [
            other
            for other in kills
            if other.part == blow.part and 0 <= blow.second - other.second < RESTARTS_SECONDS
        ]
        assert len(window) <= KILLS_IN_WINDOW_MAX


def test_the_short_run_of_ci_strikes_every_part_in_every_way() -> None:
    (command,) = [
        line.split()
        for line in (Path(__file__).parents[3] / ".ci" / "run").read_text().splitlines()
        if line.startswith("./run chaos")
    ]
    seconds, seed = int(command[3]), int(command[5])
    blows = schedule(seed, seconds)
    assert {blow.kind for blow in blows} == {kind for kind, _ in KINDS}
    assert {blow.part for blow in blows if blow.kind == "kill"} == set(KINDS[0][1])


async def recorded(town: Town, file: Path) -> Recorder:
    """Three minutes' steps, each acknowledged, and taken in by the worker."""
    recorder = Recorder(file)
    hanako = await town.resident()
    phone = Phone(
        town.http,
        town.base_url,
        Resident(hanako.principal_id, hanako.token),
        recorder,
        random.Random(1),
    )
    midnight = NOON.astimezone(UTC).replace(hour=15) - timedelta(days=1)
    uploads = planned(phone.resident, today=NOON.date(), zone_midnight=midnight)
    for _ in range(3):
        sent = next(uploads)
        recorder.sending(sent)
        await phone.deliver(sent)
        await phone.deliver(sent)
    await town.settle()
    return recorder


@pytest.mark.parametrize(
    ("done", "finding"),
    [
        ("SELECT 1", None),
        (
            "DELETE FROM health.upload WHERE sequence = (SELECT min(sequence) FROM health.upload)",
            "is not there",
        ),
        ("UPDATE health.day_summary SET value = value + 1", "steps were acknowledged"),
        ("DELETE FROM health.day_summary", "None count"),
        (
            "INSERT INTO work.set_aside VALUES (7, 'day', '', DEFAULT, 'error', now(), now(), 1)",
            "was set aside",
        ),
    ],
)
async def test_what_is_lost_counted_otherwise_or_set_aside_is_found(
    town: Town, tmp_path: Path, done: str, finding: str | None
) -> None:
    recorder = await recorded(town, tmp_path / "recorded.jsonl")
    await town.owner.execute(done)
    assert town.settings.database_url is not None
    await compare(town.settings.database_url, recorder)
    assert len(recorder.receipts) == 3
    if finding is None:
        assert recorder.findings == []
    else:
        assert any(finding in recorded for recorded in recorder.findings), recorder.findings


async def test_another_receipt_for_the_same_upload_is_found(tmp_path: Path) -> None:
    recorder = Recorder(tmp_path / "recorded.jsonl")
    resident = Resident(7, "")
    sent = next(
        planned(resident, today=NOON.date(), zone_midnight=datetime(2026, 11, 18, tzinfo=UTC))
    )
    receipt = {"accepted": 1, "duplicate": 0, "refused": 0, "upload_id": 1}
    recorder.acknowledged(sent, 201, receipt)
    assert recorder.findings == []
    recorder.acknowledged(sent, 200, receipt | {"upload_id": 2})
    recorder.acknowledged(sent, 200, receipt | {"accepted": 0, "refused": 1})
    assert len(recorder.findings) == 3
