"""Codes and numbers as people type them, in the one form in which they are compared and kept.

A Japanese keyboard gives full-width letters and digits, and one of a dozen dashes. The paper shows none of that, so none
of it matters. All code that reads a typed code uses this module.
"""

import unicodedata
from typing import Final

DASHES: Final = frozenset("-‐‑‒–—―−─━ー˗⁃﹘")
"""What a Japanese or other keyboard gives for a dash, after full-width forms are gone: most often ー, the long vowel."""

BETWEEN_GROUPS: Final = DASHES | frozenset("一〜~・_")
"""Other characters for the dash of a code: they are beside it on the keyboard or look like it, as the kanji 一 does."""

UNSEEN: Final = frozenset({"Cc", "Cf"})
"""Unicode's categories of characters that cannot be seen; they come along when a code is copied."""

TYPED_LETTER: Final = "0-9A-Za-z０-９Ａ-Ｚａ-ｚ"
TYPED_BREAK: Final = r"\s" + "".join(sorted(DASHES | set("－ｰ"))).replace("-", r"\-")
"""Part of a pattern: what stands between groups of letters."""


def letters_of(typed: str) -> str:
    """A code in the form for comparing: its letters and digits, letters in capitals, without spaces and dashes."""
    return "".join(letter for letter in as_written(typed).upper() if letter not in BETWEEN_GROUPS)


def as_written(typed: str) -> str:
    """A number in plain letters, digits and dashes, without spaces. Its dashes and small letters may be part of the number."""
    return "".join(
        "-" if letter in DASHES else letter
        for letter in unicodedata.normalize("NFKC", typed)
        if not letter.isspace() and unicodedata.category(letter) not in UNSEEN
    )
