"""Corrections by hand for the tests of what they make of samples."""

from hypothesis import strategies as st

from wellness_api.health.samples.corrected import Correction


def deletion(
    sequence: int,
    from_ms: int,
    until_ms: int,
    *,
    asked_ms: int = 0,
    source: str | None = None,
    metric: str | None = None,
) -> Correction:
    return Correction(
        kind="deletion",
        source=source,
        metric=metric,
        from_ms=from_ms,
        until_ms=until_ms,
        by_ms=0,
        asked_ms=asked_ms,
        sequence=sequence,
    )


def shift(
    sequence: int, from_ms: int, until_ms: int, by_ms: int, *, asked_ms: int = 0
) -> Correction:
    return Correction(
        kind="shift",
        source="phone:a",
        metric=None,
        from_ms=from_ms,
        until_ms=until_ms,
        by_ms=by_ms,
        asked_ms=asked_ms,
        sequence=sequence,
    )


@st.composite
def corrections_of(draw: st.DrawFn, moments: st.SearchStrategy[int], most: int) -> list[Correction]:
    """Some deletions and shifts of spans between these moments, whose sequences are odd numbers up to `most`."""
    made: list[Correction] = []
    for sequence in draw(st.lists(st.integers(0, most // 2), unique=True, max_size=4)):
        start, end = sorted(draw(st.lists(moments, min_size=2, max_size=2, unique=True)))
        if draw(st.booleans()):
            made.append(deletion(2 * sequence + 1, start, end, asked_ms=draw(st.integers(0, 40))))
        else:
            by_ms = draw(moments)
            asked_ms = draw(st.integers(0, 40))
            made.append(shift(2 * sequence + 1, start, end, by_ms, asked_ms=asked_ms))
    return made
