"""Reads XML of any length from an unknown sender, in constant memory and without the dangers of XML.

No entity is declared or expanded, nothing outside of the file is read, and depth, tokens and names are bounded. The code
checks the DOCTYPE and then blanks it instead of parsing it: Apple's exports of iOS 16 have a broken one, and nobody needs
it.

Where the file is not valid XML, the element in that place is lost and the next one is read: an app that writes years of
records into one file may get one byte wrong. A parser stops at the first such place, so the code begins another parser at
the next element, as if the root had just started.
"""

import re
from collections.abc import Collection, Mapping
from typing import Final, NamedTuple, NoReturn, Protocol
from xml.parsers import expat

from wellness_api.health.imports.problems import FileRefused
from wellness_api.health.imports.xml_window import Place, Window

PROLOG_BYTES_MAX: Final = 256 * 1024
"""A DOCTYPE that does not end within them is refused as unsafe XML."""

TOKEN_BYTES_MAX: Final = 64 * 1024
"""A longer tag, with all its attributes, is passed over as damaged. The parser looks at an unfinished tag again with each
block, so this bounds time too.
"""

DEPTH_MAX: Final = 32
"""XML that is nested deeper is refused as unsafe."""

NAMES_MAX: Final = 2_000
"""Different names of elements and attributes, which the parser remembers until the end. More are refused as unsafe XML."""

DAMAGES_MAX: Final = 1_000
"""A file with more damaged places is refused as broken; what was read of it before stays."""

DOCTYPE: Final = re.compile(rb"<!DOCTYPE[^\[>]*[\[>]?")
SUBSET_END: Final = re.compile(rb"\]\s*>")
FORBIDDEN: Final = re.compile(rb"<!ENTITY|<!NOTATION|%[A-Za-z_:]|\b(?:SYSTEM|PUBLIC)\b")
FIRST_ELEMENT: Final = re.compile(rb"<[A-Za-z_]")
NO_LINE_BREAK: Final = re.compile(rb"[^\n]")

UNREADABLE: Final = "\x7f"
"""Stands in a text for a control character, which XML forbids: no number and no time can be read with it.

Apple's exports have some control characters in names of devices. If they were taken out, a number in which one replaced a
dot or a digit would become another number.
"""

CONTROLS: Final = frozenset(range(ord(" "))) - set(b"\t\n\r")
AS_UNREADABLE: Final = bytes(ord(UNREADABLE) if byte in CONTROLS else byte for byte in range(256))

OTHER_ENCODINGS: Final = (b"\xff\xfe", b"\xfe\xff", b"\0", b"<\0")
"""How XML in UTF-16 or UTF-32 begins. In these encodings, nobody would find what is forbidden."""

NOTICED_IN_PLACE: Final = frozenset(
    expat.errors.codes[message]
    for message in (
        expat.errors.XML_ERROR_INVALID_TOKEN,
        expat.errors.XML_ERROR_JUNK_AFTER_DOC_ELEMENT,
    )
)
"""Errors that the parser may notice right where the next element starts. For other errors, the parser shows where the
broken element starts.
"""

ENDS_ANOTHER: Final = expat.errors.codes[expat.errors.XML_ERROR_TAG_MISMATCH]
ROOT_DEPTH: Final = 1


class Taker(Protocol):
    """Takes the elements below the root."""

    def start(self, depth: int, name: str, attributes: Mapping[str, str]) -> None:
        """An element starts. The root has depth 1, and starts again after damage. Raises Misplaced."""
        ...

    def end(self, depth: int) -> None:
        """The element of that depth ends. A damaged element does not end."""
        ...

    def damaged(self, place: Place, why: str) -> None:
        """The file is damaged here, and the open element is lost."""
        ...

    def resumed(self, byte: int) -> None:
        """After damage, reading goes on from this byte."""
        ...


class Misplaced(Exception):
    """The element cannot stand inside of the open one, so the open one has lost its end."""


class _Stop(NamedTuple):
    """Where the parser stopped, where the next element may begin, and why; counted from the start of the content."""

    byte: int
    search_from: int
    why: str
    is_rest: bool = False
    """An end without its start, after earlier damage: the rest of an element that is counted already."""


