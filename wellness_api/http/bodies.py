"""Reads a request's body: with a bound, decompressed, and decoded by its content type."""

import asyncio
import zlib
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from functools import partial
from http import HTTPStatus
from typing import Any, Final, Generic, Literal, Protocol, TypeVar

import msgspec
from litestar import Request
from litestar.exceptions import ClientException

from device_bridge.signing import verify_body
from device_bridge.wire import (
    JSON,
    MESSAGEPACK,
    UPLOAD_BYTES_DECOMPRESSED_MAX,
    UPLOAD_BYTES_MAX,
)
from points.said import Said, Several, said
from wellness_api.http.choices import with_choices
from wellness_api.http.load import LARGE_BODY_BYTES
from wellness_api.http.refused import Refused
from wellness_api.http.zstd import zstd

GZIP_WINDOW_BITS: Final = 31
ZSTD_WINDOW_LOG_MAX: Final = 24
"""A frame that asks for a window of more than 16 MiB asks for more memory than its content can need."""

AT_ONCE_BYTES_MAX: Final = LARGE_BODY_BYTES
"""Larger bodies are decompressed and decoded in a thread."""

DECOMPRESSED_TO_SENT_MAX: Final = UPLOAD_BYTES_DECOMPRESSED_MAX // UPLOAD_BYTES_MAX
"""How many times as many bytes an operation takes decompressed as it takes sent."""

THREADS_MAX: Final = 2
"""Large bodies that this process works on at a time."""

_threads: Final = ThreadPoolExecutor(THREADS_MAX, thread_name_prefix="large-body")

STAGES: Final = {
    "as sent": said("body_problem.as_sent"),
    "decompressed": said("body_problem.decompressed"),
}

T = TypeVar("T")


class UnreadableBody(Refused):
    """The body is too large, of an unknown type or encoding, or cut short."""

    title = "The body cannot be read"
    kept = "Nothing was kept."
    field = "body"


class UnsupportedEncoding(UnreadableBody):
    """The Content-Encoding is not known here."""

    code = "unsupported_encoding"
    status = 415
    field = "Content-Encoding"
    limit = "zstd, gzip or none"

    def __init__(self, encoding: str) -> None:
        super().__init__(detail=said("body_problem.encoding", encoding=repr(encoding)))


class UnsupportedType(UnreadableBody):
    """The operation does not take this Content-Type."""

    code = "unsupported_type"
    status = 415
    field = "Content-Type"

    def __init__(self, content_type: str, *types: str) -> None:
        """`types`: those that the operation takes."""
        super().__init__(
            limit=" or ".join(types),
            detail=said(
                "body_problem.type",
                type=repr(content_type),
                types=Several(types, said("body_problem.or")),
            ),
        )


class NestedTooDeeply(UnreadableBody):
    """The body is nested deeper than the decoder goes."""

    code = "nested_too_deeply"
    status = 400
    limit = "as deep as the schema in /openapi.json"

    def __init__(self) -> None:
        super().__init__(detail=said("body_problem.nested"))


class BodyTooLarge(UnreadableBody):
    """The body has more bytes than the operation takes, as sent or decompressed."""

    code = "body_too_large"
    status = 413
    limit = "at most {bytes_max} bytes {stage}"

    def __init__(self, bytes_max: int, stage: Literal["as sent", "decompressed"]) -> None:
        # An operation with large bodies takes lists, which can be cut; a sign-in cannot.
        is_cut = bytes_max > LARGE_BODY_BYTES * DECOMPRESSED_TO_SENT_MAX
        super().__init__(
            bytes_max=bytes_max,
            stage=stage,
            detail=said(
                "body_problem.too_large",
                most=str(bytes_max),
                stage=STAGES[stage],
                advice=said("body_problem.in_parts") if is_cut else "",
            ),
        )


class BrokenEncoding(UnreadableBody):
    """The compressed body cannot be decompressed to its end."""

    code = "broken_encoding"
    status = 400
    limit = "a whole {encoding} stream"

    def __init__(self, encoding: str, why: Said) -> None:
        super().__init__(
            encoding=encoding, detail=said("body_problem.broken", encoding=encoding, why=why)
        )


class Decompressor(Protocol):
    """What the two decompressors have in common."""

    def decompress(self, data: bytes, _max_length: int, /) -> bytes:
        """At most `_max_length` bytes of content."""
        ...

    @property
    def eof(self) -> bool:
        """Whether the end of the compressed content was reached."""
        ...

    @property
    def unused_data(self) -> bytes:
        """What follows that end."""
        ...


