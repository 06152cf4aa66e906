"""One client is one peer, whichever of its addresses it comes from."""

from __future__ import annotations

import pytest

from service.middleware.peers import peer_of


@pytest.mark.parametrize(
    ("address", "peer"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:db8:1:2::ffff", "2001:db8:1:2::/64"),
        ("2001:db8:1:3::1", "2001:db8:1:3::/64"),
        ("unknown", "unknown"),
    ],
)
def test_a_peer_is_an_address_or_the_network_of_one(address: str, peer: str) -> None:
    assert peer_of(address) == peer
