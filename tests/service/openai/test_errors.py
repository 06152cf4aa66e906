"""The catalogue: every error of the layers below has its row, and a row says nothing about what was sent."""

from __future__ import annotations

from typing import Any

import pytest
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException

from agents.errors import DecoderBusy, ModelFailed, PictureRejected, ReplyUnreadable, TextUnreadable
from agents.strict_json import JsonRejected, JsonTooLarge
from guard.errors import ConfigRejected, NotCovered, NotJudged, Problem, UnknownDeployment
from service.audit.errors import RecordsUnavailable
from service.configuration.errors import (
    BaseOutdated,
    ChangeRefused,
    ChangeUnderWay,
    LiveChangesLost,
    NotEverywhere,
    NotPrepared,
    VersionUnknown,
)
from service.database.errors import DatabaseFailed
from service.keys.errors import KeyRefused, KeysUnavailable, KeyUnknown, Refusal
from service.openai import errors
from service.openai.errors import MAX_RETRY_SECONDS, Fault, WireFault, error_body, error_headers, fault_of

CATALOGUE = {name: each for name, each in vars(errors).items() if isinstance(each, Fault)}

ROWS: list[tuple[BaseException, Fault]] = [
    (RuntimeError("secret"), errors.INTERNAL),
    (WireFault(errors.MEDIA_TYPE), errors.MEDIA_TYPE),
    (JsonRejected("a key twice"), errors.INVALID_JSON),
    (JsonTooLarge(1024**2), errors.BODY_TOO_LARGE),
    (TextUnreadable(), errors.INVALID_VALUE),
    (PictureRejected("too dark", where="here"), errors.PICTURE_REJECTED),
    (PictureRejected("too large", where="here", too_large=True), errors.PICTURE_TOO_LARGE),
    (DecoderBusy(), errors.PICTURES_BUSY),
    (KeyUnknown("abc"), errors.KEY_NOT_FOUND),
    (KeysUnavailable(), errors.KEYS_UNAVAILABLE),
    (UnknownDeployment("secret"), errors.MODEL_NOT_FOUND),
    (NotJudged("timeout"), errors.GUARD_UNAVAILABLE),
    (NotCovered("visual", ["digest"]), errors.GUARD_UNAVAILABLE),
    (RecordsUnavailable("timeout"), errors.RECORDS_UNAVAILABLE),
    (ModelFailed("m", "timeout"), errors.MODEL_TIMEOUT),
    (ModelFailed("m", "overloaded"), errors.MODEL_OVERLOADED),
    (ModelFailed("m", "status", status=429), errors.RATE_LIMITED),
    (ModelFailed("m", "status", status=500), errors.MODEL_FAILED),
    (ModelFailed("m", "status", status=503), errors.MODEL_OVERLOADED),
    *((ModelFailed("m", "status", status=status), errors.MODEL_TIMEOUT) for status in (408, 504, 524)),
    (ModelFailed("m", "unauthorised", status=401), errors.MODEL_FAILED),
    (ModelFailed("m", "unauthorised", status=429, code="insufficient_quota"), errors.MODEL_FAILED),
    (ModelFailed("m", "connection"), errors.MODEL_FAILED),
    (ModelFailed("m", "refused", refusal="context_length_exceeded"), errors.CONTEXT_LENGTH),
    (ModelFailed("m", "refused", refusal="content_filter"), errors.MODEL_FILTER),
    (ModelFailed("m", "refused", refusal="unsupported"), errors.MODEL_UNSUPPORTED),
    (ModelFailed("m", "refused", refusal="invalid_request_error"), errors.MODEL_REFUSED),
    (NotJudged("model refused", failed=ModelFailed("m", "refused")), errors.GUARD_UNAVAILABLE),
    (NotJudged("reply unreadable", failed=ReplyUnreadable("intent", "m")), errors.GUARD_UNAVAILABLE),
    (ConfigRejected("the change", [Problem(0, "deployments", "is missing")]), errors.CONFIGURATION_REJECTED),
    (ChangeRefused("serving-0", "no memory"), errors.CONFIGURATION_REJECTED),
    (VersionUnknown(3), errors.VERSION_NOT_FOUND),
    (ChangeUnderWay(), errors.CHANGE_CONFLICT),
    (BaseOutdated(2, 3), errors.CHANGE_CONFLICT),
    (LiveChangesLost("guard.yaml", ["a: 1 → 2"]), errors.CHANGE_CONFLICT),
    (NotPrepared(["serving-0"]), errors.CHANGE_NOT_APPLIED),
    (NotEverywhere(3, ["serving-0"]), errors.CHANGE_NOT_APPLIED),
    (HTTPException(405), errors.METHOD_NOT_ALLOWED),
    (DatabaseFailed(OSError("secret")), errors.STORAGE_UNAVAILABLE),
    (RequestValidationError([{"loc": ("query", "base"), "input": "secret"}]), errors.INVALID_VALUE),
    (HTTPException(404), errors.UNKNOWN_PATH),
    *((KeyRefused(each), errors.UNAUTHORISED) for each in (Refusal.NO_KEY, Refusal.UNKNOWN)),
    *((KeyRefused(each), errors.UNAUTHORISED) for each in (Refusal.REVOKED, Refusal.EXPIRED)),
    (KeyRefused(Refusal.DEPLOYMENT), errors.MODEL_NOT_FOUND),
    (KeyRefused(Refusal.REQUESTS), errors.KEY_RATE),
    (KeyRefused(Refusal.PICTURES), errors.PICTURE_RATE),
    (KeyRefused(Refusal.SPEND), errors.QUOTA),
    (KeyRefused(Refusal.TRIES), errors.KEY_REFUSALS),
]


