"""HTTP/1.1 as uvicorn and httptools speak it, with limits on what a client may send and on how long it may take.

httptools collects a header's value until it is whole, however large it grows, and uvicorn waits for a request without a
limit. So this protocol counts bytes as they come in, and `wellness_api.programs.server.connections` looks at the clock.
"""

import asyncio
from typing import Any, ClassVar, Final, cast

import httptools
import structlog
from uvicorn.config import Config
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol
from uvicorn.server import ServerState

from wellness_api.programs.server.connections import ConnectionLimits, ConnectionWatch
from wellness_api.programs.server.ended_connections import (
    ConnectionEnded,
    HeadTooLarge,
    MalformedRequest,
    TargetTooLong,
    TooManyConnections,
    TooManyPipelined,
    TooSlow,
    as_sent,
    language_in,
)
from wellness_api.words.asked import ASKED_IN

FRAMING_BYTES_PER_BYTE: Final = 8
"""A body in chunks of one byte takes six bytes for each byte. Bytes beyond this factor are no body."""

UPGRADE: Final = b"upgrade"
CONNECT: Final = b"CONNECT"

log = structlog.get_logger()


def limited_protocol(limits: ConnectionLimits) -> "type[LimitedProtocol]":
    """The protocol of a server whose connections have these limits."""

    class Limited(LimitedProtocol):
        pass

    Limited.limits = limits
    Limited.watch = ConnectionWatch(limits)
    return Limited


