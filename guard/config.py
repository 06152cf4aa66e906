"""The configuration: models, and deployments that name a model and say how it is guarded. Immutable once checked."""

from __future__ import annotations

import hashlib
from functools import cached_property
from importlib.metadata import entry_points
from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    HttpUrl,
    SerializerFunctionWrapHandler,
    StringConstraints,
    create_model,
    field_validator,
    model_serializer,
    model_validator,
)

from agents.agent import FINDING_TOKENS, TokenLimits
from agents.findings import Category
from agents.registry import AGENTS
from guard.verdict import Action

Name = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$")]
EnvironmentName = Annotated[str, StringConstraints(pattern=r"^[A-Z_][A-Z0-9_]*$")]
MAX_SECONDS = 3600  # the longest deadline that may be set
Seconds = Annotated[float, Field(gt=0, le=MAX_SECONDS)]
Effort = Literal["none", "minimal", "low", "medium", "high", "xhigh"]
Tokens = Annotated[int, Field(ge=16, le=200_000)]
METHODS = ("situational", "mss-chat", "mss-embodied", "cot", "safety-prompt", "raw")
METHODS_GROUP = "situguard.methods"  # entry points of custom methods (guard.plugins)
# Methods without a verdict: nothing that anyone could check is guarded.
UNJUDGED_METHODS = frozenset({"raw", "safety-prompt"})
EMBEDDED = "builtin:pocket"


def _is_none(value: object) -> bool:
    """Settings that are not used are left out of digests: they stay the same when Situguard gets another setting."""
    return value is None


class Section(BaseModel):
    """Base of every section: frozen, and an unknown key is an error."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class EndpointConfig(Section):
    """A model behind an OpenAI-compatible `base_url`. Its key stays in the environment, under the name given here."""

    kind: Literal["endpoint"]
    base_url: HttpUrl
    model: str = Field(min_length=1, description="the name under which the endpoint knows the model")
    api_key_env: EnvironmentName | None = Field(
        default=None, description="name of the environment variable that holds the key"
    )
    structured: Literal["json_schema", "json_object", "none"] = Field(
        default="json_schema", description="how the endpoint constrains an agent's reply"
    )
    max_tokens_field: Literal["max_tokens", "max_completion_tokens"] = "max_tokens"
    reasoning_effort: Effort | None = Field(
        default=None,
        exclude_if=_is_none,
        description="how long a thinking model thinks, where a request does not say so itself",
    )
    extra: dict[str, Any] = Field(default_factory=dict, description="options sent with every call")
    drop: tuple[str, ...] = Field(default=(), description="options that the endpoint refuses, left out")
    concurrency: int = Field(default=64, ge=1, le=4096, description="calls under way at once")
    retries: int = Field(default=1, ge=0, le=5, description="tries after the first, before any byte arrived")
    breaker: int = Field(
        default=8, ge=0, le=1000, description="failures in a row after which it is left alone for a while; 0: never"
    )


class LocalConfig(Section):
    """A transformers image-text-to-text checkpoint in this process: a folder, a hub id, or the embedded one."""

    kind: Literal["local"]
    path: str = Field(min_length=1, description=f"a folder, a hub id, or {EMBEDDED}")
    allow_hub: bool = Field(default=False, description="whether the checkpoint may be downloaded at start")
    concurrency: int = Field(default=16, ge=1, le=1024, description="requests accepted at once")


ModelConfig = Annotated[EndpointConfig | LocalConfig, Field(discriminator="kind")]


class AgentConfig(Section):
    """One agent: on or off, its model where it is not the agents' own, and an installed one to use in its place."""

    enabled: bool = True
    model: Name | None = None
    use: Name | None = Field(default=None, description="a custom agent, by the name of its entry point")
    max_tokens: Tokens | None = Field(
        default=None, exclude_if=_is_none, description="tokens of its first reply, where they are not as for all agents"
    )

    @model_validator(mode="before")
    @classmethod
    def _from_switch(cls, value: Any) -> Any:
        return {"enabled": value} if isinstance(value, bool) else value


OFF = AgentConfig(enabled=False)
OF_ALL_AGENTS = frozenset({"model", "max_tokens"})  # settings beside the agents' own sections


