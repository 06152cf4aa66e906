"""Who is at the other end of a connection, as far as its address tells."""

from __future__ import annotations

from functools import lru_cache
from ipaddress import IPv6Address, ip_address

PREFIX = 64  # bits of an IPv6 address that one customer of a provider has at least


@lru_cache(maxsize=1024)
def peer_of(address: str) -> str:
    """An address, or for IPv6 the network that one client has whole; what is no address is taken as it is."""
    try:
        parsed = ip_address(address)
    except ValueError:
        return address
    if not isinstance(parsed, IPv6Address):
        return str(parsed)
    if parsed.ipv4_mapped is not None:
        return str(parsed.ipv4_mapped)
    network = int(parsed) >> (128 - PREFIX) << (128 - PREFIX)
    return f"{IPv6Address(network)}/{PREFIX}"
