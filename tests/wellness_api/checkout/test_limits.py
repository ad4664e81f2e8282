"""Every limit has a name, a figure and a stated answer."""

from pathlib import Path

from wellness_api.checkout.limits_document import stated_limits

ROOT = Path(__file__).parents[3]


def test_every_limit_says_what_happens_beyond_it() -> None:
    limits = list(stated_limits(ROOT))
    assert len(limits) > 200
    assert [(limit.module, limit.name) for limit in limits if not limit.sentence] == []


def test_every_limit_is_a_figure() -> None:
    assert [stated.name for stated in stated_limits(ROOT) if not stated.value[:1].isdigit()] == []
