"""The authenticator: knows all keys as of half a second ago, so that a revoked one is out within a second.

    key = await authenticator.identify(headers.get("authorization"))        # None where no key is needed
    authenticator.count_request(key)
    authenticator.admit(key, AccessRequest("demo", pictures=2))
    authenticator.charge(key, 0.0021)

The first three raise `KeyRefused`. While no client key was ever created, none is needed: the proxy then listens on
loopback only. Where others can reach it, `required` demands a key even if all keys were lost.
"""

from __future__ import annotations

import asyncio
import time
from contextlib import suppress
from datetime import UTC, datetime
from typing import NoReturn

from service.keys.errors import KeyRefused, KeysUnavailable, Refusal
from service.keys.key import AccessRequest, ClientKey, authorise, lapsed
from service.keys.rates import REFUSALS, Rates
from service.keys.store import KeyStore, KnownKeys, this_month
from service.keys.token import admin_id, bearer, client_id, matches

FRESH_SECONDS = 0.5  # how old the known keys may be; a revocation counts within a second
ENVIRONMENT = "environment"  # in place of an id: the credential that the process was started with
NO_DIGEST = bytes(32)  # an unknown id is compared too, and takes as long


class Authenticator:
    """Lets requests in by their keys. What is spent is written later, together with the next reading."""

    def __init__(
        self,
        store: KeyStore,
        *,
        required: bool = False,
        admin: bytes | None = None,
        fresh_seconds: float = FRESH_SECONDS,
        refusals: int = REFUSALS,
    ) -> None:
        self._store = store
        self._required = required
        self._admin = admin
        self.fresh_seconds = fresh_seconds
        self._known = KnownKeys({}, {}, {})
        self._several = False
        self._read_at: float | None = None
        self._reading = asyncio.Lock()
        self._rates = Rates(refusals)
        self._unwritten: dict[str, float] = {}

    async def identify(self, authorization: str | None, peer: str = "") -> ClientKey | None:
        """Whose request it is, by its one `Authorization` header.

        Refusals count for the `peer` that sent it; a good key is let in however many came from there.
        """
        known = await self._known_keys()
        if not (known.clients or self._required):
            return None
        try:
            return _client_of(known, authorization)
        except KeyRefused:
            self._count_refusal(peer)
            raise

    def _count_refusal(self, peer: str) -> None:
        self._rates.refuse(peer, time.monotonic())

    @property
    def several(self) -> bool:
        """Whether more than one key is valid, so that what the process has is shared."""
        return self._several

    def count_request(self, key: ClientKey) -> None:
        """Count a request against its key's rate, before anything of it is read."""
        self._rates.admit_request(key, time.monotonic())

    def admit(self, key: ClientKey, wanted: AccessRequest) -> None:
        """Let a request in, and count its pictures."""
        spent = self._known.spent.get(key.id, 0.0) + self._unwritten.get(key.id, 0.0)
        _check(authorise(key, wanted, spent, datetime.now(UTC)))
        self._rates.admit_pictures(key, wanted.pictures, time.monotonic())

    def charge(self, key: ClientKey, amount: float) -> None:
        """Count what a request cost. A crash loses at most the last half second's."""
        if amount:
            self._unwritten[key.id] = self._unwritten.get(key.id, 0.0) + amount

    async def identify_admin(self, authorization: str | None, peer: str = "") -> str:
        """The id of an administrator's key, `ENVIRONMENT` for the process's own. A client's key is not accepted."""
        known = await self._known_keys()
        try:
            return self._admin_of(known, authorization)
        except KeyRefused:
            self._count_refusal(peer)
            raise

    async def knows_admin(self, id: str) -> bool:  # noqa: A002 the field's own name
        """Whether an administrator whom it identified before still is one."""
        return id == ENVIRONMENT or id in (await self._known_keys()).admins

    def _admin_of(self, known: KnownKeys, authorization: str | None) -> str:
        text = bearer(authorization)
        if text is None:
            raise KeyRefused(Refusal.NO_KEY)
        if self._admin is not None and matches(text, self._admin):
            return ENVIRONMENT
        found = admin_id(text) or ""
        digest = known.admins.get(found)
        if not matches(text, digest or NO_DIGEST) or digest is None:
            raise KeyRefused(Refusal.UNKNOWN)
        return found

    async def until_lapsed(self, key: ClientKey) -> NoReturn:
        """Raise `KeyRefused` once the key is no longer valid: requests under way end then.

        While keys cannot be read, a request that was let in goes on.
        """
        while True:
            with suppress(KeysUnavailable):
                now_known = (await self._known_keys()).clients.get(key.id)
                _check(Refusal.UNKNOWN if now_known is None else lapsed(now_known, datetime.now(UTC)))
            await asyncio.sleep(self.fresh_seconds)

    async def close(self) -> None:
        """Write what is unwritten."""
        async with self._reading:
            await self._read()

    async def _known_keys(self) -> KnownKeys:
        """What is known, read again where it is too old; raises `KeysUnavailable`."""
        if not self._is_fresh():
            async with self._reading:
                if not self._is_fresh():
                    await self._read()
        return self._known

    def _is_fresh(self) -> bool:
        return self._read_at is not None and time.monotonic() - self._read_at < self.fresh_seconds

    async def _read(self) -> None:
        began = time.monotonic()
        spent, self._unwritten = self._unwritten, {}
        try:
            self._known = await asyncio.to_thread(self._store.read, this_month(), adding=spent, known=self._known)
        except KeysUnavailable:
            for key, amount in spent.items():
                self._unwritten[key] = self._unwritten.get(key, 0.0) + amount
            raise
        now = datetime.now(UTC)
        self._several = sum(lapsed(key, now) is None for key in self._known.clients.values()) > 1
        self._read_at = began


def _client_of(known: KnownKeys, authorization: str | None) -> ClientKey:
    text = bearer(authorization)
    if text is None:
        raise KeyRefused(Refusal.NO_KEY)
    key = known.clients.get(client_id(text) or "")
    if not matches(text, key.digest if key else NO_DIGEST) or key is None:
        raise KeyRefused(Refusal.UNKNOWN)
    _check(lapsed(key, datetime.now(UTC)))
    return key


def _check(refusal: Refusal | None) -> None:
    if refusal is not None:
        raise KeyRefused(refusal)
