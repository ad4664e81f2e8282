"""Reading a request's body: bounded, decompressed, and decoded by its content type."""

import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from http import HTTPStatus
from typing import Any, Final, Generic, Protocol, TypeVar

import msgspec
from backports import zstd
from litestar import Request
from litestar.exceptions import ClientException

from device_bridge.signing import verify_body
from device_bridge.wire import (
    JSON,
    MESSAGEPACK,
    UPLOAD_BYTES_DECOMPRESSED_MAX,
    UPLOAD_BYTES_MAX,
)

GZIP_WINDOW_BITS: Final = 31
ZSTD_WINDOW_LOG_MAX: Final = 24
"""A frame that asks for a window of more than 16 MiB asks for more memory than its content can need."""

T = TypeVar("T")


class UnreadableBody(Exception):
    """The body is too large, of an unknown type or encoding, or cut short."""

    def __init__(self, code: str, status: int, *, field: str, limit: str, detail: str) -> None:
        super().__init__(detail)
        self.code = code
        self.status = status
        self.field = field
        self.limit = limit
        self.detail = detail


class Decompressor(Protocol):
    """What the two compressions have in common."""

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
    """The request's body, decompressed.

    Raises UnreadableBody, and SignatureRefused when the body is not the one that its Content-Digest speaks of.
    """
    try:
        body = await request.body()
    except ClientException as error:
        if error.status_code == HTTPStatus.REQUEST_ENTITY_TOO_LARGE:
            raise _too_large(UPLOAD_BYTES_MAX, "as sent") from error
        raise
    if len(body) > UPLOAD_BYTES_MAX:
        raise _too_large(UPLOAD_BYTES_MAX, "as sent")
    content_digest = request.headers.get("content-digest")
    if content_digest is not None:
        verify_body(content_digest, body)
    return decompressed(body, request.headers.get("content-encoding", "identity"))


def decompressed(body: bytes, encoding: str) -> bytes:
    """The body as it was before it got this Content-Encoding; raises UnreadableBody."""
    match encoding:
        case "identity":
            return body
        case "zstd":
            options = {int(zstd.DecompressionParameter.window_log_max): ZSTD_WINDOW_LOG_MAX}
            return _decompressed(zstd.ZstdDecompressor(options=options), body, encoding)
        case "gzip":
            return _decompressed(zlib.decompressobj(GZIP_WINDOW_BITS), body, encoding)
        case _:
            raise UnreadableBody(
                "unsupported_encoding",
                415,
                field="Content-Encoding",
                limit="zstd, gzip or none",
                detail=f"Content-Encoding {encoding!r} is not known here.",
            )


def _decompressed(decompressor: Decompressor, body: bytes, encoding: str) -> bytes:
    try:
        content = decompressor.decompress(body, UPLOAD_BYTES_DECOMPRESSED_MAX + 1)
    except (zlib.error, zstd.ZstdError) as error:
        raise _broken(encoding, str(error)) from error
    if len(content) > UPLOAD_BYTES_DECOMPRESSED_MAX:
        raise _too_large(UPLOAD_BYTES_DECOMPRESSED_MAX, "decompressed")
    if not decompressor.eof:
        raise _broken(encoding, "it ends before its end")
    if decompressor.unused_data:
        # A second stream would otherwise vanish without a word, and samples with it.
        raise _broken(encoding, "something follows its end")
    return content


@contextmanager
def depth_refused() -> Iterator[None]:
    """Around the decoding of a body: one that is nested deeper than the decoder goes raises UnreadableBody."""
    try:
        yield
    except RecursionError as error:
        raise UnreadableBody(
            "nested_too_deeply",
            400,
            field="body",
            limit="as deep as the schema in /openapi.json",
            detail="The body is nested too deeply.",
        ) from error


def _too_large(limit_bytes: int, stage: str) -> UnreadableBody:
    return UnreadableBody(
        "body_too_large",
        413,
        field="body",
        limit=f"at most {limit_bytes} bytes {stage}",
        detail="The body is too large; send it in parts.",
    )


def _broken(encoding: str, why: str) -> UnreadableBody:
    return UnreadableBody(
        "broken_encoding",
        400,
        field="body",
        limit=f"a whole {encoding} stream",
        detail=f"The {encoding} body cannot be decompressed: {why}.",
    )


def content_type_of(request: Request[Any, Any, Any]) -> str:
    """The body's media type without its parameters; empty when it is not said."""
    return request.headers.get("content-type", "").partition(";")[0].strip().lower()


class BodyDecoder(Generic[T]):
    """Decodes bodies of one type; made once per type, at import."""

    def __init__(self, shape: type[T]) -> None:
        self._json = msgspec.json.Decoder(shape)
        self._messagepack = msgspec.msgpack.Decoder(shape)

    def decode(self, request: Request[Any, Any, Any], body: bytes) -> T:
        """Raises UnreadableBody for an unknown content type, msgspec's errors for content that does not fit."""
        content_type = content_type_of(request)
        match content_type:
            case "application/json":
                with depth_refused():
                    return self._json.decode(body)
            case "application/msgpack":
                with depth_refused():
                    return self._messagepack.decode(body)
            case _:
                raise UnreadableBody(
                    "unsupported_type",
                    415,
                    field="Content-Type",
                    limit=f"{JSON} or {MESSAGEPACK}",
                    detail=f"Content-Type {content_type or 'missing'} is not known here.",
                )
