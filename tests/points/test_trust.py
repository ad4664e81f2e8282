"""What a programme trusts: what its file may say, and how that reads."""

from datetime import date

import msgspec
import pytest

from points.presets import preset_names, preset_text
from points.programme import InvalidProgramme, Programme, read_programme
from points.saying import trust_said
from points.trust import OriginTrust, Trust
from tests.points.spoken import en, ja

FILE = """
code = "city"
version = 1
name = { ja = "健康ポイント" }
in_force_from = 2026-04-01
late_window_days = 14
{trust}

[[rules]]
kind = "steps_per_point"
code = "walk"
steps_per_point = 1000
points_day_max = 10
"""
DAY = date(2026, 11, 18)


def programme(trust: str = "") -> Programme:
    return read_programme(FILE.replace("{trust}", trust))


def test_a_programme_that_says_nothing_counts_everything() -> None:
    assert list(programme().trusts.named()) == []
    assert trust_said(programme()) == []


@pytest.mark.parametrize(
    ("trust", "message"),
    [
        ("trust = { hand = { counts = false } }", "$.trust"),
        ("trust = { typed = { counts = 0 } }", "$.trust.typed.counts"),
        ("trust = { file = { day_max = { steps = 0 } } }", "$.trust.file.day_max"),
        ("trust = { file = { day_max = { Steps = 1 } } }", "$.trust.file.day_max"),
        ("trust = { file = { day_max = 10_000 } }", "$.trust.file.day_max"),
        ("trust = { file = { after_days = -1 } }", "$.trust.file.after_days"),
        ("trust = { file = { after_days = 15 } }", "late_window_days"),
        ("trust = { file = { counts = false, after_days = 3 } }", "$.trust.file"),
        ("trust = { file = { counts = false, day_max = { steps = 9 } } }", "$.trust.file"),
        ("trust = { file = { after = 3 } }", "after"),
    ],
)
def test_what_is_no_trust_is_refused_naming_the_place(trust: str, message: str) -> None:
    with pytest.raises(InvalidProgramme) as refused:
        programme(trust)
    assert message in str(refused.value)


@pytest.mark.parametrize(
    ("trust", "in_japanese", "in_english"),
    [
        (
            "typed = { counts = false }",
            "手入力の記録はポイントの対象外",
            "what is typed in does not count for points",
        ),
        (
            "file = { day_max = { steps = 10_000 } }",
            "ファイルから読み込んだ記録は1日に10,000歩まで対象",
            "what is read from a file counts up to 10,000 steps a day",
        ),
        (
            "file = { day_max = { steps = 8000, active_minutes = 30 }, after_days = 1 }",
            "ファイルから読み込んだ記録は1日後から、1日に8,000歩、30分の運動まで対象",
            "what is read from a file counts after 1 day, up to 8,000 steps, 30 active minutes a day",
        ),
        (
            "app = { after_days = 3 }",
            "アプリが計算した記録は3日後から対象",
            "what is worked out by an app counts after 3 days",
        ),
        ("device = {}", "機器の記録はすべて対象", "what is recorded by a device counts"),
        (
            "unsaid = { counts = false }",
            "記録のしかたが分からない記録はポイントの対象外",
            "what is of unknown origin does not count for points",
        ),
    ],
)
def test_a_programme_says_what_it_trusts(trust: str, in_japanese: str, in_english: str) -> None:
    (sentence,) = trust_said(programme(f"trust = {{ {trust} }}"))
    assert (ja(sentence), en(sentence)) == (in_japanese, in_english)


@pytest.mark.parametrize(
    ("trust", "today", "why"),
    [
        (OriginTrust(), DAY, None),
        (OriginTrust(), date(2026, 11, 17), None),
        (OriginTrust(counts=False, after_days=3), DAY, "untrusted"),
        (OriginTrust(after_days=3), date(2026, 11, 20), "waits"),
        (OriginTrust(after_days=3), date(2026, 11, 21), None),
    ],
)
def test_what_waits_counts_from_so_many_days_after_its_day_on(
    trust: OriginTrust, today: date, why: str | None
) -> None:
    assert trust.why_out(DAY, today=today) == why
    assert trust.is_whole(DAY, today=today) == (why is None)


@pytest.mark.parametrize("name", preset_names())
def test_in_presets_what_was_typed_counts_nothing_and_files_up_to_a_most_after_a_wait(
    name: str,
) -> None:
    preset = read_programme(preset_text(name))
    trust = preset.trusts
    assert trust.typed == OriginTrust(counts=False)
    assert trust.file is not None
    assert trust.file.counts
    assert "steps" in trust.file.day_max
    waits = preset.spendable_after_days
    assert trust.file.after_days == (preset.late_window_days if waits is None else waits)
    assert {origin for origin, _ in trust.named()} == {"typed", "file"}


def test_a_version_that_was_in_force_before_there_was_trust_trusts_everything() -> None:
    kept = msgspec.json.decode(msgspec.json.encode(programme()))
    del kept["trust"]
    assert msgspec.convert(kept, Programme).trusts == Trust()
