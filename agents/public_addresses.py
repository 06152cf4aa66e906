"""Which addresses of the internet may be dialled on a stranger's word: those that the public can reach anyway.

Pure: knows no socket. Ranges are from IANA's special-purpose registries (RFC 6890), written out where Python's own
`is_global` says yes or differs between versions.
"""

from __future__ import annotations

from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

# Python calls these global; nobody's pictures are there.
CLOSED_V4 = tuple(
    ip_network(block)
    for block in (
        "168.63.129.16/32",  # Azure's host services, metadata among them
        "192.0.0.0/24",  # protocol assignments; Oracle's metadata answers at 192.0.0.192
        "192.88.99.0/24",  # relays of 6to4, deprecated
        "224.0.0.0/4",  # multicast
    )
)
UNICAST_V6 = ip_network("2000::/3")  # all that IANA has given out as global unicast
CLOSED_V6 = tuple(
    ip_network(block)
    for block in (
        "2001::/23",  # protocol assignments, Teredo among them: a wrapped address of which two readings exist
        "2001:db8::/32",  # documentation
        "3fff::/20",  # documentation
    )
)
NAT64 = ip_network("64:ff9b::/96")  # what resolvers on IPv6-only networks put IPv4 addresses into (RFC 6052)


def is_public(address: str) -> bool:
    """Whether every reading of the address is public. An address inside an address is taken out and judged itself."""
    try:
        parsed = ip_address(address)
    except ValueError:
        return False
    return _is_public_v4(parsed) if isinstance(parsed, IPv4Address) else _is_public_v6(parsed)


def _is_public_v4(address: IPv4Address) -> bool:
    return address.is_global and not any(address in block for block in CLOSED_V4)


def _is_public_v6(address: IPv6Address) -> bool:
    if address.scope_id is not None:
        return False
    inner = _inside(address)
    if inner is not None:
        return _is_public_v4(inner)
    return address in UNICAST_V6 and address.is_global and not any(address in block for block in CLOSED_V6)


def _inside(address: IPv6Address) -> IPv4Address | None:
    """The IPv4 address that a mapped, 6to4 or NAT64 address stands for."""
    if address in NAT64:
        return IPv4Address(int(address) & 0xFFFF_FFFF)
    return address.ipv4_mapped or address.sixtofour