class LimitedProtocol(HttpToolsProtocol):
    """One connection. Its client has to send a head, then a body, or to read an answer, or has nothing to do."""

    limits: ClassVar[ConnectionLimits]
    watch: ClassVar[ConnectionWatch]

    def __init__(
        self,
        config: Config,
        server_state: ServerState,
        app_state: dict[str, Any],
        _loop: asyncio.AbstractEventLoop | None = None,
    ) -> None:
        super().__init__(config, server_state, app_state, _loop)
        now = self.loop.time()
        self.address = ""
        self.idle_since: float | None = now
        self._refusal: ConnectionEnded | None = None
        self._last_word: ConnectionEnded | None = None
        self._asked_in = ""
        self._ended_at: float | None = None
        self._in_head = self._in_body = self._is_read_again = False
        self._messages = 0
        self._since = self._looked_at = now
        self._slow_reader: tuple[float, int] | None = None
        self._message_bytes = self._body_bytes = 0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """As in uvicorn, if there is room for one more."""
        super().connection_made(cast("asyncio.Transport", transport))
        self.address = self.client[0] if self.client else ""
        if not self.watch.take(self):
            self._refuse(TooManyConnections(self.limits))

    def connection_lost(self, exc: Exception | None) -> None:
        """As in uvicorn."""
        self.watch.leave(self)
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """As in uvicorn. It also counts the bytes that are neither a body nor in proportion to one."""
        if self._ended_at is not None or self._last_word is not None:
            return  # Everything that still comes is dropped.
        self._unset_keepalive_if_required()
        message = self._messages
        self._parse(data)
        if self._in_head:
            self._look_at_head()
        if message == self._messages and (self._in_head or self._in_body):
            # The bytes with which a message begins are not counted: the message before may end in them.
            self._message_bytes += len(data)
            spare = self._message_bytes - FRAMING_BYTES_PER_BYTE * self._body_bytes
            if spare > self.limits.head_bytes_max:
                self._refusal = self._refusal or HeadTooLarge(self.limits)
        if self._refusal is not None:
            self._refuse(self._refusal)

    def _parse(self, data: bytes) -> None:
        """As in uvicorn, but a request that asks for another protocol is read as if it did not ask."""
        try:
            self.parser.feed_data(data)
        except httptools.HttpParserUpgrade as stopped:
            if (
                self._refusal is None
            ):  # So the recursion is no deeper than the number of requests that may be sent ahead.
                # The parser takes what follows for the other protocol, even the request's own body.
                rest = data[stopped.args[0] :]
                head = self._head_without_upgrade()
                self.parser = httptools.HttpRequestParser(self)
                self.parser.set_dangerous_leniencies(lenient_data_after_close=True)
                self._parse(head + rest)
        except httptools.HttpParserError as error:
            log.warning("malformed_request", error=str(error))
            self._asked_in = language_in(data)
            self.send_400_response("Invalid HTTP request received.")

    def _head_without_upgrade(self) -> bytes:
        version = self.parser.get_http_version().encode()
        lines = [b"%s %s HTTP/%s" % (self.parser.get_method(), self.url, version)]
        lines += [b"%s: %s" % header for header in self.headers if header[0] != UPGRADE]
        return b"\r\n".join([*lines, b"", b""])

    def on_message_begin(self) -> None:
        """The first byte of a request has arrived."""
        if self._refusal is None:
            super().on_message_begin()
            self._messages += 1
            self._in_head = True
            self.idle_since = None
            self._since = self.loop.time()
            self._message_bytes = self._body_bytes = 0

    def on_headers_complete(self) -> None:
        """The head has arrived, and the request begins."""
        self._is_read_again = self.parser.should_upgrade() and self.parser.get_method() != CONNECT
        if self._is_read_again:
            return
        self._in_head = False
        self._look_at_head()
        if len(self.pipeline) >= self.limits.pipelined_max:
            self._refusal = TooManyPipelined(self.limits)
        if self._refusal is None:
            self._in_body = True
            self._since = self.loop.time()
            super().on_headers_complete()

    def on_body(self, body: bytes) -> None:
        """A piece of the body has arrived."""
        if self._refusal is None:
            self._body_bytes += len(body)
            super().on_body(body)

    def on_message_complete(self) -> None:
        """The body has arrived, and after a chunked body also its trailing headers."""
        if self._is_read_again:
            return
        self._in_body = False
        self._look_at_head()
        if self._refusal is None:
            super().on_message_complete()

    def on_response_complete(self) -> None:
        """The answer has been given. The rest of the body, or the next request, may still come."""
        super().on_response_complete()
        self._since = self.loop.time()
        if self._last_word is not None:
            if not self.pipeline and self.cycle.response_complete:
                self._refuse(self._last_word)
        elif not self.pipeline and not self._in_head:
            self.idle_since = self._since

    def send_400_response(self, msg: str) -> None:
        """The method that uvicorn calls when the input is no HTTP."""
        log.debug("malformed_request", what=msg)
        self._refuse(MalformedRequest())

    def end(self) -> None:
        """Closes the connection; what is being sent to the client is sent to its end."""
        self.transport.close()

    def look(self, now: float) -> None:
        """Ends the connection if its client takes too long."""
        looked_at, self._looked_at = self._looked_at, now
        if self._ended_at is not None or self.transport.is_closing():
            self._ended_at = self._ended_at or now
            if now - self._ended_at > self.limits.closing_seconds_max:
                self.transport.abort()
        elif self._reads_too_slowly(now):
            self.transport.abort()  # The client cannot be told.
        elif self._last_word is None:
            self._look_at_what_comes(now, seconds_since_last=now - looked_at)

    def _look_at_what_comes(self, now: float, *, seconds_since_last: float) -> None:
        if self._messages == 0:
            if now - self._since > self.limits.head_seconds_max:
                self.end()  # The client never sent a byte.
        elif self._in_head:
            if now - self._since > self.limits.head_seconds_max:
                self._refuse(TooSlow("head", f"{self.limits.head_seconds_max:g} s"))
        elif self._in_body:
            self._look_at_body(now, seconds_since_last=seconds_since_last)
        elif self.idle_since is not None and now - self.idle_since > self.limits.idle_seconds_max:
            self.end()  # uvicorn's own timer restarts with any byte, even if no request begins with it.

    def _look_at_head(self) -> None:
        """Called at the ends of the head, of the message and of what arrived at once: calling it more often would cost
        each header a call.
        """
        limits = self.limits
        if self._refusal is not None:
            return
        if len(self.url) > limits.target_bytes_max:
            self._refusal = TargetTooLong(limits)
            return
        head_bytes = sum([len(name) + len(value) for name, value in self.headers])
        if len(self.headers) > limits.headers_max or head_bytes > limits.head_bytes_max:
            self._refusal = HeadTooLarge(self.limits)

    def _look_at_body(self, now: float, *, seconds_since_last: float) -> None:
        if self.cycle.response_complete:
            if now - self._since > self.limits.closing_seconds_max:
                self.end()  # Nobody wants the rest.
        elif self.flow.read_paused:
            self._since += seconds_since_last  # The server itself makes the client wait.
        elif now - self._since > self._seconds_for(self._body_bytes):
            self._refuse(
                TooSlow(
                    "body",
                    f"{self.limits.bytes_per_second_min} bytes a second after {self.limits.slow_seconds:g} s,"
                    f" {self.limits.body_seconds_max:g} s in all",
                )
            )

    def _reads_too_slowly(self, now: float) -> bool:
        if not self.flow.write_paused:
            self._slow_reader = None
            return False
        if self._slow_reader is None:
            self._slow_reader = now, self.transport.get_write_buffer_size()
        since, bytes_to_read = self._slow_reader
        return now - since > self._seconds_for(bytes_to_read)

    def _seconds_for(self, bytes_: int) -> float:
        seconds = self.limits.slow_seconds + bytes_ / self.limits.bytes_per_second_min
        return min(seconds, self.limits.body_seconds_max)

    def _language(self) -> str:
        """The language that the refused request asks for, as far as its headers arrived."""
        asked_in = ASKED_IN.encode()
        return next(
            (value.decode("latin-1") for name, value in self.headers or () if name == asked_in),
            self._asked_in,
        )

    def _refuse(self, refusal: ConnectionEnded) -> None:
        """Says why and ends the connection: at once, or when the client has read the reason. Answers that the client
        waits for come first.
        """
        answering = self.cycle is not None and not self.cycle.response_complete
        if answering and self.pipeline:
            self._last_word = refusal
            return
        self._ended_at = self.loop.time()
        if answering:
            # The application must not answer any more. It is told that the client is gone.
            self.cycle.disconnected = True
            self.cycle.message_event.set()
            if self.cycle.response_started:
                self.transport.abort()
                return
        self.transport.write(as_sent(refusal, self._language()))
        # For a moment, what the client still sends is read and dropped; otherwise the client might lose the answer.
        self.flow.resume_reading()
        if self.transport.can_write_eof():
            self.transport.write_eof()
