"""var/demo/access.json: the demo's address, and how to call it in each role."""

import shlex
from pathlib import Path
from typing import Any, Final

import msgspec

from wellness_api.http.examples import DEMO_CARD
from wellness_api.town.demo.city import CODES

EXAMPLE_MS: Final = 1_790_000_040_000
"""A minute of 21 September 2026, whole in Unix milliseconds."""

GATEWAY_UPLOAD: Final[dict[str, Any]] = {
    "card": DEMO_CARD,
    "batches": [
        {
            "metric": "body_weight",
            "source": "station:example",
            "times_ms": [EXAMPLE_MS],
            "values": [62.4],
        }
    ],
}


class PersonAccess(msgspec.Struct, kw_only=True):
    """How to call as a person: the code for the page, the headers for everything else, and an example call."""

    sign_in_code: str
    token: str
    headers: dict[str, str]
    example: str


class GatewayAccess(msgspec.Struct, kw_only=True):
    """How to call as the gateway. It signs each request (RFC 9421), and the file has the command for that."""

    key_id: str
    key_file: str
    config_file: str
    card: str
    authentication: str
    example: str


class Access(msgspec.Struct, kw_only=True):
    """The whole file."""

    base_url: str
    openapi: str
    resident: PersonAccess
    health_staff: PersonAccess
    programme_officer: PersonAccess
    gateway: GatewayAccess


def access_of(base_url: str, *, tokens: dict[str, str], key_id: str, config: Path) -> Access:
    """The content of the file; `tokens` by role."""

    def person(role: str, path: str) -> PersonAccess:
        headers = {"Authorization": f"Bearer {tokens[role]}"}
        return PersonAccess(
            sign_in_code=CODES[role],
            token=tokens[role],
            headers=headers,
            example=f"curl -H 'Authorization: Bearer {tokens[role]}' {base_url}{path}",
        )

    return Access(
        base_url=base_url,
        openapi=f"{base_url}/openapi.json",
        resident=person("resident", "/v1/me/today"),
        health_staff=person("health_staff", "/v1/indicators/mean_steps"),
        programme_officer=person("programme_officer", "/v1/programmes"),
        gateway=GatewayAccess(
            key_id=key_id,
            key_file=str(config.with_name("gateway.pem")),
            config_file=str(config),
            card=DEMO_CARD,
            authentication="HTTP Message Signatures (RFC 9421), Ed25519, as in device_bridge/signing.py",
            example=(
                f"./run gateway request POST /v1/uploads --config {shlex.quote(str(config))}"
                f" --data {shlex.quote(msgspec.json.encode(GATEWAY_UPLOAD).decode())}"
            ),
        ),
    )


def write_access(file: Path, access: Access) -> None:
    """Writes the file. Only its owner can read it, since its tokens are secret."""
    draft = file.with_suffix(".draft")
    draft.touch(mode=0o600)
    draft.write_bytes(msgspec.json.format(msgspec.json.encode(access), indent=2) + b"\n")
    draft.replace(file)
