"""What can be wrong with what is asked about a draw. Nothing was changed."""

from wellness_api.http.refused import Refused


class DrawRefused(Refused):
    """It cannot be done with the draw."""

    title = "This cannot be done with the draw"
    kept = "Nothing was changed."


class InvalidDraw(DrawRefused):
    """The draw could not be held as it is described."""

    code = "invalid_draw"
    status = 422

    def __init__(self, field: str, *, limit: str, detail: str) -> None:
        super().__init__(field=field, limit=limit, detail=detail)


class DrawExists(DrawRefused):
    """A draw is made once and never changed."""

    code = "draw_exists"
    status = 409
    field = "code"
    limit = "a code that no draw has"
    detail = "There is a draw {draw} already, and a draw never changes."

    def __init__(self, draw: str) -> None:
        super().__init__(draw=draw)


class NoSuchDraw(DrawRefused):
    """There is no draw of that code."""

    code = "no_such_draw"
    status = 404
    field = "code"
    limit = "a code of GET /v1/draws"
    detail = "There is no draw {draw!r}."

    def __init__(self, draw: str) -> None:
        super().__init__(draw=draw)


class PublicValueRefused(DrawRefused):
    """The draw takes no public value, not yet, or not any more."""

    code = "public_value_refused"
    status = 409
    field = "value"
    limit = "once, after the list of entries is fixed"

    def __init__(self, draw: str, why: str) -> None:
        super().__init__(detail=f"Draw {draw}: {why}", draw=draw)


class NoSuchWinner(DrawRefused):
    """The draw has nobody at that place, or has not been drawn."""

    code = "no_such_winner"
    status = 404
    field = "place"
    limit = "a place of GET /v1/draws/{{code}}/winners"
    detail = "Draw {draw} has no winner at place {place}."

    def __init__(self, draw: str, place: int) -> None:
        super().__init__(draw=draw, place=place)
