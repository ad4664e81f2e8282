"""Refuses requests that another site makes a browser send in the name of the person who is signed in there."""

from collections.abc import Mapping
from typing import Final

from wellness_api.http.refused import Refused

SAFE_METHODS: Final = frozenset({"GET", "HEAD", "OPTIONS"})


class CrossSite(Refused):
    """An unsafe request of a browser that does not come from our own pages."""

    code = "cross_site"
    status = 403
    title = "The call came from another site"
    kept = "Nothing was done."
    field = "Sec-Fetch-Site or Origin"
    limit = "those of our own pages"
    detail = (
        "This call came from another site, or does not say from where. Programs send the session's token in the"
        " Authorization header, not as a cookie."
    )


def check_same_origin(
    method: str, headers: Mapping[str, str], *, has_cookie: bool, is_secure: bool
) -> None:
    """Checks requests without a bearer token and without a signature; other sites cannot make a browser send these two.

    Browsers send `Sec-Fetch-Site` to HTTPS and to this machine, and `Origin` everywhere; a page can change neither.
    `is_secure`: browsers come by HTTPS. Then a page that came without HTTPS counts as another site's, because anybody on
    the way could have written it. Where we do not know of HTTPS, a proxy may speak it for us: then such a page is ours.
    Raises CrossSite.
    """
    if method in SAFE_METHODS:
        return
    site, origin = headers.get("sec-fetch-site"), headers.get("origin")
    if site is not None:
        is_ours = site in {"same-origin", "none"}
    elif origin is not None:
        scheme, _, host = origin.lower().partition("://")
        is_ours = host == headers.get("host", "").lower() and (
            scheme == "https" or (scheme == "http" and not is_secure)
        )
    else:
        is_ours = not has_cookie
    if not is_ours:
        raise CrossSite
