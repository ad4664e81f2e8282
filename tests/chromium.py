"""The browser of the page tests and the screenshots: `python -m tests.chromium` makes sure that there is one."""

import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Final

VARIABLE: Final = "WELLNESS_CHROMIUM"
NAMES: Final = ("chromium", "google-chrome", "google-chrome-stable")

JAPANESE_FONTS: Final = ("fonts-morisawa-bizud-gothic", "fonts-ipaexfont-gothic", "fonts-noto-cjk")
"""The first is made to be read easily, has a true bold and is a sixth of the last; older systems lack it."""

LAUNCH_ARGUMENTS: Final = (
    # Chromium's sandbox refuses to run as root, as in most containers; the pages it opens here are our own.
    "--no-sandbox",
    "--disable-gpu",
    # The map needs WebGL, and a server has no graphics card: SwiftShader computes it.
    "--use-gl=angle",
    "--use-angle=swiftshader",
    "--enable-unsafe-swiftshader",
    # Quiet: nothing but the pages asks for anything.
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


class NoBrowser(Exception):
    """There is none and none could be installed; the message is the line to print."""


def chromium_path() -> str | None:
    """The Chromium of this machine; None stands for Playwright's own."""
    chosen = os.environ.get(VARIABLE)
    return chosen or next(filter(None, map(shutil.which, NAMES)), None)


def provide() -> None:
    """Installs a Chromium where there is none, and a Japanese font where none could draw our pages."""
    chosen = os.environ.get(VARIABLE)
    if chosen and not shutil.which(chosen):
        raise NoBrowser(f"{VARIABLE}={chosen} is not a program that can be run.")
    browser = [] if chromium_path() else ["chromium"]
    fonts = [] if _draws_japanese() else list(JAPANESE_FONTS)
    if (browser or fonts) and _may_use_apt():
        _install(browser, fonts)
    if not chromium_path() and not _playwright_has_its_own():
        _say("fetching Chromium (once)")
        if not _succeeds([sys.executable, "-m", "playwright", "install", "chromium"]):
            raise NoBrowser(
                "no browser can be had here. Install Chromium or Chrome, or name one by"
                f" {VARIABLE}=/path/to/chromium, then try again."
            )


def _install(browser: Sequence[str], fonts: Sequence[str]) -> None:
    _say("installing what draws the pages in the tests (once; a few minutes on a slow line)")
    # A failure shows below, where what was wanted is still missing; a page without its font is no reason to stop.
    _apt("update")
    if browser:
        _apt("install", *browser)
    any(_apt("install", "fontconfig", font) for font in fonts)


def _apt(*arguments: str) -> bool:
    return _succeeds(
        ["apt-get", "--quiet=2", "--yes", "--option=APT::Install-Recommends=false", *arguments],
        environment={"DEBIAN_FRONTEND": "noninteractive"},
    )


def _may_use_apt() -> bool:
    return os.name == "posix" and os.geteuid() == 0 and shutil.which("apt-get") is not None


def _draws_japanese() -> bool:
    if sys.platform != "linux":
        return True  # Other systems come with Japanese fonts.
    if not shutil.which("fc-list"):
        return False
    return bool(subprocess.check_output(["fc-list", ":lang=ja", "family"]))


def _playwright_has_its_own() -> bool:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        return Path(playwright.chromium.executable_path).exists()


def _succeeds(command: Sequence[str], *, environment: dict[str, str] | None = None) -> bool:
    """Runs a command in silence; when it fails, the line that says why is shown."""
    done = subprocess.run(
        command,
        env=os.environ | (environment or {}),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
        check=False,
    )
    if done.returncode:
        lines = [line for line in done.stdout.splitlines() if line.startswith(("E:", "Error:"))]
        _say(f"{' '.join(command)}: {lines[0] if lines else f'failed ({done.returncode})'}")
    return done.returncode == 0


def _say(line: str) -> None:
    sys.stderr.write(f"wellness: {line}\n")


def main() -> None:
    """Prints a line only when there is something to do."""
    try:
        provide()
    except NoBrowser as error:
        _say(str(error))
        sys.exit(1)


if __name__ == "__main__":
    main()
