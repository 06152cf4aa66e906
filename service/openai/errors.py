"""The catalogue of all errors that a client can see, in OpenAI's shape. Nothing else is ever rendered (design law 10).

    WireFault    a fault of the catalogue, raised by the service itself

Errors of the layers below are translated here by `fault_of`; what is not known is a plain 500.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import singledispatch

from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException

from agents.errors import DecoderBusy, FailureKind, ModelFailed, PictureRejected, RefusalCode, TextUnreadable
from agents.models.base import JsonObject
from agents.strict_json import JsonRejected, JsonTooLarge
from guard.errors import ConfigRejected, NotJudged, UnknownDeployment
from service.audit.errors import RecordsUnavailable
from service.configuration.errors import (
    ChangeRefused,
    ConfigurationError,
    NotEverywhere,
    NotPrepared,
    VersionUnknown,
)
from service.database.errors import StorageError
from service.keys.errors import KeyRefused, KeysUnavailable, KeyUnknown, Refusal


@dataclass(frozen=True)
class Fault:
    """A row of the catalogue. `message` may be replaced by one that names a field; nothing else varies."""

    status: int
    type: str
    code: str
    message: str


_REQUEST = "invalid_request_error"
_SERVER = "server_error"

INVALID_JSON = Fault(400, _REQUEST, "invalid_json", "The request body is not strict JSON.")
INVALID_VALUE = Fault(400, _REQUEST, "invalid_value", "A field has a value that is not allowed.")
MISSING_FIELD = Fault(400, _REQUEST, "missing_required_parameter", "A required field is missing.")
UNSUPPORTED = Fault(400, _REQUEST, "unsupported_parameter", "This field is not supported.")
UNKNOWN_FIELD = Fault(400, _REQUEST, "unknown_parameter", "Unknown field.")
BAD_HEADERS = Fault(400, _REQUEST, "invalid_headers", "The request headers are not valid.")
PICTURE_REJECTED = Fault(400, _REQUEST, "invalid_image", "A picture could not be read.")
CONTEXT_LENGTH = Fault(400, _REQUEST, "context_length_exceeded", "The request is longer than the model can read.")
MODEL_FILTER = Fault(400, _REQUEST, "content_filter", "The content filter of the model's host refused the request.")
MODEL_UNSUPPORTED = Fault(400, _REQUEST, "unsupported", "The model does not support what the request asks for.")
MODEL_REFUSED = Fault(400, _REQUEST, "invalid_request_error", "The model's host refused the request as it is.")
UNAUTHORISED = Fault(401, "authentication_error", "invalid_api_key", "The API key is missing or invalid.")
HOST_NOT_ALLOWED = Fault(403, _REQUEST, "host_not_allowed", "This server has another name (`allowed_hosts`).")
ORIGIN_NOT_ALLOWED = Fault(403, _REQUEST, "origin_not_allowed", "Pages from there may not call here (`cors_origins`).")
PREVIOUS_NOT_FOUND = Fault(400, _REQUEST, "previous_response_not_found", "There is no such response to go on from.")
RESPONSE_NOT_FOUND = Fault(404, _REQUEST, "response_not_found", "There is no such response.")
MODEL_NOT_FOUND = Fault(404, _REQUEST, "model_not_found", "The model does not exist, or you have no access to it.")
UNKNOWN_PATH = Fault(404, _REQUEST, "unknown_url", "There is no such endpoint.")
KEY_NOT_FOUND = Fault(404, _REQUEST, "key_not_found", "There is no such key.")
VERSION_NOT_FOUND = Fault(404, _REQUEST, "version_not_found", "There is no such version of the configuration.")
CONFIGURATION_REJECTED = Fault(400, _REQUEST, "configuration_rejected", "The configuration is not valid.")
CHANGE_CONFLICT = Fault(409, _REQUEST, "configuration_conflict", "The configuration was changed meanwhile.")
CHANGE_NOT_APPLIED = Fault(504, _SERVER, "configuration_not_applied", "Not every process serves the change.")
METHOD_NOT_ALLOWED = Fault(405, _REQUEST, "method_not_allowed", "This endpoint does not accept that HTTP method.")
BODY_TOO_SLOW = Fault(408, _REQUEST, "request_timeout", "The request body did not arrive in time.")
BODY_TOO_LARGE = Fault(413, _REQUEST, "request_too_large", "The request body is too large.")
PICTURE_TOO_LARGE = Fault(413, _REQUEST, "image_too_large", "A picture is too large.")
MEDIA_TYPE = Fault(415, _REQUEST, "unsupported_media_type", "Send the body as uncompressed application/json.")
HEADERS_TOO_LARGE = Fault(431, _REQUEST, "headers_too_large", "The request headers are too large.")
RATE_LIMITED = Fault(
    429, "rate_limit_error", "model_rate_limited", "The model accepts no more requests at the moment; try again later."
)
KEY_RATE = Fault(429, "rate_limit_error", "rate_limit_exceeded", "This key has reached its requests-per-minute limit.")
PICTURE_RATE = Fault(
    429, "rate_limit_error", "rate_limit_exceeded", "This key has reached its pictures-per-minute limit."
)
KEY_REFUSALS = Fault(
    429, "rate_limit_error", "too_many_refusals", "Too many requests without a valid API key came from this address."
)
QUOTA = Fault(429, "insufficient_quota", "insufficient_quota", "This key has spent its budget for this month.")
INTERNAL = Fault(500, _SERVER, "internal_error", "Something went wrong on our side.")
MODEL_FAILED = Fault(502, _SERVER, "model_failed", "The model gave no usable reply.")
GUARD_UNAVAILABLE = Fault(
    503, _SERVER, "guard_unavailable", "The request could not be judged, so no answer is released."
)
RECORDS_UNAVAILABLE = Fault(
    503, _SERVER, "records_unavailable", "The decision could not be recorded, so no answer is released."
)
KEYS_UNAVAILABLE = Fault(
    503, _SERVER, "keys_unavailable", "API keys cannot be checked at the moment, so all requests are refused."
)
STORAGE_UNAVAILABLE = Fault(503, _SERVER, "storage_unavailable", "The data folder cannot be used at the moment.")
PICTURES_BUSY = Fault(
    503, _SERVER, "pictures_busy", "Too many pictures are waiting to be decoded; try again in a moment."
)
OVERLOADED = Fault(503, _SERVER, "overloaded", "Too many requests are in progress; try again in a moment.")
MODEL_OVERLOADED = Fault(503, _SERVER, "model_overloaded", "The model is overloaded; try again in a moment.")
REQUEST_TIMEOUT = Fault(504, _SERVER, "deadline_exceeded", "The request exceeded its deadline.")
MODEL_TIMEOUT = Fault(504, _SERVER, "model_timeout", "The model did not reply in time.")

RETRY_SECONDS = 1  # what a client is told to wait where the upstream named no time
MAX_RETRY_SECONDS = 3600
MAX_NAMED = 32  # deployments in an error's message

_MODEL_FAULTS: Mapping[FailureKind, Fault] = {
    "timeout": MODEL_TIMEOUT,
    "overloaded": MODEL_OVERLOADED,
}
_MODEL_STATUSES: Mapping[int | None, Fault] = {
    429: RATE_LIMITED,
    503: MODEL_OVERLOADED,
    **dict.fromkeys((408, 504, 524), MODEL_TIMEOUT),  # 524 is what Cloudflare says
}
_REFUSALS: Mapping[RefusalCode | None, Fault] = {
    "context_length_exceeded": CONTEXT_LENGTH,
    "content_filter": MODEL_FILTER,
    "unsupported": MODEL_UNSUPPORTED,
}
FINAL: frozenset[FailureKind] = frozenset({"unauthorised", "refused"})  # asking again changes nothing
# A key that is not good looks like any other, so that none can be guessed at: all else is a plain 401.
_KEY_FAULTS: Mapping[Refusal, Fault] = {
    Refusal.DEPLOYMENT: MODEL_NOT_FOUND,
    Refusal.REQUESTS: KEY_RATE,
    Refusal.PICTURES: PICTURE_RATE,
    Refusal.SPEND: QUOTA,
    Refusal.TRIES: KEY_REFUSALS,
}
_CONFIGURATION_FAULTS: Mapping[type[ConfigurationError], Fault] = {
    VersionUnknown: VERSION_NOT_FOUND,
    ChangeRefused: CONFIGURATION_REJECTED,
    NotPrepared: CHANGE_NOT_APPLIED,
    NotEverywhere: CHANGE_NOT_APPLIED,
}


class WireFault(Exception):
    """A fault of the catalogue. `message` names the field and the rule, never a value; `param` is the field's path.

    `is_final` tells clients not to try again, where the status alone would have them do so.
    """

    def __init__(
        self,
        fault: Fault,
        *,
        message: str | None = None,
        param: str | None = None,
        retry_after: float | None = None,
        is_final: bool = False,
    ) -> None:
        super().__init__(f"{fault.code}: {message or fault.message}")
        self.fault = fault
        self.message = message or fault.message
        self.param = param
        self.retry_after = retry_after
        self.is_final = is_final


def error_body(fault: WireFault, request_id: str) -> JsonObject:
    """OpenAI's error object."""
    return {
        "error": {
            "message": fault.message,
            "type": fault.fault.type,
            "param": fault.param,
            "code": fault.fault.code,
            "request_id": request_id,
        }
    }


