"""Sockets that `situguard serve` listens on, and the addresses under which they are reached."""

from __future__ import annotations

import socket

from starlette.types import ASGIApp

from service.cli.problems import fail
from service.server import bind_socket

Listener = tuple[ASGIApp, socket.socket]
"""An application and the socket it listens on."""


def listen(host: str, port: int, option: str) -> socket.socket:
    """A socket on an address. Where it is taken, ends with the option that names another."""
    try:
        return bind_socket(host, port)
    except OSError as error:
        fail(f"{host}:{port}: {error.strerror}", f"Try another port: situguard serve {option} N")


def url_of(listener: socket.socket, *, tls: bool = False) -> str:
    """The address that a socket is listened to at."""
    host, port = listener.getsockname()[:2]
    return f"{'https' if tls else 'http'}://{f'[{host}]' if ':' in host else host}:{port}"
