"""No secret, prompt or picture goes into a log, not even inside a library's error."""

from __future__ import annotations

import io
import logging

from pydantic import BaseModel, ValidationError

from service.telemetry.logs import ContentFree


def logged(message: str, *values: object, error: BaseException | None = None) -> str:
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(ContentFree())
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
