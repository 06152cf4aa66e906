"""The published table of failures: what an `on_failure: open` deployment lets through. Pure, tested row by row.

It opens only for what no client can cause. `outage` means that a question of our own to the same endpoint, asked once
for all that wait and kept for some seconds, failed too (`agents.models.outage`).

| what failed | `failure` in records | open |
|---|---|---|
| the connection was refused or lost, in an outage | model connection, outage | opens |
| the endpoint replied with 500 or more (not 529), in an outage | model status, outage | opens |
| the endpoint is left alone by its breaker, which only outages trip | model overloaded, outage | opens |
| a connection or a 5xx alone: our own question was answered, or not in time | model connection, model status | closed |
| any other status: a 4xx, an overflowing context, a redirect; a refusal | model status, model refused | closed |
| 429, 529, or our own queue for the model is full | model overloaded | closed |
| the credential is refused, or the model is not there | model unauthorised | closed |
| the reply is no reply, or too large | model malformed, model too_large | closed |
| the model in this process failed or was stopped | model internal, model cancelled | closed |
| the reply is no finding, a refusal for example, twice | reply unreadable | closed |
| `judge_seconds` passed, or the model's own deadline | timeout, model timeout | closed |
| the same, while our own event loop was held up | own delay | closed |
| a fault of our own | internal | closed |

An agent that did not look at a part of the request is `coverage`, and closed (`guard.coverage`). Where an agent had
said `unsafe` before another one failed, an open deployment goes by that, whatever failed.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import get_args

from agents.errors import AgentError, FailureKind, ModelFailed

INTERNAL = "internal"
OUTAGE = ", outage"
CAUSES = (
    *("timeout", "own delay", "reply unreadable", "coverage", INTERNAL),
    *(f"model {kind}" for kind in get_args(FailureKind)),
    *(f"model {kind}{OUTAGE}" for kind in ("connection", "status", "overloaded")),
)


@dataclass(frozen=True)
class Failure:
    """Why there is no verdict, in one of the `CAUSES`, and whether an open deployment lets the request through."""

    cause: str
    opens: bool = False


def read_failure(error: Exception, *, held_up: bool) -> Failure:
    """The table. `held_up`: our own event loop stood still during the judgement."""
    if isinstance(error, TimeoutError) or (isinstance(error, ModelFailed) and error.kind == "timeout"):
        return Failure("own delay" if held_up else "timeout" if isinstance(error, TimeoutError) else "model timeout")
    if isinstance(error, ModelFailed):
        return Failure(f"model {error.kind}{OUTAGE if error.outage else ''}", opens=error.outage)
    return Failure("reply unreadable" if isinstance(error, AgentError) else INTERNAL)
