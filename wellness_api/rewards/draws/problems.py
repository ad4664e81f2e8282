"""Why a request about a draw is refused. Nothing was changed."""

from wellness_api.http.refused import Refused


class DrawRefused(Refused):
    """The request about the draw cannot be carried out."""

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


class PurposeTaken(DrawRefused):
    """A programme has one draw of a purpose for the same days."""

    code = "draw_purpose_taken"
    status = 409
    field = "purpose"
    limit = "one draw of a purpose for the same days"
    detail = "Draw {draw} is held for this purpose and these days. It is the official one; a second is possible only once it is void."

    def __init__(self, draw: str) -> None:
        super().__init__(draw=draw)


class NotVoid(DrawRefused):
    """Only a void draw can be replaced, once, by a draw of the same entries."""

    code = "draw_not_void"
    status = 409
    field = "in_place_of"
    limit = (
        "a void draw of the same programme, purpose and entries, which no other takes the place of"
    )
    detail = "The place of draw {draw} cannot be taken by this one."

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
    """The draw takes no public value, or does not take it yet, or no longer."""

    code = "public_value_refused"
    status = 409
    field = "value"
    limit = "once, on one of the days of public_value_terms, after the list of entries is fixed"

    def __init__(self, draw: str, why: str) -> None:
        super().__init__(detail=f"Draw {draw}: {why}", draw=draw)


class PublicValueWrong(DrawRefused):
    """The value does not have its source's form, or the source did not sign it."""

    code = "public_value_wrong"
    status = 422
    field = "value"

    def __init__(self, draw: str, *, limit: str) -> None:
        super().__init__(
            limit=limit,
            detail=f"Draw {draw} takes another value. Look at its source again.",
            draw=draw,
        )


class NoSuchWinner(DrawRefused):
    """The draw has no winner at that place, or has not been drawn."""

    code = "no_such_winner"
    status = 404
    field = "place"
    limit = "a place of GET /v1/draws/{{code}}/winners"
    detail = "Draw {draw} has no winner at place {place}."

    def __init__(self, draw: str, place: int) -> None:
        super().__init__(draw=draw, place=place)
