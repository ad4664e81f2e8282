"""A server as far as a gateway sees one: checks signatures, keeps uploads once per key, gives receipts."""

from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime

import msgspec
from aiohttp import web
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from device_bridge.signing import SignatureRefused, Verified, verify
from device_bridge.wire import BatchReceipt, Receipt, Upload


@dataclass
class Received:
    verified: Verified
    key: str
    body: bytes

    @property
    def upload(self) -> Upload:
        return msgspec.msgpack.decode(self.body, type=Upload)


@dataclass
class GatewayServer:
    """`script`: answers to give before the normal ones; `always`: the normal ones; `uploads`: what was accepted, by idempotency key."""

    public_keys: dict[str, Ed25519PublicKey]
    url: str = ""
    always: Callable[[Received], Awaitable[web.Response]] | None = None
    script: deque[Callable[[Received], Awaitable[web.Response]]] = field(default_factory=deque)
    requests: list[Received] = field(default_factory=list)
    uploads: dict[str, Received] = field(default_factory=dict)

    def samples(self) -> dict[tuple[str, str, int], float | None]:
        """Values by source, metric and time; what came later replaces what came earlier."""
        return {
            (batch.source, batch.metric, time_ms): value
            for received in self.uploads.values()
            for batch in received.upload.batches
            for time_ms, value in zip(batch.times_ms, batch.values, strict=True)
        }

    async def take(self, request: web.Request) -> web.Response:
        body = await request.read()
        try:
            verified = verify(
                method=request.method,
                path=request.raw_path,
                headers=request.headers,
                body=body,
                public_key_of=self.public_keys.get,
                now=datetime.now(UTC),
            )
        except SignatureRefused as error:
            return web.json_response({"title": error.reason, "detail": str(error)}, status=401)
        received = Received(verified, request.headers["Idempotency-Key"], body)
        if request.method == "GET":
            return web.json_response({"role": "gateway"})
        self.requests.append(received)
        if self.script:
            return await self.script.popleft()(received)
        if self.always is not None:
            return await self.always(received)
        return self.receipt(received)

    def receipt(self, received: Received) -> web.Response:
        replayed = received.key in self.uploads
        assert not replayed or self.uploads[received.key].body == received.body
        self.uploads.setdefault(received.key, received)
        batches = [
            BatchReceipt(
                metric=batch.metric,
                source=batch.source,
                accepted=len(batch.values),
                duplicate=0,
                refused=0,
            )
            for batch in received.upload.batches
        ]
        receipt = Receipt(
            upload_id=len(self.uploads),
            received_at=datetime.now(UTC),
            accepted=sum(batch.accepted for batch in batches),
            duplicate=0,
            refused=0,
            batches=batches,
        )
        return web.Response(
            body=msgspec.json.encode(receipt),
            status=200 if replayed else 201,
            content_type="application/json",
        )


def answers(
    status: int, body: str = "", **headers: str
) -> Callable[[Received], Awaitable[web.Response]]:
    async def answer(_received: Received) -> web.Response:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return web.Response(status=status, text=body, headers=named)

    return answer


@asynccontextmanager
async def serve(server: GatewayServer, *, port: int = 0) -> AsyncIterator[GatewayServer]:
    app = web.Application()
    app.router.add_route("*", "/{path:.*}", server.take)
    runner = web.AppRunner(app, shutdown_timeout=0.2)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", port)
    await site.start()
    host, bound = runner.addresses[0][:2]
    server.url = f"http://{host}:{bound}"
    try:
        yield server
    finally:
        await runner.cleanup()
