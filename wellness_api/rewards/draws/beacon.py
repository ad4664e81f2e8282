"""drand's beacons: public random values that nobody can choose. Their signature is checked without asking anybody.

The network quicknet publishes a beacon every three seconds: a BLS signature of the round's number, under a key that no
single member holds (https://docs.drand.love/docs/specification; keys: https://api.drand.sh/chains). Only one signature
fits a round.
"""

import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, time
from hashlib import sha256
from typing import Any, Final, cast

CHAIN: Final = (
    "52db9ba70e0cc0f6eaf7803dd07447a1f5477735fd3f661792ba94600c84e971"  # pragma: allowlist secret
)
"""The hash of the network's description, which is a part of each beacon's address."""

PUBLIC_KEY: Final = bytes.fromhex(
    "83cf0f2896adee7eb8b5f01fcad3912212c437e0073e911fb90022d3e760183c"  # pragma: allowlist secret
    "8c4b450b6a0a6c3ac6a5776a2d1064510d1fec758c921cc22b0e17e63aaf4bcb"  # pragma: allowlist secret
    "5ed66304de9cf809bd274ca73bab4af5a6e9c76a4bc09e76eae8991ef5ece45a"  # pragma: allowlist secret
)
GENESIS_SECONDS: Final = 1_692_803_367
"""Unix seconds of round 1."""

PERIOD_SECONDS: Final = 3
DOMAIN: Final = b"BLS_SIG_BLS12381G1_XMD:SHA-256_SSWU_RO_NUL_"
SIGNATURE: Final = re.compile(r"[0-9a-f]{96}")
COORDINATE_BYTES: Final = 48


def round_of(day: date) -> int:
    """The number of the first round at noon UTC of the day or after it."""
    noon = int(datetime.combine(day, time(12), UTC).timestamp())
    return -((GENESIS_SECONDS - noon) // PERIOD_SECONDS) + 1


def address_of(number: int) -> str:
    """Where the round is published."""
    return f"https://api.drand.sh/{CHAIN}/public/{number}"


def is_beacon(signature: str, number: int) -> bool:
    """Whether `signature`, in lower-case hexadecimal, is the signature of the round. It takes a second: call it in a
    thread.
    """
    if not SIGNATURE.fullmatch(signature):
        return False
    return _is_signed(bytes.fromhex(signature), sha256(number.to_bytes(8)).digest())


@contextmanager
def _recursion_limit_kept() -> Iterator[None]:
    """The library raises the interpreter's recursion limit when it is imported, and does not need it. This keeps the
    limit.

    With a raised limit, a body of nested brackets would overflow the stack and end the process; now it is refused.
    """
    set_limit = sys.setrecursionlimit
    sys.setrecursionlimit = _leave_limit
    try:
        yield
    finally:
        sys.setrecursionlimit = set_limit


def _leave_limit(limit: int, /) -> None:
    """Replaces the function that sets the limit."""


def _is_signed(signature: bytes, message: bytes) -> bool:
    """Verifies BLS as in the Internet draft draft-irtf-cfrg-bls-signature, with signatures in G1."""
    # Imported here, since the import takes half a second, which every start of a process would wait for.
    with _recursion_limit_kept():
        from py_ecc.bls.hash_to_curve import hash_to_G1
        from py_ecc.bls.point_compression import decompress_G1, decompress_G2
        from py_ecc.bls.typing import G1Compressed, G2Compressed
        from py_ecc.optimized_bls12_381.optimized_curve import G2, curve_order, is_inf, multiply
        from py_ecc.optimized_bls12_381.optimized_pairing import pairing

    half = COORDINATE_BYTES
    coordinates = int.from_bytes(PUBLIC_KEY[:half]), int.from_bytes(PUBLIC_KEY[half:])
    try:
        point = decompress_G1(G1Compressed(int.from_bytes(signature)))
    except ValueError:
        return False  # The signature is not on the curve.
    if is_inf(point) or not is_inf(multiply(point, curve_order)):
        return False
    # The library's annotation names the type of the function's result where it means the function.
    said = hash_to_G1(message, DOMAIN, cast("Any", sha256))
    return bool(pairing(G2, point) == pairing(decompress_G2(G2Compressed(coordinates)), said))
