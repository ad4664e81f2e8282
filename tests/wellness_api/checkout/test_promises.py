"""Every test that docs/architecture.md names is there, and every file that it sends somebody to for a change."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
DOCUMENT = (ROOT / "docs/architecture.md").read_text(encoding="utf-8")
FILES = sorted(
    set(re.findall(r"`(?:tests/)?((?:[a-z_]+/)+(?:test_[a-z_]+\.py)?)(?:::[a-z_]+)?`", DOCUMENT))
)
ROOM_FOR_CHANGES = DOCUMENT.partition("\n## Where to find the room")[2].partition("\n## ")[0]
PLACES = [
    place.replace("LANGUAGE", "ja")
    for place in re.findall(r"`([\w.-]+/[\w./-]*)`", ROOM_FOR_CHANGES)
    if "NAME" not in place
]
NAMED = re.findall(r"`((?:[a-z_/]+test_[a-z_]+\.py)?)::(test_[a-z_]+)`", DOCUMENT)


def test_the_files_that_are_named_are_there() -> None:
    tests = [name for name in FILES if name.endswith(".py")]
    assert len(tests) > 30
    assert [name for name in tests if not (ROOT / "tests" / name).is_file()] == []


@pytest.mark.parametrize("name", sorted({name for _, name in NAMED}))
def test_a_test_that_is_named_is_there(name: str) -> None:
    defined = re.compile(rf"def {name}\(")
    assert any(
        defined.search(path.read_text(encoding="utf-8"))
        for path in (ROOT / "tests").rglob("test_*.py")
    )


def test_the_rooms_for_a_change_are_there() -> None:
    """Paths of the table of counts begin with a wing, and are below wellness_api."""
    assert len(PLACES) > 30
    tops = (ROOT, ROOT / "wellness_api")
    assert [place for place in PLACES if not any((top / place).exists() for top in tops)] == []
