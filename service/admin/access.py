"""Who may use the admin listener: administrators with a stored key, or with the token that the process was given."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, TypedDict, cast

from fastapi import Depends
from pydantic import SecretStr
from starlette.requests import Request

from guard.errors import UnknownDeployment
from guard.holder import GuardHolder
from service.configuration.live import LiveConfiguration
from service.keys.authenticator import Authenticator
from service.keys.store import KeyStore
from service.keys.token import digest
from service.middleware.peers import peer_of
from service.telemetry.metrics import Metrics

MIN_LENGTH = 32  # characters; as base64 they are 192 random bits. SHA-256 without salt needs what nobody can guess
TOKEN = re.compile(rf"[!-~]{{{MIN_LENGTH},200}}")


@dataclass(frozen=True)
class AdminServices:
    """What the admin listener works with."""

    store: KeyStore
    authenticator: Authenticator
    metrics: Metrics
    guards: GuardHolder | None = None
    live: LiveConfiguration | None = None

    def check_deployments(self, names: Iterable[str]) -> None:
        """Raises `UnknownDeployment` for the first name that nothing has which serves here."""
        if self.guards is None:
            return
        known = self.guards.current.deployments
        for name in names:
            if name not in known:
                raise UnknownDeployment(name, sorted(known))


class AdminState(TypedDict):
    """What the admin application's lifespan yields."""

    admin: AdminServices


async def admin_of(request: Request) -> AdminServices:
    """The services, for those who hold an administrator's key; raises `KeyRefused`."""
    admin = cast(AdminServices, request.state.admin)
    peer = peer_of(request.client.host) if request.client else ""
    request.state.administrator = await admin.authenticator.identify_admin(request.headers.get("authorization"), peer)
    return admin


def author_of(request: Request) -> str:
    """The id of the administrator's key, for what is kept of a change; only after `admin_of`."""
    return f"administrator {request.state.administrator}"


Administrator = Annotated[AdminServices, Depends(admin_of)]
Author = Annotated[str, Depends(author_of)]


class TokenRejected(Exception):
    """The token cannot be used; `source` says where it stands. Nothing of it is repeated."""

    def __init__(self, source: str, reason: str) -> None:
        super().__init__(f"{source}: the administrator's token {reason}")
        self.source = source
        self.reason = reason


def admin_digest(token: SecretStr | None, file: Path | None) -> bytes | None:
    """SHA-256 of the token, from its file if one is named; None where there is neither. Raises `TokenRejected`."""
    source = "SITUGUARD_ADMIN_TOKEN" if file is None else str(file)
    if file is not None:
        try:
            text = file.read_text(encoding="ascii").strip()
        except (OSError, UnicodeDecodeError):
            raise TokenRejected(source, "cannot be read") from None
    elif token is not None:
        text = token.get_secret_value()
    else:
        return None
    if not TOKEN.fullmatch(text):
        raise TokenRejected(source, f"must have {MIN_LENGTH} to 200 printable ASCII characters, without spaces")
    return digest(text)
