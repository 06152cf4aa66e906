"""What a request that brought no reply means: ask again, ask nobody again like that, or a content filter.

A provider's words are read as the guard reads them (agents.models.error_meaning). The guard's own proxy says by a
header whether asking again may help. Knows no harness.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from enum import Enum, auto
from math import isfinite

from openai import APIConnectionError, APIError, APIStatusError, APITimeoutError
from tenacity import RetryError

from agents.models.endpoint_error import error_of_response
from agents.models.error_meaning import meaning_of
from agents.models.shown_error import shown
from benchmarks.errors import BenchmarkError

TRANSIENT_STATUSES = frozenset({408, 409, 425, 429, 500, 502, 503, 504, 529})
SHARED_STATUSES = frozenset({400, 401, 402, 403, 404, 422, 429})  # 413 is one picture's; a proxy's 5xx has few words
SAME_REFUSALS = 3  # in a row, with no reply between them: the next ones would be refused for the same reason
SAME_LATER = 20  # of a model that has replied: a few cases in a row may each be refused for what they are
MAX_RETRY_AFTER = 600.0  # seconds; an endpoint that names more is asked again after this


class Kind(Enum):
    """What is to be done after a failure."""

    AGAIN = auto()  # a limit, an overload, a broken connection: it says nothing about the request
    FILTERED = auto()  # the content filter of the model's host refused
    REFUSED = auto()  # the same request would be refused again: a parameter, a key, a model's name


@dataclass(frozen=True)
class Failure:
    """One failure. `words` are the endpoint's own, in a line and without secrets; `retry_after` is in seconds. It is
    `of_all` where it is about a parameter, a key or a name, which every request of the run shares.
    """

    kind: Kind
    words: str
    limited: bool = False
    retry_after: float | None = None
    of_all: bool = False


class RequestFailed(Exception):
    """A request brought no reply; the message is what the run stores, and the next command asks again."""

    def __repr__(self) -> str:
        """The words alone, since Inspect stores an error by its `repr`."""
        return str(self)


class RunStopped(BenchmarkError):
    """An endpoint refused request after request for the same reason, so nothing else is asked."""

    def __init__(self, model: str, words: str) -> None:
        super().__init__(
            f"stopped: {model} refuses every request in the same words: {words}\n"
            "Nothing counts as wrong. Mend that, then give the same command again"
        )
        self.model = model
        self.words = words


ENDPOINT_ERRORS = (APIError, RetryError, RunStopped)  # what asking an endpoint through Inspect may raise


def in_a_line(error: Exception) -> str:
    """An error of an endpoint in its own words; where it was asked again and again, the last one."""
    if isinstance(error, RunStopped):
        return f"not asked: {error.words}"
    last = error.last_attempt.exception() if isinstance(error, RetryError) else error
    return failure_of(last).words if isinstance(last, Exception) else str(error)


@dataclass
class Fuse:
    """Shared by the endpoints of a run. It blows when one of them refuses in the same words again and again. `worked`
    are the models that have replied, now or before.
    """

    worked: set[str] = field(default_factory=set)
    blown: RunStopped | None = None
    _in_a_row: Counter[tuple[str, str]] = field(default_factory=Counter)

    def check(self) -> None:
        """Raises `RunStopped` once the fuse has blown."""
        if self.blown is not None:
            raise self.blown

    def replied(self, model: str) -> None:
        """A model replied, so what it refused was about those requests."""
        self.worked.add(model)
        for refusal in [refusal for refusal in self._in_a_row if refusal[0] == model]:
            del self._in_a_row[refusal]

    def refused(self, model: str, words: str) -> None:
        """Count a refusal."""
        self._in_a_row[model, words] += 1
        most = SAME_LATER if model in self.worked else SAME_REFUSALS
        if self._in_a_row[model, words] >= most and self.blown is None:
            self.blown = RunStopped(model, words)


def failure_of(error: Exception, key: str = "") -> Failure:
    """What an error of the client means. `key` is struck out of the words."""
    if isinstance(error, APITimeoutError):
        return Failure(Kind.AGAIN, "no reply in time")
    if isinstance(error, APIConnectionError):
        return Failure(Kind.AGAIN, f"no connection: {type(error.__cause__ or error).__name__}")
    if not isinstance(error, APIStatusError):
        return Failure(Kind.AGAIN, f"no usable reply: {type(error).__name__}")
    status, headers = error.status_code, error.response.headers
    said = error_of_response(error.response.content)
    meaning = meaning_of(said, status)
    message = shown(said.message, secrets=[key] if key else [], request=[])
    words = " ".join(filter(None, (str(status), "" if said.code in message else said.code, message)))
    if meaning.refusal == "content_filter":
        return Failure(Kind.FILTERED, words)
    final = headers.get("x-should-retry") == "false" or meaning.kind in {"refused", "unauthorised"}
    if final or status not in TRANSIENT_STATUSES:
        of_all = status in SHARED_STATUSES and meaning.refusal != "context_length_exceeded"
        return Failure(Kind.REFUSED, words, of_all=of_all)
    return Failure(Kind.AGAIN, words, status in {429, 529}, seconds_to_wait(headers.get("retry-after")))


def seconds_to_wait(header: str | None, now: datetime | None = None) -> float | None:
    """The seconds that a `Retry-After` names, as a number or as a date; None where it names none."""
    if not header:
        return None
    try:
        seconds = float(header)
    except ValueError:
        try:
            seconds = (parsedate_to_datetime(header) - (now or datetime.now(UTC))).total_seconds()
        except (TypeError, ValueError):
            return None
    return min(max(seconds, 0.0), MAX_RETRY_AFTER) if isfinite(seconds) else None
