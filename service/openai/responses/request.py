"""A request to the Responses API, read once into the canonical form that chat has too."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import partial

from agents.conversation import Conversation, ImagePart, Message, TextPart
from agents.images import Picture
from agents.models.base import Json, JsonObject
from agents.strict_json import MAX_BYTES
from guard.config import Deployment
from service.openai.api_format import CanonicalRequest, Earlier, PictureAddress
from service.openai.chat import deployment_name
from service.openai.errors import BODY_TOO_LARGE, INVALID_VALUE, PREVIOUS_NOT_FOUND, WireFault
from service.openai.messages import MAX_ALL_PARTS
from service.openai.opaque import opaque_in_turns
from service.openai.parameters import PARAMETERS, extra, rows_of
from service.openai.responses.items import REASONING_ID, joined, picture_parts, read_items
from service.openai.responses.parameters import RESPONSES_PARAMETERS, SEALED_REASONING, extra_of_chat
from service.openai.responses.reply import Repeated, ResponsesReply
from service.openai.responses.state import HeldResponse, OwnResponses
from service.openai.responses.tools import Tools, chosen
from service.openai.values import FieldRules, invalid, list_or_empty, missing, unsupported

SHOWN_ID = 64  # of an id that a client made up, this much is repeated in an error
NOT_HELD = (
    "It was answered by another process or before this one began, its time is over, it was deleted, or it was not "
    "to be stored."
)


class Responses:
    """The Responses API for one client, as an `ApiFormat`. `held` is what was released to that client lately."""

    def __init__(self, held: OwnResponses, most_text: int = MAX_BYTES) -> None:
        self._held = held
        self._most_text = most_text  # characters, with what a request brings back

    def picture_addresses(self, document: JsonObject) -> Iterator[PictureAddress]:
        """Wherever an item has a picture: a message, or the result of a tool."""
        return picture_parts(document.get("input"), "input")

    def earlier(self, document: JsonObject) -> Earlier:
        """The response that it goes on from, and those whose items it refers to, as far as they are held."""
        previous = document.get("previous_response_id")
        named = [item.get("id") for item in list_or_empty(document.get("input")) if isinstance(item, dict)]
        mentioned = {response_of(each) for each in named if isinstance(each, str)}
        found = self._held.find(previous) if isinstance(previous, str) else None
        pictures = [part for turn in found.turns for part in turn.parts if isinstance(part, ImagePart)] if found else []
        held = [found, *(self._held.find(each) for each in mentioned)]
        return Earlier(len(pictures), sum(each.bytes for each in held if each is not None))

    def read(self, document: JsonObject, setting: Deployment, pictures: Mapping[str, Picture]) -> CanonicalRequest:
        """The request under a deployment's setting."""
        rules = FieldRules(setting.unknown_fields, frozenset(setting.extra_fields), pictures)
        if sum(1 for _ in self.picture_addresses(document)) > setting.limits.pictures:
            raise _too_many_pictures(setting)
        rows = rows_of(document, rules, RESPONSES_PARAMETERS, extra_of_chat)
        values = {row.name: row.check(document[row.name], row.name, rules) for row in rows}
        tools: Tools = values.get("tools") or Tools()
        if setting.hosted_tools == "refuse" and tools.hosted:
            where, kind = next(iter(tools.hosted.items()))
            raise unsupported(where, f"a tool of type {kind} is not available here")
        found = Lookup(self._held, deployment_name(document), setting)
        asked = self._asked(document, values, setting, rules, found)
        instructions = values.get("instructions")
        leading = [Message("system", (TextPart(instructions),))] if instructions else []
        options = _options(values, tools)
        # The words outside of turns that a model will read are judged too, by chat's own table.
        tables = {name: extra(name) if name in rules.extra else PARAMETERS[name] for name in options}
        words = [words for name, value in options.items() for words in tables[name].words(value) if words]
        opaque = tuple(dict.fromkeys(opaque_in_turns(asked)))
        conversation = Conversation(joined([*leading, *asked]), tuple(map(TextPart, (*words, *opaque))))
        if len(conversation.pictures) > setting.limits.pictures:
            raise _too_many_pictures(setting)
        held = self._held if setting.state == "on" and values.get("store", True) else None
        echo = _echo(values, stored=held is not None)
        request = CanonicalRequest(
            conversation,
            options,
            stream=values.get("stream", False),
            include_usage=True,
            moderation="moderation" in values,
            dropped_tools=tuple(dict.fromkeys(tools.hosted.values())),
            opaque=opaque,
        )
        told = {
            "logprobs": "logprobs" in options,
            "structured": request.structured,
            "sealed": SEALED_REASONING in values.get("include", ()),
        }
        return replace(request, writer=partial(ResponsesReply, Repeated(echo, tools, asked, held, **told)))

    def reply_id(self, decision: str) -> str:
        return f"resp_{decision}"

    def _asked(
        self,
        document: JsonObject,
        values: Mapping[str, Json],
        setting: Deployment,
        rules: FieldRules,
        found: Lookup,
    ) -> tuple[Message, ...]:
        """What was said before, as far as the request refers to it, and what it adds."""
        before = found.response(values["previous_response_id"]).turns if "previous_response_id" in values else ()
        if document.get("input") is None and not before:
            raise missing("input")
        new = read_items(document.get("input") or [], "input", rules, found)
        asked = joined([*before, *new])
        if not asked:
            raise invalid("input", "at least one item is expected")
        if len(asked) > setting.limits.messages:
            raise invalid("input", f"with what was said before, at most {setting.limits.messages} turns are allowed")
        texts = [part.text for turn in asked for part in turn.parts if isinstance(part, TextPart)]
        calls = [call for turn in asked for call in turn.tool_calls]
        texts += [text for call in calls for text in (call.arguments, call.signature or "")]
        texts += [turn.reasoning.fields for turn in asked if turn.reasoning is not None]
        if sum(map(len, texts)) > self._most_text:
            message = f"input: with what was said before, at most {self._most_text} characters are allowed."
            raise WireFault(BODY_TOO_LARGE, message=message, param="input")
        if sum(len(turn.parts) + len(turn.tool_calls) for turn in asked) > MAX_ALL_PARTS:
            raise invalid("input", f"with what was said before, at most {MAX_ALL_PARTS} parts and calls are allowed")
        made = {call.id for call in calls}
        for turn in asked:
            if turn.tool_call_id is not None and turn.tool_call_id not in made:
                raise invalid("input", "a tool's result has the `call_id` of no call before it")
        return asked