@pytest.mark.parametrize(("error", "row"), ROWS, ids=lambda each: type(each).__name__)
def test_an_error_becomes_its_row(error: BaseException, row: Fault) -> None:
    assert fault_of(error).fault is row


def test_every_error_that_is_registered_stands_in_the_table() -> None:
    registered = {kind for kind in fault_of.registry if kind is not object}
    assert {kind for kind in registered if not any(isinstance(error, kind) for error, _ in ROWS)} == set()


def test_every_refusal_of_a_key_stands_in_the_table() -> None:
    assert {error.refusal for error, _ in ROWS if isinstance(error, KeyRefused)} == set(Refusal)


def test_a_key_that_is_wrong_in_any_way_looks_the_same() -> None:
    told = {fault_of(error).message for error, row in ROWS if row is errors.UNAUTHORISED}
    assert len(told) == 1


def test_an_error_of_our_own_says_nothing_of_itself() -> None:
    assert "secret" not in str(error_body(fault_of(RuntimeError("secret")), "req_1"))
    assert "secret" not in str(error_body(fault_of(UnknownDeployment("secret")), "req_1"))


def test_the_body_is_openais_error_object_with_the_requests_id() -> None:
    fault = WireFault(errors.INVALID_VALUE, message="n: too large.", param="n")
    assert error_body(fault, "req_1") == {
        "error": {
            "message": "n: too large.",
            "type": "invalid_request_error",
            "param": "n",
            "code": "invalid_value",
            "request_id": "req_1",
        }
    }


def test_a_picture_is_named_by_its_place() -> None:
    fault = fault_of(PictureRejected("too dark", where="messages[0]"))
    assert (fault.param, fault.message) == ("messages[0]", "messages[0]: too dark.")


@pytest.mark.parametrize(
    ("error", "seconds"),
    [
        (ModelFailed("m", "status", status=429, retry_after=7), "7"),
        (ModelFailed("m", "status", status=503, retry_after=17), "17"),
        (ModelFailed("m", "overloaded", retry_after=0.2), "1"),
        (ModelFailed("m", "overloaded", retry_after=10**9), str(MAX_RETRY_SECONDS)),
        (ModelFailed("m", "overloaded"), "1"),
        (KeyRefused(Refusal.REQUESTS, retry_after=12.9), "12"),
        (NotJudged("timeout"), "1"),
        (ModelFailed("m", "timeout", retry_after=7), None),
        (RuntimeError(), None),
    ],
)
def test_who_may_try_again_is_told_when_in_whole_seconds(error: Exception, seconds: str | None) -> None:
    assert error_headers(fault_of(error)).get("retry-after") == seconds


@pytest.mark.parametrize("row", CATALOGUE.values(), ids=CATALOGUE)
def test_a_row_has_a_status_of_an_error_a_code_and_a_sentence(row: Fault) -> None:
    told: dict[str, Any] = error_body(WireFault(row), "req_1")["error"]
    assert 400 <= row.status < 600
    assert row.code == row.code.lower().replace(" ", "_")
    assert told["message"] == row.message
    assert row.message.endswith(".")
    assert (row.type == "server_error") == (row.status >= 500)
