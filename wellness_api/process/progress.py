"""What the person who started the program reads while they wait: a line for each step, and how far a long step is."""

import sys
import time
from typing import Final

import click

UPDATE_SECONDS: Final = 5.0
UPDATE_SECONDS_TERMINAL: Final = 0.3


class Progress:
    """Lines on standard error: `say` begins a step, `update` tells how far it is."""

    def __init__(self) -> None:
        self._began = self._updated = time.monotonic()
        self._terminal = sys.stderr.isatty()
        self._line_open = False

    def say(self, step: str) -> None:
        """Begins a step."""
        self._close_line()
        self._updated = time.monotonic()
        click.echo(f"wellness: {self._elapsed():5.1f} s  {step}", err=True)

    def update(self, text: str) -> None:
        """Shows now and then how far the step is; on a terminal in one line that changes."""
        pause = UPDATE_SECONDS_TERMINAL if self._terminal else UPDATE_SECONDS
        if time.monotonic() - self._updated < pause:
            return
        self._updated = time.monotonic()
        line = f"wellness: {self._elapsed():5.1f} s  {text}"
        click.echo(f"\r\x1b[K{line}" if self._terminal else line, err=True, nl=not self._terminal)
        self._line_open = self._terminal

    def _elapsed(self) -> float:
        return time.monotonic() - self._began

    def _close_line(self) -> None:
        if self._line_open:
            click.echo(err=True)
            self._line_open = False
