"""A client's key as it is kept, and the decision whether it lets a request in. Pure: the time is an argument."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from agents.models.base import JsonObject
from service.keys.errors import Refusal

EVERY = "*"  # every deployment that is guarded; an unguarded one must be listed by name (design law 7)


@dataclass(frozen=True)
class KeyLimits:
    """What a key may do. None means no limit. `spend_per_month` is in the price table's currency."""

    deployments: frozenset[str] = frozenset({EVERY})
    requests_per_minute: int | None = None
    pictures_per_minute: int | None = None
    spend_per_month: float | None = None
    expires_at: datetime | None = None


@dataclass(frozen=True)
class ClientKey:
    """A key. `digest` is SHA-256 of its token; the token itself is stored nowhere."""

    id: str
    name: str
    environment: str
    digest: bytes = field(repr=False)
    limits: KeyLimits
    created_at: datetime
    revoked_at: datetime | None = None


@dataclass(frozen=True)
class AccessRequest:
    """What a request needs a key for."""

    deployment: str
    unguarded: bool = False
    pictures: int = 0


def lapsed(key: ClientKey, now: datetime) -> Refusal | None:
    """Why the key itself is no longer valid; None while it is."""
    if key.revoked_at is not None:
        return Refusal.REVOKED
    expires = key.limits.expires_at
    return Refusal.EXPIRED if expires is not None and now >= expires else None


def authorise(key: ClientKey, wanted: AccessRequest, spent: float, now: datetime) -> Refusal | None:
    """Why the request is not let in; None where only its rate remains to be checked. `spent` is this month's sum."""
    refusal = lapsed(key, now)
    if refusal is not None:
        return refusal
    if not may_use(key.limits, wanted.deployment, unguarded=wanted.unguarded):
        return Refusal.DEPLOYMENT
    budget = key.limits.spend_per_month
    return Refusal.SPEND if budget is not None and spent >= budget else None


def may_use(limits: KeyLimits, deployment: str, *, unguarded: bool) -> bool:
    """Whether a key's limits allow a deployment."""
    return deployment in limits.deployments or (not unguarded and EVERY in limits.deployments)


def key_object(key: ClientKey) -> JsonObject:
    """A key as it is shown to administrators."""
    limits = key.limits
    return {
        "id": key.id,
        "object": "key",
        "name": key.name,
        "environment": key.environment,
        "deployments": sorted(limits.deployments),
        "requests_per_minute": limits.requests_per_minute,
        "pictures_per_minute": limits.pictures_per_minute,
        "spend_per_month": limits.spend_per_month,
        "created_at": key.created_at,
        "expires_at": limits.expires_at,
        "revoked_at": key.revoked_at,
    }
