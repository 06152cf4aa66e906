"""What clients see of the errors of keys: one shape for every bad key, so that nothing can be probed for."""

from __future__ import annotations

from service.keys.errors import KeyRefused, KeysUnavailable, KeyUnknown, Refusal
from service.wire.errors import MODEL_NOT_FOUND, UNAUTHORISED, Fault, WireFault, fault_of

KEY_RATE = Fault(429, "rate_limit_error", "rate_limit_exceeded", "The key's limit for a minute is reached.")
PICTURE_RATE = Fault(
    429, "rate_limit_error", "rate_limit_exceeded", "The key's limit of pictures for a minute is reached."
)
QUOTA = Fault(429, "insufficient_quota", "insufficient_quota", "The key's budget for this month is spent.")
KEY_NOT_FOUND = Fault(404, "invalid_request_error", "key_not_found", "There is no such key.")
KEYS_UNAVAILABLE = Fault(503, "server_error", "keys_unavailable", "Keys cannot be checked now, so nobody is let in.")

FAULTS = {
    Refusal.DEPLOYMENT: MODEL_NOT_FOUND,
    Refusal.REQUESTS: KEY_RATE,
    Refusal.PICTURES: PICTURE_RATE,
    Refusal.SPEND: QUOTA,
}


@fault_of.register
def _(error: KeyRefused) -> WireFault:
    fault = FAULTS.get(error.refusal, UNAUTHORISED)
    param = "model" if fault is MODEL_NOT_FOUND else None
    return WireFault(fault, param=param, retry_after=error.retry_after)


@fault_of.register
def _(error: KeyUnknown) -> WireFault:
    return WireFault(KEY_NOT_FOUND)


@fault_of.register
def _(error: KeysUnavailable) -> WireFault:
    return WireFault(KEYS_UNAVAILABLE)
