"""A reply of the Responses API: one response object, or the events that lead to it."""

from __future__ import annotations

import time
from dataclasses import dataclass

import orjson

from agents.conversation import Message
from agents.models.base import Json, JsonObject
from agents.models.openai_format import Envelope
from service.openai.errors import WireFault
from service.openai.events import DONE, event_data
from service.openai.responses.output import COMPLETED, IN_PROGRESS, Output
from service.openai.responses.state import HeldResponse, OwnResponses
from service.openai.responses.tools import Tools

FAILED = "failed"
FAILURES = {400: "invalid_prompt", 429: "rate_limit_exceeded"}  # codes of a failed response; OpenAI's list is closed


@dataclass(frozen=True)
class Repeated:
    """What a reply takes from its request: fields that it repeats, tools by their names, and where it is held."""

    fields: JsonObject
    tools: Tools
    turns: tuple[Message, ...]
    held: OwnResponses | None
    logprobs: bool = False
    structured: bool = False
    sealed: bool = False  # whether reasoning's `encrypted_content` is wanted


class ResponsesReply:
    """Writes one reply, as a `ReplyWriter`. The events of an item follow as soon as its words are there."""

    def __init__(self, repeated: Repeated, envelope: Envelope) -> None:
        self._repeated = repeated
        self._envelope = envelope
        mark, options = envelope.id.removeprefix("resp_"), (repeated.logprobs, repeated.structured, repeated.sealed)
        self._output = Output(mark, repeated.tools, *options)
        self._usage: JsonObject = {}
        self._tier = "default"
        self._number = 0  # of the next event

    def whole(self, body: JsonObject, verdict: JsonObject) -> JsonObject:
        """The response object, held from now on."""
        self._take(body, "message")
        self._output.end()
        return self._released(verdict)

    def keep_alive(self) -> bytes:
        """An event, since there are clients that do not count comments as a sign of life."""
        return self._opening() or self._event({"type": "response.in_progress", "response": self._begun})

    def chunk(self, body: JsonObject) -> bytes:
        self._take(body, "delta")
        return self._opening() + self._ready()

    def end(self, verdict: JsonObject) -> bytes:
        self._output.end()
        ready = self._opening() + self._ready()
        released = self._released(verdict)
        return ready + self._event({"type": f"response.{released['status']}", "response": released}) + DONE

    def error(self, fault: WireFault, request_id: str) -> bytes:
        """The error in the two forms that there are, then the failed response: clients look for one of the three."""
        told: JsonObject = {"code": fault.fault.code, "message": fault.message, "param": fault.param}
        nested = {"type": fault.fault.type, **told, "request_id": request_id}
        code = FAILURES.get(fault.fault.status, "server_error")
        failed = {**self._response(FAILED), "error": {"code": code, "message": fault.message}}
        return (
            self._opening()
            + self._event({"type": "error", **told, "error": nested})
            + self._event({"type": "response.failed", "response": failed})
        )

    # ---- events ----

    def _opening(self) -> bytes:
        if self._number:
            return b""
        kinds = ("response.created", "response.in_progress")
        return b"".join(self._event({"type": kind, "response": self._begun}) for kind in kinds)

    def _ready(self) -> bytes:
        return b"".join(map(self._event, self._output.take_events()))

    def _event(self, fields: JsonObject) -> bytes:
        numbered = {"type": fields["type"], "sequence_number": self._number, **fields}
        self._number += 1
        return f"event: {fields['type']}\ndata: ".encode() + event_data(numbered) + b"\n\n"

    # ---- the response object ----

    def _take(self, body: JsonObject, part: str) -> None:
        """Take in a completion or a chunk. There is one reply here, so other choices are none."""
        for choice in body.get("choices") or []:
            if choice.get("index", 0) == 0:
                self._output.take(choice, part)
        self._usage = body.get("usage") or self._usage
        self._tier = body.get("service_tier") or self._tier

    @property
    def _begun(self) -> JsonObject:
        return {**self._response(IN_PROGRESS), "output": [], "usage": None}

    def _released(self, verdict: JsonObject) -> JsonObject:
        body = {**self._response(self._output.status), **verdict}
        if self._repeated.held is not None:
            held = HeldResponse(
                *(self._envelope.id, self._envelope.model, self._repeated.turns),
                *(self._output.turns, self._repeated.tools, orjson.dumps(body)),
            )
            if not self._repeated.held.hold(held):
                body["store"] = False
        return body

    def _response(self, status: str) -> JsonObject:
        finish = self._output.finish
        reason = {"length": "max_output_tokens", "content_filter": "content_filter"}.get(finish or "")
        return {
            "id": self._envelope.id,
            "object": "response",
            "created_at": self._envelope.created,
            "completed_at": int(time.time()) if status == COMPLETED else None,
            "status": status,
            "error": None,
            "incomplete_details": {"reason": reason} if reason and status == "incomplete" else None,
            "model": self._envelope.model,
            "output": list(self._output.items),
            "usage": _usage(self._usage),
            "service_tier": self._tier,
            **self._repeated.fields,
        }


def _usage(usage: JsonObject) -> JsonObject:
    """Usage under the names that it has here, 0 where the model told none."""

    def count(details: Json, name: str) -> int:
        return int((details or {}).get(name) or 0)

    asked, told = usage.get("prompt_tokens_details"), usage.get("completion_tokens_details")
    return {
        "input_tokens": count(usage, "prompt_tokens"),
        "input_tokens_details": {name: count(asked, name) for name in ("cached_tokens", "cache_write_tokens")},
        "output_tokens": count(usage, "completion_tokens"),
        "output_tokens_details": {"reasoning_tokens": count(told, "reasoning_tokens")},
        "total_tokens": count(usage, "total_tokens"),
    }
