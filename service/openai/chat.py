"""A chat completion request, read once into its canonical form (design law 1). Client bytes go no further than this."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from agents.conversation import Conversation, TextPart
from agents.images import Picture
from agents.models.base import Json, JsonObject
from agents.models.openai_format import wants_usage
from guard.config import Deployment
from service.openai.fields import SETTING_HINT, FieldRules
from service.openai.messages import Bounds, read_messages
from service.openai.parameters import PARAMETERS, Fate, Parameter, extra
from service.openai.values import invalid, missing, text, unknown

MAX_MODEL_NAME = 256


@dataclass(frozen=True)
class ChatRequest:
    """What a client asks: `options` go on to the answering model, the rest says how the reply is wanted."""

    conversation: Conversation
    options: Mapping[str, Json]
    stream: bool = False
    include_usage: bool = False

    @property
    def model_options(self) -> dict[str, Json]:
        """The options as the answering model gets them: usage is always asked for, records want it."""
        return {**self.options, **({"stream_options": {"include_usage": True}} if self.stream else {})}

    @property
    def choices(self) -> int:
        """How many replies are asked for."""
        return int(self.options.get("n", 1))

    @property
    def structured(self) -> bool:
        """Whether the client will parse the reply: a warning would then reach it as a schema error."""
        return self.options.get("response_format", {}).get("type") in {"json_schema", "json_object"}


def deployment_name(document: JsonObject) -> str:
    """The deployment that a request names, read before its settings bind the rest."""
    name = document.get("model")
    if name is None:
        raise missing("model")
    return str(text(MAX_MODEL_NAME)(name, "model"))


def read_chat(document: JsonObject, setting: Deployment, pictures: Mapping[str, Picture] | None = None) -> ChatRequest:
    """The request under a deployment's setting. Without `pictures` looked at before, it decodes them itself."""
    rules = FieldRules(setting.unknown_fields, frozenset(setting.extra_fields), pictures)
    if document.get("messages") is None:
        raise missing("messages")
    rows = list(_rows(document, rules))
    values = {row.name: row.check(document[row.name], row.name) for row in rows}
    _check_together(values)
    bounds = Bounds(setting.limits.messages, setting.limits.pictures)
    messages = read_messages(document["messages"], bounds, rules)
    annexes = tuple(TextPart(words) for row in rows for words in _texts(row, values[row.name]) if words)
    return ChatRequest(
        Conversation(messages, annexes),
        {row.name: values[row.name] for row in rows if row.forwarded and not _is_empty(values[row.name])},
        stream=values.get("stream", False),
        include_usage=wants_usage(values.get("stream_options")),
    )


def _rows(document: JsonObject, rules: FieldRules) -> Iterator[Parameter]:
    """The row of each field that says anything; null says nothing, whatever the field."""
    for name, value in document.items():
        if name in PARAMETERS:
            if value is not None:
                yield PARAMETERS[name]
        elif name in rules.extra:
            if value is not None:
                yield extra(name)
        elif rules.unknown == "refuse":
            raise unknown(name, SETTING_HINT)


def _texts(row: Parameter, value: Json) -> Iterator[str]:
    if row.fate is Fate.JUDGED and row.texts is not None and value is not None:
        yield from row.texts(value)


def _is_empty(value: Json) -> bool:
    return value is None or value in ([], {})


def _check_together(values: Mapping[str, Json]) -> None:
    if "stream_options" in values and not values.get("stream"):
        raise invalid("stream_options", "only allowed beside stream: true")
    if values.get("top_logprobs") is not None and not values.get("logprobs"):
        raise invalid("top_logprobs", "only allowed beside logprobs: true")
    if not _is_idle(values.get("tool_choice")) and not values.get("tools"):
        raise invalid("tool_choice", "only allowed beside tools")


def _is_idle(choice: Json) -> bool:
    return choice is None or choice in ("none", "auto")
