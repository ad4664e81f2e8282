"""The built web pages: one document for every address of the app, and its assets."""

from pathlib import Path
from typing import Final

from litestar import Response, Router, get
from litestar.datastructures import CacheControlHeader
from litestar.exceptions import NotFoundException
from litestar.static_files import create_static_files_router

from wellness_api.http.operations import ANY_QUERY

PAGES: Final = Path(__file__).parent.parent / "web" / "dist"


@get(
    ["/", "/my-data", "/use-points", "/draws", "/staff"],
    include_in_schema=False,
    sync_to_thread=False,
    opt={ANY_QUERY: True},
)
def page() -> Response[bytes]:
    """The app's document; it is never cached, its assets are."""
    document = PAGES / "index.html"
    if not document.is_file():
        raise NotFoundException("The pages are not built; ./run builds them.")
    return Response(
        document.read_bytes(),
        media_type="text/html",
        headers={"Cache-Control": "no-cache"},
    )


def page_routers() -> list[Router]:
    """Assets carry their content's hash in their name, so browsers keep them for good."""
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
