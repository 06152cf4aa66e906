"""The chat completions API: a request is read once into its canonical form, and client bytes go no further (law 1)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from agents.conversation import Conversation, TextPart
from agents.images import Picture
from agents.models.base import Json, JsonObject
from agents.models.openai_format import Envelope, wants_usage
from guard.config import Deployment
from service.openai.api_format import CanonicalRequest, Earlier, PictureAddress
from service.openai.errors import WireFault, error_body
from service.openai.events import DONE, event_data
from service.openai.messages import Bounds, image_of, read_messages
from service.openai.opaque import opaque_in_turns
from service.openai.parameters import PARAMETERS, extra, rows_of
from service.openai.replies import may_be_last
from service.openai.tools import chosen_names
from service.openai.values import FieldRules, invalid, list_or_empty, missing, text

MAX_MODEL_NAME = 256


KEEP_ALIVE = b": wait\n\n"  # a comment, which clients skip


class ChatCompletions:
    """The chat completions API, as an `ApiFormat`."""

    def picture_addresses(self, document: JsonObject) -> Iterator[PictureAddress]:
        """Wherever a message has a picture."""
        for number, message in enumerate(list_or_empty(document.get("messages"))):
            content = message.get("content") if isinstance(message, dict) else None
            for place, part in enumerate(list_or_empty(content)):
                image = image_of(part) if isinstance(part, dict) else None
                url = image.get("url") if isinstance(image, dict) else None
                if isinstance(url, str):
                    yield url, f"messages[{number}].content[{place}].image_url.url"

    def earlier(self, _: JsonObject) -> Earlier:
        """Nothing: chat sends everything again."""
        return Earlier()

    def read(self, document: JsonObject, setting: Deployment, pictures: Mapping[str, Picture]) -> CanonicalRequest:
        """The request under a deployment's setting."""
        return read_chat(document, setting, pictures)

    def reply_id(self, decision: str) -> str:
        return f"chatcmpl-{decision}"


class ChatReply:
    """One completion, or chunks. One that may be the last is held back, since the verdict goes into the last one."""

    def __init__(self, _: Envelope) -> None:
        self._held: JsonObject | None = None

    def whole(self, body: JsonObject, verdict: JsonObject) -> JsonObject:
        return {**body, **_verdict(verdict)}

    def keep_alive(self) -> bytes:
        return KEEP_ALIVE

    def chunk(self, body: JsonObject) -> bytes:
        ready = b"" if self._held is None else _event(self._held)
        self._held = body if may_be_last(body) else None
        return ready if self._held is not None else ready + _event(body)

    def end(self, verdict: JsonObject) -> bytes:
        return _event({**(self._held or {}), **_verdict(verdict)}) + DONE

    def error(self, fault: WireFault, request_id: str) -> bytes:
        return _event(error_body(fault, request_id))


def _verdict(fields: JsonObject) -> JsonObject:
    """The verdict in a body; a moderation's results stand in a list here."""
    if "moderation" not in fields:
        return fields
    moderation = {
        name: result
        if result["type"] == "error"
        else {"type": "moderation_results", "model": result["model"], "results": [result]}
        for name, result in fields["moderation"].items()
    }
    return {**fields, "moderation": moderation}


def _event(body: JsonObject) -> bytes:
    return b"data: " + event_data(body) + b"\n\n"


def deployment_name(document: JsonObject) -> str:
    """The deployment that a request names, read before its settings bind the rest."""
    name = document.get("model")
    if name is None:
        raise missing("model")
    return str(text(MAX_MODEL_NAME)(name, "model"))


def read_chat(document: JsonObject, setting: Deployment, pictures: Mapping[str, Picture]) -> CanonicalRequest:
    """The canonical request. `pictures` are by address; one that is not among them is rejected."""
    rules = FieldRules(setting.unknown_fields, frozenset(setting.extra_fields), pictures)
    if document.get("messages") is None:
        raise missing("messages")
    rows = list(rows_of(document, rules, PARAMETERS, extra))
    values = {row.name: row.check(document[row.name], row.name, rules) for row in rows}
    _check_together(values)
    if not setting.lets_words_be_steered:
        values.pop("logit_bias", None)
    bounds = Bounds(setting.limits.messages, setting.limits.pictures)
    messages = read_messages(document["messages"], bounds, rules)
    words = [words for row in rows for words in row.words(values.get(row.name)) if words]
    opaque = tuple(dict.fromkeys(opaque_in_turns(messages)))
    return CanonicalRequest(
        Conversation(messages, tuple(map(TextPart, (*words, *opaque)))),
        {row.name: values[row.name] for row in rows if row.forwarded and values.get(row.name) not in (None, [], {})},
        stream=values.get("stream", False),
        include_usage=wants_usage(values.get("stream_options")),
        moderation="moderation" in values,
        opaque=opaque,
        writer=ChatReply,
    )


def _check_together(values: Mapping[str, Json]) -> None:
    """Fields that only make sense beside another."""
    if "stream_options" in values and not values.get("stream"):
        raise invalid("stream_options", "only allowed beside stream: true")
    if values.get("top_logprobs") is not None and not values.get("logprobs"):
        raise invalid("top_logprobs", "only allowed beside logprobs: true")
    if values.get("tool_choice") not in (None, "none", "auto") and not values.get("tools"):
        raise invalid("tool_choice", "only allowed beside tools")
    named = {tool["function"]["name"] for tool in values.get("tools") or []}
    if not named.issuperset(chosen_names(values.get("tool_choice"))):
        raise invalid("tool_choice", "names a tool that is not among tools")
