"""`wellness simulate`: the same city for the same seed, to a file that anyone can read."""

import json
from pathlib import Path
from typing import Any

from click.testing import CliRunner

from wellness_api.town.simulation.commands import simulate


def written(file: Path, *, seed: int, residents: int = 12) -> list[dict[str, Any]]:
    arguments = ["--residents", str(residents), "--days", "20", "--today", "2026-02-10"]
    ended = CliRunner().invoke(simulate, [*arguments, "--seed", str(seed), "--file", str(file)])
    assert ended.exit_code == 0, ended.output
    return [json.loads(line) for line in file.read_text().splitlines()]


def test_the_same_seed_gives_the_same_uploads_and_another_gives_others(tmp_path: Path) -> None:
    first, again, other = (
        written(tmp_path / f"{number}.jsonl", seed=seed) for number, seed in enumerate((7, 7, 8))
    )
    assert first == again
    assert first != other


def test_each_line_is_an_upload_as_the_api_takes_it(tmp_path: Path) -> None:
    lines = written(tmp_path / "city.jsonl", seed=7)
    assert {line["resident"] for line in lines} <= set(range(12))
    for line in lines:
        for batch in line["upload"]["batches"]:
            assert len(batch["times_ms"]) == len(batch["values"]) > 0
            assert batch["times_ms"] == sorted(set(batch["times_ms"]))


def test_a_smaller_city_is_the_beginning_of_a_larger_one(tmp_path: Path) -> None:
    small = written(tmp_path / "small.jsonl", seed=7, residents=5)
    large = written(tmp_path / "large.jsonl", seed=7, residents=12)
    assert small == [line for line in large if line["resident"] < 5]


def test_where_to_must_be_said() -> None:
    ended = CliRunner().invoke(simulate, ["--residents", "3"])
    assert ended.exit_code == 2
    assert "--file" in ended.output
