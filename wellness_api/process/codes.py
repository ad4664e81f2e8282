"""Codes and numbers as people type them, in the one form in which they are compared and kept.

A Japanese keyboard gives full-width letters and digits, and a dash that is one of a dozen. None of that is what the paper
says, so none of it matters: whoever reads a code that somebody typed reads it here.
"""

import unicodedata
from typing import Final

DASHES: Final = frozenset("-‐‑‒–—―−─━ー˗⁃﹘")
"""What a Japanese or other keyboard gives for a dash, after full-width forms are gone: ー, the long vowel, most often."""

BETWEEN_GROUPS: Final = DASHES | frozenset("一〜~・_")
"""What else stands for the dash of a code: it is beside it on the keyboard or looks like it, as the kanji 一 does."""

UNSEEN: Final = frozenset({"Cc", "Cf"})
"""Unicode's categories of characters that cannot be seen; they come along when a code is copied."""

TYPED_LETTER: Final = "0-9A-Za-z０-９Ａ-Ｚａ-ｚ"
TYPED_BREAK: Final = r"\s" + "".join(sorted(DASHES | set("－ｰ"))).replace("-", r"\-")
"""Of a pattern: what stands between groups of letters."""


def letters_of(typed: str) -> str:
    """A code for comparing: its letters and digits, the letters large, without spaces and dashes."""
    return "".join(letter for letter in as_written(typed).upper() if letter not in BETWEEN_GROUPS)


def as_written(typed: str) -> str:
    """A number of which dashes and small letters may be part: in plain letters, digits and dashes, without spaces."""
    return "".join(
        "-" if letter in DASHES else letter
        for letter in unicodedata.normalize("NFKC", typed)
        if not letter.isspace() and unicodedata.category(letter) not in UNSEEN
    )
