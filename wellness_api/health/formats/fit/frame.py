"""The frame of a FIT file: its check sum, its definitions and its messages, with the time of each.

What is read is written again as a plain file, and a decoder sees only that file. The plain file has nothing that apps on
a watch added, no compressed times, and no messages and fields that nobody here asks for. So a file takes no more time
than its bytes do, and every decoder reads the same from it.
"""

from collections.abc import Iterator
from typing import Final, Literal, NamedTuple

from points.said import Said, said
from wellness_api.health.formats.fit.profile import (
    BASE,
    BASE_TYPE_MASK,
    KIND,
    TIMESTAMP,
    UINT32,
    Kind,
)
from wellness_api.health.samples.problems import InvalidUpload

FIT_BYTES_MAX: Final = 4 * 1024 * 1024
"""A day's activity, with every sensor there is, recorded each second."""

MESSAGES_MAX: Final = 60_000
"""Sixteen hours of an activity recorded each second, and some more."""

DEFINITIONS_MAX: Final = 2_000
"""A body with more definitions of messages is refused as too large."""

FILES_MAX: Final = 200
"""A body with more files, one after another, is refused as too large. A watch writes some dozens a day."""

MAGIC: Final = b".FIT"
HEADER_BYTES: Final = 12
HEADER_BYTES_WITH_CHECK_SUM: Final = 14
CHECK_SUM_BYTES: Final = 2
FIXED_BYTES: Final = 5
"""The start of a definition, before its fields: reserved, byte order, number (2), count of fields."""

FIELD_BYTES: Final = 3

HAS_SHORT_TIME: Final = 0x80
IS_DEFINITION: Final = 0x40
HAS_DEVELOPER_FIELDS: Final = 0x20
LOCAL_MASK: Final = 0x0F
LOCAL_SHIFT_WITH_SHORT_TIME: Final = 5
LOCAL_MASK_WITH_SHORT_TIME: Final = 0x03
SHORT_TIME_MASK: Final = 0x1F
"""The last five bits of the time, in the head of a message from old devices."""

NO_TIME: Final = 0xFFFFFFFF


class Definition(NamedTuple):
    """How messages of one local number are laid out, until the next definition of that number."""

    kind: str
    """Empty where nothing of the message is read."""
    local: int
    size: int
    """The size of a message's content in bytes, with all that is skipped."""
    order: Literal["little", "big"]
    time_at: int | None
    kept: tuple[slice, ...]
    """The parts of the content that a decoder sees."""
    plain: bytes
    """The definition as a decoder sees it."""


class Framed(NamedTuple):
    """A message in its frame: its definition, its time, and its content."""

    definition: Definition
    seconds: int | None
    content: bytes


def framed_messages(body: bytes) -> list[Framed]:
    """All messages of all files in the body. Raises InvalidUpload for a body that is not whole files, or is too large."""
    if len(body) > FIT_BYTES_MAX:
        raise too_much(f"at most {FIT_BYTES_MAX} bytes")
    reading = _Reading(body)
    messages: list[Framed] = []
    for message in reading.messages():
        messages.append(message)
        if len(messages) > MESSAGES_MAX:
            raise too_much(f"at most {MESSAGES_MAX} messages")
    return messages