def error_headers(fault: WireFault) -> dict[str, str]:
    """`retry-after` where trying again may help, in whole seconds and within bounds; OpenAI's own clients also read
    `x-should-retry`.
    """
    if fault.is_final:
        return {"x-should-retry": "false"}
    if fault.fault.status not in {429, 503}:
        return {}
    seconds = fault.retry_after if fault.retry_after is not None else RETRY_SECONDS
    return {"retry-after": str(int(min(max(seconds, 1), MAX_RETRY_SECONDS)))}


@singledispatch
def fault_of(error: BaseException) -> WireFault:
    """The row of the catalogue that an error becomes."""
    return WireFault(INTERNAL)


@fault_of.register
def _(error: WireFault) -> WireFault:
    return error


@fault_of.register
def _(error: JsonRejected) -> WireFault:
    return WireFault(INVALID_JSON, message=f"The request body is not strict JSON: {error.reason}.")


@fault_of.register
def _(error: JsonTooLarge) -> WireFault:
    most = f"{error.most_bytes // 1024**2} MB"
    return WireFault(BODY_TOO_LARGE, message=f"Without the pictures in it, the request is longer than {most}.")


@fault_of.register
def _(error: TextUnreadable) -> WireFault:
    return WireFault(INVALID_VALUE, message="messages: the text holds too many characters that nobody can see.")


