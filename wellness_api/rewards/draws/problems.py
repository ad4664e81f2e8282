"""What can be wrong with what is asked about a draw. Nothing was changed."""


class DrawProblem(Exception):
    """The base: `code` is the report's type, `field` says where, `limit` what would do."""

    def __init__(self, code: str, status: int, *, field: str, limit: str, detail: str) -> None:
        super().__init__(detail)
        self.code = code
        self.status = status
        self.field = field
        self.limit = limit
        self.detail = detail


class InvalidDraw(DrawProblem):
    """The draw could not be held as it is described."""

    def __init__(self, field: str, *, limit: str, detail: str) -> None:
        super().__init__("invalid_draw", 422, field=field, limit=limit, detail=detail)


class DrawExists(DrawProblem):
    """A draw is made once and never changed."""

    def __init__(self, code: str) -> None:
        super().__init__(
            "draw_exists",
            409,
            field="code",
            limit="a code that no draw has",
            detail=f"There is a draw {code} already, and a draw never changes.",
        )


class NoSuchDraw(DrawProblem):
    """There is no draw of that code."""

    def __init__(self, code: str) -> None:
        super().__init__(
            "no_such_draw",
            404,
            field="code",
            limit="a code of GET /v1/draws",
            detail=f"There is no draw {code!r}.",
        )


class PublicValueRefused(DrawProblem):
    """The draw takes no public value, not yet, or not any more."""

    def __init__(self, code: str, detail: str) -> None:
        super().__init__(
            "public_value_refused",
            409,
            field="value",
            limit="once, after the list of entries is fixed",
            detail=f"Draw {code}: {detail}",
        )


class NoSuchWinner(DrawProblem):
    """The draw has nobody at that place, or has not been drawn."""

    def __init__(self, code: str, place: int) -> None:
        super().__init__(
            "no_such_winner",
            404,
            field="place",
            limit="a place of GET /v1/draws/{code}/winners",
            detail=f"Draw {code} has no winner at place {place}.",
        )
