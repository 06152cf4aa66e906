"""What is logged: a line an event, and of an error its kind and place. Never its words, which may hold a request's.

Each line that is about a request bears the request's id, and its decision's once there is one.
"""

from __future__ import annotations

import logging
import traceback
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime
from types import TracebackType
from typing import Any, Literal

import orjson

ACCESS = "situguard.access"  # the logger of a line for each request
# What is known of the request that a line is about. It follows the request through its tasks.
CONTEXT: ContextVar[Mapping[str, str]] = ContextVar("log_context", default={})  # noqa: B039 never changed in place

Raised = (
    tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None]
)  # what logging hands a formatter
CONTROL = {code: f"\\x{code:02x}" for code in (*range(0x20), 0x7F) if chr(code) != "\n"}


class ContentFree(logging.Formatter):
    """Renders an exception as its type and the places it passed; library messages can quote prompts, rows or keys."""

    def __init__(self) -> None:
        super().__init__("%(asctime)s %(levelname)s %(name)s: %(message)s")

    def formatException(self, ei: Raised | Any) -> str:  # noqa: N802 - logging's own name
        """One line for each frame, the innermost last."""
        kind, _, trace = ei
        name = "error" if kind is None else f"{kind.__module__}.{kind.__qualname__}"
        frames = traceback.extract_tb(trace)
        return "\n".join((f"  {name}", *(f"    {frame.filename}:{frame.lineno} in {frame.name}" for frame in frames)))

    def format(self, record: logging.LogRecord) -> str:
        """Control characters are written out, so that no value can begin a line of its own."""
        about = "".join(f" {name}={value}" for name, value in CONTEXT.get().items())
        record.message = record.getMessage().translate(CONTROL).replace("\n", "\\n") + about
        record.asctime = self.formatTime(record)
        text = self.formatMessage(record)
        return f"{text}\n{self.formatException(record.exc_info)}" if record.exc_info else text


class ContentFreeJson(ContentFree):
    """The same as a JSON object a line, for programs that collect logs."""

    def format(self, record: logging.LogRecord) -> str:
        """Its time is UTC, in ISO 8601."""
        line = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
            **CONTEXT.get(),
        }
        if record.exc_info:
            line["error"] = self.formatException(record.exc_info)
        return orjson.dumps(line).decode()


@contextmanager
def log_context(**ids: str) -> Iterator[None]:
    """Every line of the block bears these ids."""
    token = CONTEXT.set({**CONTEXT.get(), **ids})
    try:
        yield
    finally:
        CONTEXT.reset(token)


def add_to_log_context(**ids: str) -> None:
    """Every line of this request bears these ids from here on."""
    CONTEXT.set({**CONTEXT.get(), **ids})


def configure_logging(
    level: int = logging.WARNING, form: Literal["text", "json"] = "text", *, access: bool = False
) -> None:
    """One handler for every logger of the process, to standard error. `access` adds a line for each request."""
    handler = logging.StreamHandler()
    handler.setFormatter(ContentFreeJson() if form == "json" else ContentFree())
    logging.basicConfig(level=level, handlers=[handler], force=True)
    logging.getLogger(ACCESS).setLevel(logging.INFO if access else logging.CRITICAL)