@fault_of.register
def _(error: PictureRejected) -> WireFault:
    fault = PICTURE_TOO_LARGE if error.too_large else PICTURE_REJECTED
    return WireFault(fault, message=f"{error.where}: {error.reason}.", param=error.where)


@fault_of.register
def _(error: DecoderBusy) -> WireFault:
    return WireFault(PICTURES_BUSY)


@fault_of.register
def _(error: KeyRefused) -> WireFault:
    fault = _KEY_FAULTS.get(error.refusal, UNAUTHORISED)
    return WireFault(fault, param="model" if fault is MODEL_NOT_FOUND else None, retry_after=error.retry_after)


@fault_of.register
def _(error: KeyUnknown) -> WireFault:
    return WireFault(KEY_NOT_FOUND)


@fault_of.register
def _(error: ConfigRejected) -> WireFault:
    told = "; ".join(f"{problem.field}: {problem.message}" for problem in error.problems)
    return WireFault(CONFIGURATION_REJECTED, message=told, param=error.problems[0].field)


@fault_of.register
def _(error: ConfigurationError) -> WireFault:
    row = next((row for kind, row in _CONFIGURATION_FAULTS.items() if isinstance(error, kind)), CHANGE_CONFLICT)
    return WireFault(row, message=f"{error}.")


@fault_of.register
def _(error: KeysUnavailable) -> WireFault:
    return WireFault(KEYS_UNAVAILABLE)


@fault_of.register
def _(error: StorageError) -> WireFault:
    return WireFault(STORAGE_UNAVAILABLE)


@fault_of.register
def _(error: RequestValidationError) -> WireFault:
    name = str(error.errors()[0]["loc"][-1])  # of a path or a query: no route has FastAPI read a body
    return WireFault(INVALID_VALUE, message=f"{name}: not a value that this field takes.", param=name)


@fault_of.register
def _(error: UnknownDeployment) -> WireFault:
    hint = f" You may use: {', '.join(error.known[:MAX_NAMED])}." if error.known else ""
    return WireFault(MODEL_NOT_FOUND, message=f"{MODEL_NOT_FOUND.message}{hint}", param="model")


@fault_of.register
def _(error: NotJudged) -> WireFault:
    failed = error.failed
    if not isinstance(failed, ModelFailed):
        return WireFault(GUARD_UNAVAILABLE)
    if failed.refusal == "context_length_exceeded":  # what is too long for the agents is too long
        return WireFault(CONTEXT_LENGTH)
    return WireFault(GUARD_UNAVAILABLE, is_final=failed.kind in FINAL)


@fault_of.register
def _(error: RecordsUnavailable) -> WireFault:
    return WireFault(RECORDS_UNAVAILABLE)


@fault_of.register
def _(error: ModelFailed) -> WireFault:
    if error.kind == "refused":
        return WireFault(_REFUSALS.get(error.refusal, MODEL_REFUSED))
    if error.is_misconfigured:
        return WireFault(MODEL_FAILED, is_final=True)
    fault = _MODEL_STATUSES.get(error.status) or _MODEL_FAULTS.get(error.kind, MODEL_FAILED)
    return WireFault(fault, retry_after=error.retry_after)


@fault_of.register
def _(error: HTTPException) -> WireFault:
    return WireFault(METHOD_NOT_ALLOWED if error.status_code == 405 else UNKNOWN_PATH)