@dataclass(frozen=True)
class Lookup:
    """Finds what a request refers to, among what was released to the same client by the same deployment."""

    held: OwnResponses
    deployment: str
    setting: Deployment

    def response(self, identity: str) -> HeldResponse:
        """A response by its id; raises a fault where it is not held."""
        found = self._find(identity)
        if found is None:
            message = f"Previous response with id '{shown(identity)}' not found. {self._why}"
            raise WireFault(PREVIOUS_NOT_FOUND, message=message, param="previous_response_id")
        return found

    def item(self, identity: str) -> Message | None:
        """The turn of an output's item by its id, which leads to its response. None for reasoning that is not held."""
        found = self._find(response_of(identity))
        if found is None or identity not in found.items:
            if identity.startswith(REASONING_ID):
                return None
            message = f"Item with id '{shown(identity)}' not found. {self._why}"
            raise WireFault(INVALID_VALUE, message=message, param="input")
        return found.items[identity]

    def signature(self, call: str) -> str | None:
        """What a call was signed with, by the call's id; None where it was not, or where it is not held."""
        return None if self.setting.state == "off" else self.held.signature(self.deployment, call)

    def _find(self, identity: str) -> HeldResponse | None:
        if self.setting.state == "off":
            return None
        found = self.held.find(identity)
        return found if found is not None and found.deployment == self.deployment else None

    @property
    def _why(self) -> str:
        off = "This deployment holds no responses (`state: off`); send the items themselves."
        return off if self.setting.state == "off" else NOT_HELD


def response_of(item: str) -> str:
    """The id of the response that an item is of, from its own."""
    return f"resp_{item.partition('_')[2].rpartition('_')[0]}"


def shown(identity: str) -> str:
    """As much of an id as an error repeats."""
    return "".join(character for character in identity if character.isprintable())[:SHOWN_ID]


def _too_many_pictures(setting: Deployment) -> WireFault:
    return invalid("input", f"at most {setting.limits.pictures} pictures are allowed in one request")


def _options(values: Mapping[str, Json], tools: Tools) -> dict[str, Json]:
    """The options as chat models take them."""
    options: dict[str, Json] = {}
    for name, value in values.items():
        row = RESPONSES_PARAMETERS.get(name)
        options |= {name: value} if row is None else row.options(value)
    functions, choice = chosen(tools, values.get("tool_choice"))
    options |= {"tools": functions, "tool_choice": choice}
    if not functions:
        options.pop("parallel_tool_calls", None)  # endpoints refuse it beside no tools
    return {name: value for name, value in options.items() if value not in (None, [], {})}


def _echo(values: Mapping[str, Json], *, stored: bool) -> JsonObject:
    """What a response repeats of its request. Each field is there, also where the request says nothing of it."""
    text = values.get("text", {})
    reasoning = values.get("reasoning", {})
    echo: JsonObject = {
        "instructions": values.get("instructions"),
        "previous_response_id": values.get("previous_response_id"),
        "tools": list(values["tools"].listed) if "tools" in values else [],
        "tool_choice": values.get("tool_choice", "auto"),
        "parallel_tool_calls": values.get("parallel_tool_calls", True),
        "text": {**text, "format": text.get("format", {"type": "text"})},
        "truncation": "disabled",
        "temperature": values.get("temperature", 1.0),
        "top_p": values.get("top_p", 1.0),
        "presence_penalty": values.get("presence_penalty", 0),
        "frequency_penalty": values.get("frequency_penalty", 0),
        "top_logprobs": values.get("top_logprobs", 0),
        "reasoning": {"effort": reasoning.get("effort"), "summary": reasoning.get("summary")},
        "max_output_tokens": values.get("max_output_tokens"),
        "max_tool_calls": values.get("max_tool_calls"),
        "store": stored,
        "background": False,
        "metadata": values.get("metadata", {}),
        "safety_identifier": values.get("safety_identifier"),
        "prompt_cache_key": values.get("prompt_cache_key"),
    }
    return echo | {name: values[name] for name in ("user",) if name in values}