class AgentsSection(Section):
    """The agents. `model` serves each that names none; without it, the deployment's model does.

    `max_tokens` are those of an agent's first reply, its thinking included; a second reply may have four times as many.
    """

    model: Name | None = None
    max_tokens: Tokens = Field(
        default=FINDING_TOKENS,
        exclude_if=lambda tokens: tokens == FINDING_TOKENS,
        description="tokens of an agent's first reply, its thinking included; the second may have four times as many",
    )

    def __getitem__(self, agent: str) -> AgentConfig:
        setting: AgentConfig = getattr(self, agent)
        return setting

    @property
    def stated(self) -> tuple[str, ...]:
        """The agents that are part of this setting: those that are on by default, and others that it names."""
        return tuple(name for name, entry in AGENTS.items() if entry.on_by_default or self[name] != OFF)

    @property
    def enabled(self) -> tuple[str, ...]:
        """The agents that are switched on."""
        return tuple(name for name in AGENTS if self[name].enabled)

    @property
    def token_limits(self) -> TokenLimits:
        """How many tokens each agent's first reply may have."""
        own = {name: self[name].max_tokens for name in AGENTS}
        return TokenLimits(self.max_tokens, {name: tokens for name, tokens in own.items() if tokens is not None})

    @model_serializer(mode="wrap")
    def _as_stated(self, serialize: SerializerFunctionWrapHandler) -> dict[str, Any]:
        # So deployments that do not name it keep their digests when Situguard gets another agent.
        sections: dict[str, Any] = serialize(self)
        return {name: section for name, section in sections.items() if name in OF_ALL_AGENTS or name in self.stated}


if TYPE_CHECKING:
    AgentsConfig = AgentsSection
else:  # one field for each registered agent
    AgentsConfig = create_model(
        "AgentsConfig",
        __base__=AgentsSection,
        __doc__=AgentsSection.__doc__,
        **{name: (AgentConfig, AgentConfig() if entry.on_by_default else OFF) for name, entry in AGENTS.items()},
    )


def _not_release(action: Action) -> Action:
    if action is Action.RELEASE:
        raise ValueError("an unsafe or unclear request cannot be released; use `mode: shadow` to try a guard out")
    return action


HeldAction = Annotated[Action, AfterValidator(_not_release)]


class ActionsConfig(Section):
    """What happens on a verdict that is not safe; a category's own action comes first."""

    unsafe: HeldAction = Action.WARN
    unclear: HeldAction = Action.GUIDE
    categories: dict[Category, HeldAction] = Field(default_factory=dict)


class TextsConfig(Section):
    """Fixed texts: for `refuse`, and where a warning or guidance could not be written or was not let through."""

    unsafe: str = "I can't help with that here: it does not look safe."
    unclear: str = "I can't tell whether that would be safe here, so I'd rather not answer. Could you say or show more?"


class LimitsConfig(Section):
    """Deadlines in seconds, each for a step as a whole, and how much one request may hold.

    `request_seconds` is the deadline of the whole request, until the last byte of its reply is sent, also to a client
    that reads slowly. Without it: time to judge, to answer, to write a warning and to judge that, one after another.
    """

    judge_seconds: Seconds = 60
    answer_seconds: Seconds = 120
    request_seconds: Seconds | None = None
    pictures: int = Field(default=16, ge=0, le=256)
    messages: int = Field(default=512, ge=1, le=10_000)

    @property
    def whole_seconds(self) -> float:
        """The deadline of a request as a whole."""
        return self.request_seconds or 2 * (self.judge_seconds + self.answer_seconds)


class RecordsConfig(Section):
    """What is kept of requests and answers beside their records: only hashes, or the content for a number of days."""

    content: Literal["hashed", "kept"] = "hashed"
    retention_days: int = Field(default=30, ge=1, le=3650, description="then a purge removes kept content")


