"""Query parameters: an unknown one is refused, since a misspelt parameter would silently have no effect. So is a number where
a time is expected, since nobody can tell whether it counts seconds or milliseconds.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from difflib import get_close_matches
from typing import Final, NamedTuple
from urllib.parse import parse_qsl

import msgspec
from litestar import Litestar
from litestar.enums import ScopeType
from litestar.exceptions import ValidationException
from litestar.handlers import HTTPRouteHandler
from litestar.middleware import ASGIMiddleware
from litestar.routes import HTTPRoute
from litestar.types import ASGIApp, Receive, Scope, Send

from points.said import said
from wellness_api.http.operations import ANY_QUERY, QUERY, handler_of
from wellness_api.http.refused import Refused

FIELDS_MAX: Final = 100
"""A query of more parameters is refused with 400."""

NAME_SHOWN_MAX: Final = 64
"""In characters; the rest of a name that somebody sent is left out of the problem report."""


class Expected(NamedTuple):
    """What is known of a parameter: whether it may be repeated, and whether it is a time."""

    is_repeatable: bool
    is_time: bool = False


Known = Mapping[str, Expected]
"""An operation's parameters by their names."""


class UnreadableQuery(Refused):
    """The query asks for something that the operation could not do."""

    status = 400
    title = "The address cannot be read"
    kept = "Nothing was changed."


class TooManyParameters(UnreadableQuery):
    """The query has more parameters than are looked at."""

    code = "too_many_parameters"
    field = "query"
    limit = f"at most {FIELDS_MAX} parameters"

    def __init__(self) -> None:
        super().__init__(detail=said("query_problem.too_many", most=FIELDS_MAX))


class RepeatedParameter(UnreadableQuery):
    """A parameter was repeated of which only one value would count."""

    code = "repeated_parameter"
    field = "{name}"
    limit = "once"

    def __init__(self, name: str) -> None:
        super().__init__(name=name, detail=said("query_problem.again", name=name))


class UnknownParameter(UnreadableQuery):
    """The operation does not know the parameter."""

    code = "unknown_parameter"

    def __init__(self, name: str, known: Known) -> None:
        name = name[:NAME_SHOWN_MAX]
        nearest = get_close_matches(name, known, n=1)
        meant = said("refusal.meant", name=nearest[0]) if nearest else ""
        super().__init__(
            field=name,
            limit=" or ".join(sorted(known)) or "no parameters",
            detail=said("query_problem.unknown", name=repr(name), meant=meant),
        )


class KnownParameters(ASGIMiddleware):
    """Refuses query parameters that a handler does not take, and times that are not written out.

    Pages accept any: services add some to links (`utm_source`, `fbclid`), and what a page shows does not depend on
    them.
    """

    scopes = (ScopeType.HTTP,)

    def __init__(self) -> None:
        self._known: Mapping[HTTPRouteHandler, Known] = {}

    async def handle(self, scope: Scope, receive: Receive, send: Send, next_app: ASGIApp) -> None:
        """Raises UnreadableQuery, and ValidationException as the framework does for parameters that do not fit."""
        query = scope["query_string"]
        if query:
            if not self._known:
                self._known = known_parameters(scope["litestar_app"])
            known = self._known.get(handler_of(scope))
            if known is not None:
                check_times(check_query(query, known), known)
        await next_app(scope, receive, send)


def known_parameters(app: Litestar) -> dict[HTTPRouteHandler, Known]:
    """The parameters of each handler, without handlers that accept any."""
    return {
        handler: {
            parameter.field_alias: Expected(
                parameter.is_sequence, is_time=_is_time(handler, parameter.field_name)
            )
            for parameter in model.expected_query_params
        }
        | dict.fromkeys(handler.opt.get(QUERY, ()), Expected(is_repeatable=True))
        for route in app.routes
        if isinstance(route, HTTPRoute)
        for handler, model in route.route_handler_map.values()
        if isinstance(handler, HTTPRouteHandler) and not handler.opt.get(ANY_QUERY)
    }


def _is_time(handler: HTTPRouteHandler, argument: str) -> bool:
    field = handler.parsed_fn_signature.parameters.get(argument)
    return field is not None and field.match_predicate_recursively(
        lambda one: one.is_subclass_of(datetime)
    )


def check_query(query: bytes, known: Known) -> Sequence[tuple[str, str]]:
    """The parameters and their values. Raises UnreadableQuery for the first parameter that cannot be accepted."""
    try:
        said = parse_qsl(query.decode("latin-1"), keep_blank_values=True, max_num_fields=FIELDS_MAX)
    except ValueError as error:
        raise TooManyParameters from error
    seen: set[str] = set()
    for name, _ in said:
        if name not in known:
            raise UnknownParameter(name, known)
        if name in seen and not known[name].is_repeatable:
            raise RepeatedParameter(name)
        seen.add(name)
    return said


def check_times(said: Sequence[tuple[str, str]], known: Known) -> None:
    """Raises ValidationException with all times that are not written out.

    The framework itself would take a number for a time in seconds, also where it counts something else.
    """
    wrong = [
        {"key": name, "message": str(error), "source": "query"}
        for name, value in said
        if known[name].is_time and (error := _no_time(value)) is not None
    ]
    if wrong:
        raise ValidationException(detail="A time in the address cannot be read", extra=wrong)


def _no_time(value: str) -> msgspec.ValidationError | None:
    try:
        msgspec.convert(value, datetime)
    except msgspec.ValidationError as error:
        return error
    return None
