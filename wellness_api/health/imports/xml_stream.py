"""Reading XML of any length from somebody unknown, in constant memory and without anything that XML can be made to do.

No entity is declared or expanded, nothing outside of the file is looked at, and depth, tokens and names are bounded.
The DOCTYPE is looked at and then cut out rather than parsed: Apple's exports of iOS 16 have a broken one, and nothing
of it is needed.
"""

import re
from collections.abc import Mapping
from typing import Final, NoReturn, Protocol
from xml.parsers import expat

from wellness_api.health.imports.problems import FileRefused

PROLOG_BYTES_MAX: Final = 256 * 1024
"""A DOCTYPE that does not end within them is refused as unsafe XML."""

TOKEN_BYTES_MAX: Final = 64 * 1024
"""A tag with all its attributes. The parser looks at an unfinished one anew with each block, so this bounds time too."""

DEPTH_MAX: Final = 32
"""XML that is nested deeper is refused as unsafe."""

NAMES_MAX: Final = 2_000
"""Different names of elements and attributes, which the parser remembers until the end."""

DOCTYPE: Final = re.compile(rb"<!DOCTYPE[^\[>]*[\[>]?")
SUBSET_END: Final = re.compile(rb"\]\s*>")
FORBIDDEN: Final = re.compile(rb"<!ENTITY|<!NOTATION|%[A-Za-z_:]|\b(?:SYSTEM|PUBLIC)\b")
FIRST_ELEMENT: Final = re.compile(rb"<[A-Za-z_]")
NO_CHARACTERS: Final = bytes(byte for byte in range(32) if byte not in b"\t\n\r")
"""Control characters that XML forbids; Apple's exports have some in names of devices."""


class Taker(Protocol):
    """Whoever wants the elements below the root."""

    def start(self, depth: int, name: str, attributes: Mapping[str, str]) -> None:
        """An element starts; the root has depth 1."""
        ...

    def end(self, depth: int) -> None:
        """The element of that depth ends."""
        ...


class XmlStream:
    """Parses what it is fed, and tells `taker`."""

    def __init__(self, taker: Taker) -> None:
        self._taker = taker
        self._depth = 0
        self._fed = 0
        self._prolog: bytes | None = b""
        self._parser = expat.ParserCreate(encoding="UTF-8")
        self._parser.StartElementHandler = self._start
        self._parser.EndElementHandler = self._end
        # The one DOCTYPE is cut out before; a second, or one in disguise, would be here for no good.
        self._parser.StartDoctypeDeclHandler = _refuse_declarations
        self._parser.EntityDeclHandler = _refuse_declarations
        self._parser.SetParamEntityParsing(expat.XML_PARAM_ENTITY_PARSING_NEVER)

    def feed(self, block: bytes) -> None:
        """The next bytes; raises FileRefused."""
        block = block.translate(None, NO_CHARACTERS)
        if self._prolog is not None:
            self._prolog += block
            rest = _after_doctype(self._prolog)
            if rest is None:
                return
            self._prolog, block = None, rest
        self._parse(block, last=False)
        if self.unfinished_bytes > TOKEN_BYTES_MAX:
            raise FileRefused(
                "unsafe_xml", f"A tag of the XML is longer than {TOKEN_BYTES_MAX} bytes."
            )
        if len(self._parser.intern) > NAMES_MAX:
            raise FileRefused("unsafe_xml", f"The XML has more than {NAMES_MAX} names of its own.")

    def close(self) -> None:
        """Says that this was all; raises FileRefused if the XML goes on."""
        self._parse(self._prolog or b"", last=True)

    @property
    def unfinished_bytes(self) -> int:
        """How many of the bytes fed have not been understood yet."""
        return max(self._fed - max(self._parser.CurrentByteIndex, 0), 0)

    def _parse(self, block: bytes, *, last: bool) -> None:
        self._fed += len(block)
        try:
            self._parser.Parse(block, last)
        except expat.ExpatError as error:
            raise FileRefused(
                "broken_xml",
                f"The XML is damaged or cut short ({expat.ErrorString(error.code)}); export it again.",
            ) from error

    def _start(self, name: str, attributes: Mapping[str, str]) -> None:
        self._depth += 1
        if self._depth > DEPTH_MAX:
            raise FileRefused("unsafe_xml", f"The XML is nested deeper than {DEPTH_MAX} elements.")
        self._taker.start(self._depth, name, attributes)

    def _end(self, _name: str) -> None:
        self._taker.end(self._depth)
        self._depth -= 1


def _after_doctype(prolog: bytes) -> bytes | None:
    """The prolog without its DOCTYPE; None while it is not all there."""
    doctype = DOCTYPE.search(prolog)
    element = FIRST_ELEMENT.search(prolog)
    if doctype is None or (element is not None and element.start() < doctype.start()):
        return prolog if element is not None or len(prolog) > PROLOG_BYTES_MAX else None
    end = _end_of(doctype, prolog)
    if FORBIDDEN.search(prolog, doctype.start(), len(prolog) if end is None else end):
        _refuse_declarations()
    if end is not None:
        return prolog[: doctype.start()] + prolog[end:]
    if len(prolog) > PROLOG_BYTES_MAX:
        raise FileRefused(
            "unsafe_xml", f"The XML's DOCTYPE does not end within {PROLOG_BYTES_MAX} bytes."
        )
    return None


def _end_of(doctype: re.Match[bytes], prolog: bytes) -> int | None:
    if doctype[0].endswith(b"["):
        subset_end = SUBSET_END.search(prolog, doctype.end())
        return subset_end and subset_end.end()
    return doctype.end() if doctype[0].endswith(b">") else None


def _refuse_declarations(*_: object) -> NoReturn:
    raise FileRefused(
        "unsafe_xml", "The XML declares entities or points outside of itself; no export does."
    )
