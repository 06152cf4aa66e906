"""Which addresses may be connected to because a stranger names them: those that anyone can reach anyway.

Pure: knows no socket. Ranges are from IANA's special-purpose registries (RFC 6890), written out where Python's own
`is_global` says yes or differs between versions.
"""

from __future__ import annotations

from ipaddress import IPv4Address, ip_address, ip_network

# Python calls these global, but nobody keeps pictures there.
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
        "2001::/23",  # protocol assignments, among them Teredo, whose wrapped address has two readings
        "2001:db8::/32",  # documentation
        "3fff::/20",  # documentation
    )
)
NAT64 = ip_network("64:ff9b::/96")  # where resolvers on IPv6-only networks put IPv4 addresses (RFC 6052)


def is_public(address: str) -> bool:
    """Whether every reading of the address is public. An IPv4 address inside an IPv6 one is judged by itself."""
    try:
        parsed = ip_address(address)
    except ValueError:
        return False
    if isinstance(parsed, IPv4Address):
        return _is_public_v4(parsed)
    if parsed.scope_id is not None:
        return False
    inner = IPv4Address(int(parsed) & 0xFFFF_FFFF) if parsed in NAT64 else parsed.ipv4_mapped or parsed.sixtofour
    if inner is not None:
        return _is_public_v4(inner)
    return parsed in UNICAST_V6 and parsed.is_global and not any(parsed in block for block in CLOSED_V6)


def _is_public_v4(address: IPv4Address) -> bool:
    return address.is_global and not any(address in block for block in CLOSED_V4)
