"""The built web pages: one document for every address of the app, its assets, and a page for unknown addresses."""

from pathlib import Path
from typing import Any, Final

from litestar import MediaType, Response, Router, get
from litestar.datastructures import CacheControlHeader
from litestar.exceptions import NotFoundException
from litestar.static_files import create_static_files_router

from wellness_api.http.operations import ANY_QUERY
from wellness_api.http.reports import MEDIA_TYPE
from wellness_api.programs.server.headers import OF_THE_API
from wellness_api.programs.server.problems import AnyRequest, http_problem

PAGES: Final = Path(__file__).parents[2] / "web" / "dist"
NOT_FOUND: Final = (Path(__file__).parent / "not_found.html").read_bytes()
HTML: Final = "text/html"


@get(
    ["/", "/day", "/my-data", "/use-points", "/draws", "/staff"],
    include_in_schema=False,
    sync_to_thread=False,
    opt={ANY_QUERY: True},
)
def page() -> Response[bytes]:
    """The app's document. It is never cached; its assets are."""
    document = PAGES / "index.html"
    if not document.is_file():
        raise NotFoundException("The pages are not built; ./run builds them.")
    return Response(
        document.read_bytes(),
        media_type=HTML,
        headers={"Cache-Control": "no-cache"},
    )


def page_routers() -> list[Router]:
    """Assets carry their content's hash in their name, so browsers store them for good."""
    if not (PAGES / "assets").is_dir():
        return []
    return [
        create_static_files_router(
            path="/assets",
            directories=[PAGES / "assets"],
            cache_control=CacheControlHeader(max_age=31_536_000, public=True),
            include_in_schema=False,
            opt={ANY_QUERY: True},
        )
    ]


def not_found(request: AnyRequest, error: NotFoundException) -> Response[Any]:
    """At an unknown address, a browser gets a page with a way back, and everybody else a problem report."""
    is_of_a_page = request.method in {"GET", "HEAD"} and not request.url.path.startswith(OF_THE_API)
    is_routed = (
        "route_handler" in request.scope
    )  # The handler at this address says itself what is missing.
    if is_of_a_page and not is_routed and _prefers_a_page(request):
        return Response(NOT_FOUND, status_code=error.status_code, media_type=HTML)
    return http_problem(request, error)


def _prefers_a_page(request: AnyRequest) -> bool:
    return request.accept.best_match([MEDIA_TYPE, MediaType.JSON, HTML]) == HTML
