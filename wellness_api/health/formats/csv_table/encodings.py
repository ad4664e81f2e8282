"""Which encoding a table came in. The query names it, and the code notices when the table is in another one.

The code does not guess: in the wrong encoding, everything but numbers reads as something else, names of columns too. So
the refusal says what the table looks like, and the sender names the encoding in the query.
"""

import re
from typing import Final

from points.said import Said, said
from wellness_api.health.samples.problems import InvalidUpload

UTF_8: Final = "utf-8-sig"
SHIFT_JIS: Final = "cp932"
"""Japanese Windows calls its own encoding Shift_JIS, and its exports hold letters that only cp932 has."""

CODEC_OF_ENCODING: Final = {
    "utf-8": UTF_8,
    "utf8": UTF_8,
    "shift_jis": SHIFT_JIS,
    "shift-jis": SHIFT_JIS,
    "sjis": SHIFT_JIS,
    "cp932": SHIFT_JIS,
    "windows-31j": SHIFT_JIS,
}

LIMIT: Final = "the encoding that the table is saved in: utf-8 or shift_jis"
WIDE_MARKS: Final = (b"\xff\xfe", b"\xfe\xff", b"\0\0\xfe\xff")
LOOKED_AT_BYTES: Final = 4_096
WIDE_SHARE: Final = 0.9
"""In UTF-16, this share of the NUL bytes stands at every other place. In a damaged file they stand anywhere."""

ISO_2022_JP: Final = re.compile(rb"\x1b(?:\$[@B]|\([JB])")
JAPANESE: Final = re.compile("[\u3040-\u30ff\u4e00-\u9fff\uff01-\uff5e]")


def text_of(body: bytes, codec: str) -> str:
    """The table's text. Raises InvalidUpload, which names the encoding that the table seems to be in."""
    other = _wide(body) or _of_mail(body) or (_utf_8(body) if codec == SHIFT_JIS else None)
    if other is not None:
        raise InvalidUpload(field="encoding", limit=LIMIT, detail=other)
    try:
        text = body.decode(codec)
    except UnicodeDecodeError as error:
        raise InvalidUpload(
            field="encoding",
            limit=LIMIT,
            detail=said(
                "refusal.other_encoding",
                place=error.start,
                seems=_japanese(body) if codec == UTF_8 else "",
            ),
        ) from error
    if "\0" in text:
        raise InvalidUpload(
            field="body",
            limit="text without NUL bytes",
            detail=said("refusal.nul_byte", place=body.index(0)),
        )
    return text


def _wide(body: bytes) -> Said | None:
    """What is wrong with a table that Excel saved as Unicode text, with its mark or without; None for another table."""
    head = body[:LOOKED_AT_BYTES]
    even, odd = head[::2].count(0), head[1::2].count(0)
    is_wide = even + odd > len(head) // 16 and max(even, odd) >= WIDE_SHARE * (even + odd)
    if not body.startswith(WIDE_MARKS) and not is_wide:
        return None
    return said("refusal.utf_16")


def _of_mail(body: bytes) -> Said | None:
    if ISO_2022_JP.search(body) is None:
        return None
    return said("refusal.iso_2022_jp")


def _utf_8(body: bytes) -> Said | None:
    try:
        text = body.decode(UTF_8)
    except UnicodeDecodeError:
        return None
    if JAPANESE.search(text) is None:
        return None
    return said("refusal.utf_8_said_otherwise")


def _japanese(body: bytes) -> Said | str:
    """The Japanese encoding of a table that is not UTF-8. EUC-JP is tried first: hardly any text of Shift_JIS reads as EUC-JP."""
    for codec, seems in (
        ("euc_jp", said("refusal.seems_euc_jp")),
        (SHIFT_JIS, said("refusal.seems_shift_jis")),
    ):
        try:
            text = body.decode(codec)
        except UnicodeDecodeError:
            continue
        if JAPANESE.search(text) is not None:
            return seems
    return ""
