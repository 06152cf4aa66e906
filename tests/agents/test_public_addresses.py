"""Which addresses may be dialled: everything inside a house stays out of reach, in every spelling."""

from __future__ import annotations

import pytest

from agents.public_addresses import is_public

PRIVATE = {
    "loopback": ["127.0.0.1", "127.255.255.254", "::1", "::ffff:127.0.0.1", "::127.0.0.1", "64:ff9b::7f00:1"],
    "this host": ["0.0.0.0", "0.1.2.3", "::", "::ffff:0.0.0.0"],  # noqa: S104 judged, not bound
    "private": [
        "10.0.0.1",
        "172.16.0.1",
        "172.31.255.255",
        "192.168.1.1",
        "fc00::1",
        "fd12:3456::1",
        "::ffff:10.0.0.1",
    ],
    "link-local": ["169.254.1.1", "fe80::1", "fe80::1%eth0", "2001:4860:4860::8888%1"],
    "metadata": ["169.254.169.254", "fd00:ec2::254", "100.100.100.200", "168.63.129.16", "192.0.0.192"],
    "wrapped metadata": ["64:ff9b::a9fe:a9fe", "2002:a9fe:a9fe::1", "::ffff:169.254.169.254"],
    "shared by carriers": ["100.64.0.1", "100.127.255.255"],
    "wrapped private": ["2002:a00:1::1", "2002:7f00:1::", "64:ff9b::c0a8:1", "64:ff9b:1::808:808"],
    "two readings": ["2001:0:53aa:64c:0:1::", "192.88.99.1"],
    "documentation": ["192.0.2.1", "198.51.100.1", "203.0.113.9", "2001:db8::1", "3fff::1"],
    "benchmarks": ["198.18.0.1", "2001:2::1"],
    "multicast": ["224.0.0.1", "239.255.255.250", "ff02::1"],
    "reserved": ["240.0.0.1", "255.255.255.255", "4000::1", "5f00::1", "fec0::1"],
    "no address": ["", "localhost", "127.1", "2130706433", "0x7f000001", "1.2.3.4.5", "010.0.0.1"],
}
PUBLIC = ["93.184.216.34", "8.8.8.8", "2606:4700::1111", "::ffff:8.8.8.8", "64:ff9b::808:808", "2002:808:808::1"]


@pytest.mark.parametrize("address", [address for group in PRIVATE.values() for address in group])
def test_what_is_not_public_stays_out(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize("address", PUBLIC)
def test_what_is_public_is_let_through(address: str) -> None:
    assert is_public(address)