class _Reading:
    """Goes through a body once."""

    def __init__(self, body: bytes) -> None:
        self._body = body
        self._place = 0
        self._definitions = 0
        self._local: dict[int, Definition] = {}
        self._seconds: int | None = None

    def messages(self) -> Iterator[Framed]:
        files = 0
        while not files or self._place < len(self._body):
            files += 1
            if files > FILES_MAX:
                raise too_much(f"at most {FILES_MAX} files")
            yield from self._file()

    def _file(self) -> Iterator[Framed]:
        end = self._begin()
        self._local, self._seconds = {}, None
        while self._place < end:
            head = self._body[self._place]
            self._place += 1
            if head & HAS_SHORT_TIME:
                local = head >> LOCAL_SHIFT_WITH_SHORT_TIME & LOCAL_MASK_WITH_SHORT_TIME
                yield self._message(local, end, short_time=head & SHORT_TIME_MASK)
            elif head & IS_DEFINITION:
                self._definition(head, end)
            else:
                yield self._message(head & LOCAL_MASK, end, short_time=None)
        self._place += CHECK_SUM_BYTES

    def _begin(self) -> int:
        """Checks the header and the check sum, and goes past the header. Returns where the content ends."""
        start, header = self._place, self._body[self._place : self._place + HEADER_BYTES]
        if len(header) < HEADER_BYTES or header[-len(MAGIC) :] != MAGIC:
            raise damaged(said("fit_flaw.no_header"))
        if header[0] not in (HEADER_BYTES, HEADER_BYTES_WITH_CHECK_SUM):
            raise damaged(said("fit_flaw.header_size"))
        end = start + header[0] + int.from_bytes(header[4:8], "little")
        written_sum = self._body[end : end + CHECK_SUM_BYTES]
        if len(written_sum) < CHECK_SUM_BYTES:
            raise damaged(said("fit_flaw.cut_off"))
        if int.from_bytes(written_sum, "little") != check_sum(memoryview(self._body)[start:end]):
            raise damaged(said("fit_flaw.check_sum"))
        self._place = start + header[0]
        return end

    def _take(self, size: int, end: int) -> bytes:
        start = self._place
        self._place += size
        if self._place > end:
            raise damaged(said("fit_flaw.beyond_its_end"))
        return self._body[start : self._place]

    def _definition(self, head: int, end: int) -> None:
        self._definitions += 1
        if self._definitions > DEFINITIONS_MAX:
            raise too_much(f"at most {DEFINITIONS_MAX} definitions")
        fixed = self._take(FIXED_BYTES, end)
        order: Literal["little", "big"] = "big" if fixed[1] else "little"
        fields = self._take(fixed[4] * FIELD_BYTES, end)
        developers = (
            self._take(self._take(1, end)[0] * FIELD_BYTES, end)
            if head & HAS_DEVELOPER_FIELDS
            else b""
        )
        local = head & LOCAL_MASK
        self._local[local] = _definition_of(
            KIND.get(int.from_bytes(fixed[2:4], order)),
            local,
            order,
            fixed,
            fields,
            size_of_developers=sum(developers[1::FIELD_BYTES]),
        )

    def _message(self, local: int, end: int, *, short_time: int | None) -> Framed:
        definition = self._local.get(local)
        if definition is None:
            raise damaged(said("fit_flaw.no_definition"))
        content = self._take(definition.size, end)
        seconds = None
        if definition.time_at is not None:
            start = definition.time_at
            seconds = int.from_bytes(content[start : start + 4], definition.order)
        elif short_time is not None and self._seconds is not None:
            # The first time after the last one that ends with these bits.
            seconds = self._seconds + (short_time - self._seconds & SHORT_TIME_MASK)
        if seconds == NO_TIME:
            seconds = None
        if seconds is not None:
            self._seconds = seconds
        return Framed(definition, seconds, content)


def _definition_of(
    kind: Kind | None,
    local: int,
    order: Literal["little", "big"],
    fixed: bytes,
    fields: bytes,
    *,
    size_of_developers: int,
) -> Definition:
    place, time_at = 0, None
    kept: dict[int, tuple[slice, bytes]] = {}
    for start in range(0, len(fields), FIELD_BYTES):
        number, size, type_byte = fields[start : start + FIELD_BYTES]
        base = BASE.get(type_byte & BASE_TYPE_MASK)
        if base is None:
            raise damaged(said("fit_flaw.unknown_type"))
        # One value of its type: nothing that is read comes as several, and devices write sizes that fit no type.
        if size == base.size:
            if number == TIMESTAMP and base.identifier == UINT32:
                time_at = place
            elif kind is not None and number in kind.fields:
                kept[number] = (slice(place, place + size), bytes((number, size, base.identifier)))
        place += size
    return Definition(
        kind=kind.name if kind else "",
        local=local,
        size=place + size_of_developers,
        order=order,
        time_at=time_at,
        kept=tuple(part for part, _ in kept.values()),
        plain=fixed[:4] + bytes((len(kept),)) + b"".join(field for _, field in kept.values()),
    )


def plain_file(messages: list[Framed]) -> bytes:
    """One file with all that is read of these messages. The profile alone is enough to decode it."""
    content = bytearray()
    written: dict[int, Definition] = {}
    for definition, _, whole in messages:
        if written.get(definition.local) is not definition:
            content += bytes((IS_DEFINITION | definition.local,)) + definition.plain
            written[definition.local] = definition
        content.append(definition.local)
        for part in definition.kept:
            content += whole[part]
    header = bytes((HEADER_BYTES, 0x20, 0, 0)) + len(content).to_bytes(4, "little") + MAGIC
    file = header + content
    return file + check_sum(memoryview(file)).to_bytes(2, "little")


def _table() -> tuple[int, ...]:
    """FIT's check sum is CRC-16/ARC: the polynomial 0x8005, read from the right."""
    table = []
    for byte in range(256):
        rest = byte
        for _ in range(8):
            rest = rest >> 1 ^ (0xA001 if rest & 1 else 0)
        table.append(rest)
    return tuple(table)


TABLE: Final = _table()


def check_sum(content: memoryview) -> int:
    """The check sum of a header and all that follows it."""
    rest = 0
    for byte in content:
        rest = rest >> 8 ^ TABLE[(rest ^ byte) & 0xFF]
    return rest


def damaged(how: Said) -> InvalidUpload:
    """The refusal of a body that no device wrote like this."""
    return InvalidUpload(
        field="body",
        limit="a whole FIT file with its check sums, as the device wrote it",
        detail=said("refusal.fit_damaged", flaw=how),
    )


def too_much(limit: str) -> InvalidUpload:
    """The refusal of a body that is larger than any device writes."""
    return InvalidUpload(
        field="body",
        limit=limit,
        detail=said("refusal.fit_too_much"),
    )
