"""Names a device in short words, from what its browser or app says about itself."""

import re
from collections.abc import Sequence
from typing import Final

NAME_LENGTH_MAX: Final = 60
"""In characters; the rest of a device's name is cut off."""

SYSTEMS: Final = (
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("Windows", "Windows"),
    ("CrOS", "ChromeOS"),
    ("Macintosh", "Mac"),
    ("Linux", "Linux"),
)
"""The first one in this order counts: Android calls itself Linux as well."""

BROWSERS: Final = (
    (r"\bEdgA?/|\bEdgiOS/", "Edge"),
    (r"\bSamsungBrowser/", "Samsung Internet"),
    (r"\bLine/", "LINE"),
    (r"\bFirefox/|\bFxiOS/", "Firefox"),
    (r"\bChrome/|\bCriOS/", "Chrome"),
    (r"\bSafari/", "Safari"),
)
"""The first one in this order counts: nearly all call themselves Safari, and many Chrome."""

APP: Final = re.compile(r"^[A-Za-z][A-Za-z0-9 ._-]{0,39}(?=/)")


def device_of(user_agent: str) -> str | None:
    """A name such as "Safari, iPhone", or with an app's own name "furano-walk, Android"; None when nothing is known."""
    browser = _first(BROWSERS, user_agent)
    if browser is None and (app := APP.match(user_agent)):
        browser = app[0] if app[0] != "Mozilla" else None
    words = [word for word in (browser, _first(SYSTEMS, user_agent)) if word is not None]
    return ", ".join(words)[:NAME_LENGTH_MAX] or None


def _first(names: Sequence[tuple[str, str]], user_agent: str) -> str | None:
    return next((name for pattern, name in names if re.search(pattern, user_agent)), None)
