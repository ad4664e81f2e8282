"""Limits how many wrong sign-in codes are looked at, so that nobody finds one by trying.

A code has 60 bits. In a city of 25,000 people with a code each, a try finds one with a chance of one in 2^45; with
WRONG_PER_HOUR_MAX tries in every hour of a year, one in a million. Each API process has its own numbers.
"""

import ipaddress
from collections import Counter
from datetime import datetime
from typing import Final

from wellness_api.http.refused import Refused

WRONG_PER_ADDRESS_HOUR_MAX: Final = 60
"""Wrong codes from one network address in an hour. When there are more, no code from there is looked at before the next full hour, not even a right one."""

WRONG_PER_HOUR_MAX: Final = 5_000
"""Wrong codes from all addresses in an hour. When there are more, somebody tries from many addresses, and each address has only WRONG_PER_ADDRESS_WHEN_MANY_MAX."""

WRONG_PER_ADDRESS_WHEN_MANY_MAX: Final = 3
"""Wrong codes of an address in an hour, while wrong codes come from many addresses; further ones are refused with 429."""

NETWORKS_REMEMBERED_MAX: Final = 100_000
"""When there are more, codes from further addresses are not looked at before the next full hour."""

SECONDS_PER_HOUR: Final = 3_600
IPV6_PREFIX_BITS: Final = 64
"""One line of a home or a phone has as many addresses as it likes within such a network."""


class TooManyWrongCodes(Refused):
    """Too many wrong codes came from this address in this hour."""

    code = "too_many_tries"
    status = 429
    title = "Too many codes were tried"
    field = "code"
    limit = f"{WRONG_PER_ADDRESS_HOUR_MAX} wrong codes an hour from one address, fewer while many are wrong"
    detail = "Too many wrong codes were tried. Wait for the next full hour, then try again."

    def __init__(self, retry_seconds: int) -> None:
        super().__init__()
        self.retry_seconds = retry_seconds


class WrongCodes:
    """The wrong tries of this hour."""

    def __init__(self) -> None:
        self._hour = 0
        self._total = 0
        self._by_network: Counter[str | None] = Counter()

    def take_try(self, address: str | None, *, now: datetime) -> None:
        """Counts a code as a wrong one, before it is looked at. Raises TooManyWrongCodes."""
        hour = int(now.timestamp()) // SECONDS_PER_HOUR
        if hour != self._hour:
            self._hour, self._total = hour, 0
            self._by_network.clear()
        network = network_of(address)
        if self._is_spent(network):
            raise TooManyWrongCodes(SECONDS_PER_HOUR - int(now.timestamp()) % SECONDS_PER_HOUR)
        self._total += 1
        self._by_network[network] += 1

    def give_back(self, address: str | None) -> None:
        """Takes the count back, after the code turned out to be somebody's."""
        network = network_of(address)
        if self._by_network[network]:  # It may be another hour by now.
            self._total -= 1
            self._by_network[network] -= 1

    def _is_spent(self, network: str | None) -> bool:
        is_many = self._total >= WRONG_PER_HOUR_MAX
        if network is None:
            return is_many
        if network not in self._by_network:
            return len(self._by_network) >= NETWORKS_REMEMBERED_MAX
        limit = WRONG_PER_ADDRESS_WHEN_MANY_MAX if is_many else WRONG_PER_ADDRESS_HOUR_MAX
        return self._by_network[network] >= limit


def network_of(address: str | None) -> str | None:
    """The network whose tries are counted together: an IPv4 address, or the /64 of an IPv6 address.

    None for what is no address of the internet: a proxy that is not trusted, behind which everybody would have the same
    address, or this machine.
    """
    try:
        parsed = ipaddress.ip_address(address or "")
    except ValueError:
        return None
    if isinstance(parsed, ipaddress.IPv6Address):
        parsed = parsed.ipv4_mapped or parsed
    if not parsed.is_global:
        return None
    if isinstance(parsed, ipaddress.IPv4Address):
        return str(parsed)
    return str(ipaddress.ip_network((parsed, IPV6_PREFIX_BITS), strict=False))
