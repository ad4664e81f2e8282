"""Every limit has a name, a figure and a stated answer."""

from pathlib import Path

from wellness_api.checkout.limits_document import stated_limits

ROOT = Path(__file__).parents[3]


def test_every_limit_says_what_happens_beyond_it() -> None:
    limits = list(stated_limits(ROOT))
    assert len(limits) > 200
    assert [(each.module, each.name) for each in limits if not each.sentence] == []


def test_every_limit_is_a_figure() -> None:
    assert [each.name for each in stated_limits(ROOT) if not each.value[:1].isdigit()] == []