async def read_body(request: Request[Any, Any, Any]) -> bytes:
    """The request's body, decompressed, with at most as many bytes as the operation takes.

    Raises UnreadableBody, and SignatureRefused when the body does not match its Content-Digest.
    """
    bytes_max = request.route_handler.resolve_request_max_body_size()
    assert bytes_max is not None, "the application has a limit for operations that say none"
    try:
        body = await request.body()
    except ClientException as error:
        if error.status_code == HTTPStatus.REQUEST_ENTITY_TOO_LARGE:
            raise BodyTooLarge(bytes_max, "as sent") from error
        raise
    content_digest = request.headers.get("content-digest")
    if content_digest is not None:
        verify = partial(verify_body, content_digest, body)
        await in_thread(verify) if len(body) > AT_ONCE_BYTES_MAX else verify()
    encoding = request.headers.get("content-encoding", "identity")
    decompress = partial(decompressed, body, encoding)
    bytes_max *= DECOMPRESSED_TO_SENT_MAX
    if encoding == "identity" or bytes_max <= AT_ONCE_BYTES_MAX:
        return decompress(bytes_max=bytes_max)
    if len(body) <= AT_ONCE_BYTES_MAX:
        with suppress(BodyTooLarge):  # A small body may be a large one inside.
            return decompress(bytes_max=AT_ONCE_BYTES_MAX)
    return await in_thread(partial(decompress, bytes_max=bytes_max))


async def in_thread(work: Callable[[], T]) -> T:
    """Works on a large body beside the loop, so that nobody else has to wait.

    It takes a few bodies at a time: more would only take memory, and work that holds the interpreter's lock takes turns
    anyway.
    """
    return await asyncio.get_running_loop().run_in_executor(_threads, work)


def decompressed(body: bytes, encoding: str, *, bytes_max: int) -> bytes:
    """The body as it was before this Content-Encoding. Raises UnreadableBody."""
    match encoding:
        case "identity":
            return body
        case "zstd":
            options = {int(zstd.DecompressionParameter.window_log_max): ZSTD_WINDOW_LOG_MAX}
            return _decompressed(zstd.ZstdDecompressor(options=options), body, encoding, bytes_max)
        case "gzip":
            return _decompressed(zlib.decompressobj(GZIP_WINDOW_BITS), body, encoding, bytes_max)
        case _:
            raise UnsupportedEncoding(encoding)


def _decompressed(decompressor: Decompressor, body: bytes, encoding: str, bytes_max: int) -> bytes:
    try:
        content = decompressor.decompress(body, bytes_max + 1)
    except (zlib.error, zstd.ZstdError) as error:
        raise BrokenEncoding(encoding, said("body_problem.why_damaged")) from error
    if len(content) > bytes_max:
        raise BodyTooLarge(bytes_max, "decompressed")
    if not decompressor.eof:
        raise BrokenEncoding(encoding, said("body_problem.why_cut_off"))
    if decompressor.unused_data:
        # Otherwise a second stream would vanish without a word, and its samples too.
        raise BrokenEncoding(encoding, said("body_problem.why_more"))
    return content


@contextmanager
def depth_refused() -> Iterator[None]:
    """Around the decoding of a body: raises UnreadableBody for one that is nested deeper than the decoder goes."""
    try:
        yield
    except RecursionError as error:
        raise NestedTooDeeply from error


def content_type_of(request: Request[Any, Any, Any]) -> str:
    """The body's media type without its parameters; empty when there is none."""
    return request.headers.get("content-type", "").partition(";")[0].strip().lower()


class BodyDecoder(Generic[T]):
    """Decodes bodies of one type. Each is made once, at import."""

    def __init__(self, shape: type[T]) -> None:
        self._shape = shape
        self._json = msgspec.json.Decoder(shape)
        self._messagepack = msgspec.msgpack.Decoder(shape)

    def decode(self, request: Request[Any, Any, Any], body: bytes) -> T:
        """The decoded body. Raises UnreadableBody for an unknown content type, msgspec's errors for content that does not fit."""
        try:
            return self._decoded(content_type_of(request), body)
        except msgspec.ValidationError as error:
            raise with_choices(error, self._shape) from error

    def _decoded(self, content_type: str, body: bytes) -> T:
        match content_type:
            case "application/json":
                with depth_refused():
                    return self._json.decode(body)
            case "application/msgpack":
                with depth_refused():
                    return self._messagepack.decode(body)
            case _:
                raise UnsupportedType(content_type, JSON, MESSAGEPACK)