class Deployment(Section):
    """A named guard setting; a client chooses it by `model`."""

    model: Name
    description: str = ""
    method: Name = Field(default="situational", description=f"{', '.join(METHODS)}, or the name of an installed one")
    profile: Literal["chat", "embodied"] = "chat"
    prompts: Literal["default", "compact"] = "default"
    agents: AgentsConfig = AgentsConfig()
    focus: bool = Field(default=False, description="the visual agent waits for the intent and looks for what decides")
    policy: str = Field(
        default="", max_length=4000, description="the deployment's own rules, weighed by the situation agent"
    )
    actions: ActionsConfig = ActionsConfig()
    texts: TextsConfig = TextsConfig()
    mode: Literal["enforce", "shadow", "off"] = "enforce"
    draft: Literal["beside", "after"] = "beside"
    on_failure: Literal["closed", "open"] = "closed"
    unguarded: bool = Field(default=False, description="required where nothing is judged")
    explain: Literal["none", "category", "full"] = Field(
        default="category", description="how much the `guard` object of a reply tells the client"
    )
    judge_reply: Literal["actions", "all"] = Field(
        default="actions", description="what of a released reply is judged too: its tool calls, or all of it"
    )
    reply_fields: Literal["drop", "judge"] = Field(
        default="drop", description="what happens to fields of a reply that are not in the table of docs/conformance.md"
    )
    unknown_fields: Literal["refuse", "drop"] = Field(
        default="refuse", description="what happens to unknown fields of a request"
    )
    extra_fields: tuple[str, ...] = Field(
        default=(),
        description="fields beyond OpenAI's that the endpoint accepts (top_k, for example); they are passed on",
    )
    fetch_pictures: bool = Field(
        default=False, description="pictures by https address are fetched here, once; without it, data URLs only"
    )
    limits: LimitsConfig = LimitsConfig()
    records: RecordsConfig = RecordsConfig()

    @field_validator("method")
    @classmethod
    def _known_method(cls, method: str) -> str:
        custom = sorted(entry_points(group=METHODS_GROUP).names)
        if method not in METHODS and method not in custom:
            raise ValueError(f"there is no method {method!r}; there are {', '.join((*METHODS, *custom))}")
        return method

    @model_validator(mode="after")
    def _says_when_unguarded(self) -> Deployment:
        unjudged = self.method in UNJUDGED_METHODS
        if self.method == "situational" and not self.agents.enabled:
            unjudged = True
        if unjudged and not self.unguarded:
            raise ValueError(f"nothing is judged here (method {self.method}, agents off): set `unguarded: true`")
        if self.unguarded and not unjudged:
            raise ValueError("`unguarded: true` contradicts a method that judges; remove one of the two")
        return self

    def agent_model(self, agent: str) -> str:
        """The name of the model that an agent uses."""
        return self.agents[agent].model or self.agents.model or self.model

    @property
    def model_names(self) -> tuple[str, ...]:
        """The models behind it: the answering one, then each agent's."""
        return (self.model, *(self.agent_model(agent) for agent in self.agents.stated))

    @cached_property
    def digest(self) -> str:
        """SHA-256 of the setting: part of what records and caches know a deployment by."""
        return hashlib.sha256(self.model_dump_json().encode()).hexdigest()


class Price(Section):
    """Of a model, per million tokens, in one currency for the whole table. Pictures are part of the input."""

    input: float = Field(ge=0, le=1e6)
    cached: float | None = Field(
        default=None, ge=0, le=1e6, description="for input that the endpoint had in its cache; without it, as input"
    )
    output: float = Field(ge=0, le=1e6)


class Config(Section):
    """The whole file."""

    models: dict[Name, ModelConfig] = Field(min_length=1)
    deployments: dict[Name, Deployment] = Field(min_length=1)
    prices: dict[Name, Price] = Field(
        default_factory=dict, description="by model: what keys' spending is counted by; the others cost nothing"
    )

    @model_validator(mode="after")
    def _names_known_models(self) -> Config:
        named = {f"prices.{name}": name for name in self.prices}
        for name, deployment in self.deployments.items():
            named[f"deployments.{name}.model"] = deployment.model
            for agent in AGENTS:
                named[f"deployments.{name}.agents.{agent}.model"] = deployment.agent_model(agent)
        for where, model in named.items():
            if model not in self.models:
                raise ValueError(f"{where}: there is no model {model!r}; there are {', '.join(self.models)}")
        return self

    @property
    def unpriced(self) -> list[str]:
        """The endpoints without a price: what they cost is charged to nobody."""
        return [name for name, each in self.models.items() if each.kind == "endpoint" and name not in self.prices]