class XmlStream:
    """Parses the blocks that it gets, and tells `taker`."""

    def __init__(self, taker: Taker, *, root: str, elements: Collection[str]) -> None:
        """`elements`: the names of the elements below the root, where reading goes on after damage."""
        self._taker = taker
        self._root = f"<{root}>".encode()
        names = "|".join(map(re.escape, elements))
        self._resume = re.compile(rf"<(?:(?:{names})[\s/>]|/{re.escape(root)}\s*>)".encode())
        self._window = Window()
        self._prolog: bytes | None = b""
        self._stops = 0
        self._resumed_at = -1
        self._searching = False
        self._has_read = False
        self._in_text = False
        self._begin(0)

    def feed(self, block: bytes) -> None:
        """Takes the next bytes. Raises FileRefused."""
        if self._prolog is not None:
            if not self._prolog and block.startswith(OTHER_ENCODINGS):
                raise FileRefused("unsafe_xml", "The XML is not written in UTF-8, as exports are.")
            self._prolog += block.translate(AS_UNREADABLE)
            rest = _without_doctype(self._prolog)
            if rest is None:
                return
            self._prolog = None
            self._go_on(rest, last=False)
        else:
            self._go_on(block.translate(AS_UNREADABLE), last=False)

    def close(self) -> None:
        """Says that these were all bytes. Raises FileRefused if the XML is not over."""
        self._go_on(self._prolog or b"", last=True)
        if self._searching:
            raise FileRefused(
                "broken_xml",
                "The XML ends too soon, so the file was cut short; export it again. What was read of it is kept."
                if self._has_read
                else "The XML is damaged from its start on; export it again.",
            )

    def _go_on(self, block: bytes, *, last: bool) -> None:
        self._window.add(block)
        if self._searching:
            content = self._resumed_content(self._window.start)
            if content is None:
                return
            block = content
        while (stop := self._parse(block, last=last)) is not None:
            self._note(stop)
            content = self._resumed_content(stop.search_from)
            if content is None:
                return
            block = content
        self._window.drop_before(self._origin + self._understood)

    def _parse(self, block: bytes, *, last: bool) -> _Stop | None:
        try:
            self._parser.Parse(block, last)
        except expat.ExpatError as error:
            return self._stop(error.code)
        except Misplaced as error:
            return _Stop(self._misplaced_at, self._misplaced_at, str(error))
        byte = self._origin + self._understood
        if self._window.end - byte > TOKEN_BYTES_MAX:
            return _Stop(byte, byte + 1, f"a tag of more than {TOKEN_BYTES_MAX} bytes")
        if len(self._parser.intern) > NAMES_MAX:
            raise FileRefused("unsafe_xml", f"The XML has more than {NAMES_MAX} names of its own.")
        return None

    def _stop(self, code: int) -> _Stop:
        """Where the parser ended with that error, and where to look for the next element."""
        byte = self._origin + self._understood
        why = expat.ErrorString(code)
        if code == ENDS_ANOTHER:
            # The end may be the root's, and the element inside has lost its own.
            is_rest = self._depth == ROOT_DEPTH and self._stops > 0
            return _Stop(byte, byte - len("</"), why, is_rest)
        return _Stop(byte, byte if code in NOTICED_IN_PLACE else byte + 1, why)

    def _note(self, stop: _Stop) -> None:
        """Tells that something is lost. Raises FileRefused if that happened too often."""
        self._stops += 1
        if not stop.is_rest:
            self._taker.damaged(self._window.place(stop.byte), stop.why)
        if self._stops > DAMAGES_MAX:
            raise FileRefused(
                "broken_xml",
                f"The XML is damaged in more than {DAMAGES_MAX} places; export it again. What was read of it is kept.",
            )

    def _resumed_content(self, search_from: int) -> bytes | None:
        """The content from the next element on, with a new parser that has begun; None as long as there is no next element."""
        place = self._window.find(self._resume, max(search_from, self._resumed_at + 1))
        self._searching = place is None
        if place is None:
            return None
        self._window.drop_before(place)
        self._resumed_at = place
        self._taker.resumed(place)
        self._begin(place - len(self._root))
        self._parser.Parse(self._root)
        return self._window.content

    def _begin(self, origin: int) -> None:
        """Begins a parser. `origin`: where the parser's first byte is in the content."""
        self._origin = origin
        self._depth = 0
        self._misplaced_at = origin
        self._parser = expat.ParserCreate(encoding="UTF-8")
        if hasattr(self._parser, "SetReparseDeferralEnabled"):
            # From expat 2.6 on a parser may put off what it got, and then does not tell how far it is. The time that this
            # saves is bounded by TOKEN_BYTES_MAX anyway.
            self._parser.SetReparseDeferralEnabled(False)  # noqa: FBT003 - it takes no names
        self._parser.StartElementHandler = self._start
        self._parser.EndElementHandler = self._end
        self._parser.CharacterDataHandler = self._text
        self._parser.StartCdataSectionHandler = self._misplaced
        # The one DOCTYPE was blanked before. A second one, or a disguised one, could only do harm.
        self._parser.StartDoctypeDeclHandler = _refuse_declarations
        self._parser.EntityDeclHandler = _refuse_declarations
        self._parser.SetParamEntityParsing(expat.XML_PARAM_ENTITY_PARSING_NEVER)

    @property
    def _understood(self) -> int:
        """How many of its bytes the parser is done with: its last token, or the error, begins there."""
        return max(self._parser.CurrentByteIndex, 0)

    def _start(self, name: str, attributes: Mapping[str, str]) -> None:
        self._depth += 1
        if self._depth > DEPTH_MAX:
            raise FileRefused("unsafe_xml", f"The XML is nested deeper than {DEPTH_MAX} elements.")
        self._has_read = True
        self._in_text = False
        try:
            self._taker.start(self._depth, name, attributes)
        except Misplaced:
            # The parser goes through the rest of its bytes before it raises.
            self._misplaced_at = self._origin + self._understood
            raise

    def _end(self, _name: str) -> None:
        self._taker.end(self._depth)
        self._depth -= 1

    def _text(self, text: str) -> None:
        """Between elements there is no text: such text is the rest of an element. Several lines of it count once."""
        if self._depth == ROOT_DEPTH and not self._in_text and not text.isspace():
            self._in_text = True
            byte = self._origin + self._understood
            self._note(_Stop(byte, byte, "text where an element should be"))

    def _misplaced(self) -> NoReturn:
        self._misplaced_at = self._origin + self._understood
        raise Misplaced("text that is not to be read as XML")


def _without_doctype(prolog: bytes) -> bytes | None:
    """The prolog with blanks for its DOCTYPE, so that all else stays in its place; None while the DOCTYPE is not complete."""
    doctype = DOCTYPE.search(prolog)
    element = FIRST_ELEMENT.search(prolog)
    if doctype is None or (element is not None and element.start() < doctype.start()):
        return prolog if element is not None or len(prolog) > PROLOG_BYTES_MAX else None
    end = _end_of(doctype, prolog)
    if FORBIDDEN.search(prolog, doctype.start(), len(prolog) if end is None else end):
        _refuse_declarations()
    if end is not None:
        blank = NO_LINE_BREAK.sub(b" ", prolog[doctype.start() : end])
        return prolog[: doctype.start()] + blank + prolog[end:]
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
