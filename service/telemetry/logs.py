"""What is logged: a line an event, and of an error its kind and place. Never its words, which may hold a request's."""

from __future__ import annotations

import logging
import traceback
from types import TracebackType
from typing import Any

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
        record.message = record.getMessage().translate(CONTROL).replace("\n", "\\n")
        record.asctime = self.formatTime(record)
        text = self.formatMessage(record)
        return f"{text}\n{self.formatException(record.exc_info)}" if record.exc_info else text


def configure_logging(level: int = logging.WARNING) -> None:
    """One handler for every logger of the process, to standard error."""
    handler = logging.StreamHandler()
    handler.setFormatter(ContentFree())
    logging.basicConfig(level=level, handlers=[handler], force=True)
