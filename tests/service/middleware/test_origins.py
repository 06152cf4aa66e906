"""Names and origins: a page elsewhere cannot reach a proxy on loopback by a name of its own."""

from __future__ import annotations

import pytest

from service.middleware.origins import Origins
from service.openai.errors import WireFault

LOOPBACK = Origins()
NAMED = Origins.of(["Guard.example", "*.corp.example"], ["https://app.example/"], loopback=False)
ANY = Origins(loopback=False)


def refused(origins: Origins, **headers: str) -> str | None:
    """The code of the fault, or None where the request may come in."""
    try:
        origins.check([(name.encode(), value.encode()) for name, value in headers.items()])
    except WireFault as fault:
        return fault.fault.code
    return None


@pytest.mark.parametrize("host", ["localhost", "LOCALHOST:80", "127.0.0.1:80", "127.9.9.9", "[::1]:80", "a.localhost"])
def test_loopback_answers_to_its_own_names(host: str) -> None:
    assert refused(LOOPBACK, host=host) is None


@pytest.mark.parametrize(
    "host",
    ["evil.example", "evil.example:80", "10.0.0.1", "localhost.evil.example", "127.0.0.1.nip.io", "", "localhost:x"],
)
def test_loopback_answers_to_no_other(host: str) -> None:
    assert refused(LOOPBACK, host=host) == "host_not_allowed"


@pytest.mark.parametrize(
    ("origins", "host", "code"),
    [
        (NAMED, "guard.example:443", None),
        (NAMED, "a.b.corp.example", None),
        (NAMED, "corp.example", "host_not_allowed"),
        (NAMED, "notcorp.example", "host_not_allowed"),
        (NAMED, "127.0.0.1", "host_not_allowed"),
        (ANY, "whatever.example", None),
    ],
)
def test_elsewhere_any_name_will_do_until_names_are_set(origins: Origins, host: str, code: str | None) -> None:
    assert refused(origins, host=host) == code


@pytest.mark.parametrize(
    ("origins", "host", "origin", "code"),
    [
        (LOOPBACK, "localhost:8080", "http://localhost:8080", None),
        (LOOPBACK, "localhost:8080", "http://localhost:3000", "origin_not_allowed"),
        (LOOPBACK, "localhost", "https://localhost", None),
        (LOOPBACK, "localhost", "null", "origin_not_allowed"),
        (LOOPBACK, "localhost", "http://evil.example", "origin_not_allowed"),
        (NAMED, "guard.example", "https://APP.example", None),
        (NAMED, "guard.example", "https://app.example.evil.example", "origin_not_allowed"),
        (ANY, "proxy.example", "https://app.example", "origin_not_allowed"),
        (ANY, "proxy.example:8443", "https://proxy.example:8443", None),
    ],
)
def test_a_page_calls_from_here_or_by_permission(origins: Origins, host: str, origin: str, code: str | None) -> None:
    assert refused(origins, host=host, origin=origin) == code


def test_clients_that_are_no_browsers_name_no_origin() -> None:
    assert refused(ANY, host="proxy.example") is None
