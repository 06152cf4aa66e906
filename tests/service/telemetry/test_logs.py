"""No secret, prompt or picture goes into a log, not even inside a library's error."""

from __future__ import annotations

import io
import logging

import orjson
import pytest
from pydantic import BaseModel, ValidationError

from service.telemetry.logs import (
    ACCESS,
    ContentFree,
    ContentFreeJson,
    add_to_log_context,
    configure_logging,
    log_context,
)


def logged(
    message: str, *values: object, error: BaseException | None = None, form: logging.Formatter | None = None
) -> str:
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(form or ContentFree())
    record = logging.LogRecord(
        "test",
        logging.ERROR,
        __file__,
        1,
        message,
        values,
        (type(error), error, error.__traceback__) if error else None,
    )
    handler.emit(record)
    return stream.getvalue()


def test_a_line_bears_the_ids_of_its_request() -> None:
    with log_context(request="req_1"):
        add_to_log_context(decision="dec_1")
        assert logged("it failed").rstrip().endswith("it failed request=req_1 decision=dec_1")
        told = orjson.loads(logged("it failed", form=ContentFreeJson()))
    assert (told["message"], told["request"], told["decision"]) == ("it failed", "req_1", "dec_1")
    assert "request" not in logged("it failed")


def test_json_has_a_line_for_each_event_and_no_words_of_an_error() -> None:
    try:
        raise ValueError("canary-error")
    except ValueError as error:
        line = logged("failed\nforged", error=error, form=ContentFreeJson())
    assert line.count("\n") == 1
    told = orjson.loads(line)
    assert told["level"] == "ERROR"
    assert told["at"].endswith("+00:00")
    assert "ValueError" in told["error"]
    assert "canary" not in line


def test_a_line_for_each_request_is_written_where_it_is_asked_for(capfd: pytest.CaptureFixture[str]) -> None:
    root = logging.getLogger()
    before = (root.level, list(root.handlers))
    try:
        for access in (False, True):
            configure_logging(access=access)
            logging.getLogger(ACCESS).info("POST /v1/chat/completions 200 12 ms")
            assert ("200 12 ms" in capfd.readouterr().err) is access
    finally:
        root.setLevel(before[0])
        root.handlers[:] = before[1]


class Strict(BaseModel):
    number: int


def test_an_error_is_told_by_kind_and_place_and_never_by_its_words() -> None:
    try:
        Strict.model_validate({"number": "canary-prompt"})
    except ValidationError as error:
        line = logged("request %s failed", "req_1", error=error)
    assert "canary-prompt" not in line
    assert "ValidationError" in line
    assert "test_logs.py" in line
    assert "req_1" in line


def test_causes_are_not_quoted_either() -> None:
    try:
        try:
            raise ValueError("canary-cause")
        except ValueError as cause:
            raise RuntimeError("canary-error") from cause
    except RuntimeError as error:
        line = logged("failed", error=error)
    assert "canary" not in line
    assert "RuntimeError" in line


def test_a_value_cannot_begin_a_line_of_its_own() -> None:
    assert logged("deployment %s", "a\r\nERROR forged\x1b[31m").count("\n") == 1
    assert "\x1b" not in logged("%s", "\x1b[31m")
