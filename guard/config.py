"""The configuration: models, and deployments that name a model and say how it is guarded. Immutable once checked."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from functools import cached_property
from importlib.metadata import entry_points
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import (
    AfterValidator,
    BeforeValidator,
    Field,
    SerializerFunctionWrapHandler,
    WithJsonSchema,
    create_model,
    field_validator,
    model_serializer,
    model_validator,
)

from agents.agent import FINDING_TOKENS, TokenLimits
from agents.findings import Category, Verdict
from agents.images import MAX_PICTURE_PIXELS, MIN_PICTURE_PIXELS, PICTURE_PIXELS
from agents.registry import AGENTS
from agents.situation import Reasoning
from guard.arrangement import unmet_arrangements
from guard.methods.registry import METHODS, UNJUDGED, unmet_needs
from guard.methods.settings import (
    AdaShieldConfig,
    CocaConfig,
    DecodeConfig,
    EchoSafeConfig,
    SafeSwitchConfig,
    VcdConfig,
)
from guard.network import BaseUrl, HeaderName, Headers, ProxyUrl, Query, SecretSource, TimeoutsConfig
from guard.section import LATER, DeploymentName, EnvironmentName, Location, Name, Seconds, Section, problem_at
from guard.verdict import Action

Effort = Literal["none", "minimal", "low", "medium", "high", "xhigh"]
Tokens = Annotated[int, Field(ge=16, le=200_000)]
METHODS_GROUP = "situguard.methods"  # entry points of custom methods (guard.plugins)
EMBEDDED = "builtin:pocket"
SHARE = re.compile(r"[0-9]{1,3}(\.[0-9]{1,3})?%")


class EndpointConfig(Section):
    """A model behind an OpenAI-compatible `base_url`. Its key stays in an environment variable or file, named here."""

    kind: Literal["endpoint"] = Field(description="an endpoint")
    base_url: BaseUrl = Field(
        description="address before `/chat/completions`, or the whole of it; a query in it is sent along"
    )
    model: str = Field(min_length=1, description="name under which the endpoint knows the model")
    api_key_env: EnvironmentName | None = Field(
        default=None, description="name of the environment variable that holds the key"
    )
    api_key_file: Path | None = Field(
        default=None, description="path of a file that holds the key; it is read again when it changes"
    )
    query: Annotated[Query, LATER] = Field(
        default_factory=dict, description="what follows `?` in the address (Azure's `api-version`, for example)"
    )
    headers: Annotated[Headers, LATER] = Field(
        default_factory=dict, description="headers sent with every call, none of them secret"
    )
    secret_headers: dict[HeaderName, SecretSource] = Field(
        default_factory=dict, description="secret headers (Azure's `api-key`), each by its variable or file"
    )
    proxy: ProxyUrl | None = Field(
        default=None, description="address of the HTTP proxy in front of it; those of the environment are not used"
    )
    proxy_env: EnvironmentName | None = Field(
        default=None,
        description="name of the environment variable that holds the proxy's address (`HTTPS_PROXY`, for example)",
    )
    ca_file: Path | None = Field(
        default=None, description="file of certificates (PEM) that are trusted in place of the system's"
    )
    timeouts: TimeoutsConfig = TimeoutsConfig()
    structured: Literal["json_schema", "json_object", "none"] = Field(
        default="json_schema", description="how the endpoint constrains an agent's reply"
    )
    max_tokens_field: Literal["max_tokens", "max_completion_tokens"] = Field(
        default="max_tokens", description="how the endpoint calls the most tokens of a reply"
    )
    reasoning_effort: Annotated[Effort | None, LATER] = Field(
        default=None,
        description="how long a thinking model thinks, where a request does not say so itself",
    )
    extra: dict[str, Any] = Field(default_factory=dict, description="options sent with every call")
    drop: tuple[str, ...] = Field(
        default=(),
        description="options that the endpoint refuses, left out; so are `reasoning_content`, `reasoning`,"
        " `reasoning_details` and `extra_content`, which else go back to it where a client sends them back",
    )
    concurrency: int = Field(default=64, ge=1, le=4096, description="calls under way at once")
    retries: int = Field(default=1, ge=0, le=5, description="tries after the first, before any byte arrived")
    breaker: int = Field(
        default=8, ge=0, le=1000, description="failures in a row after which it is left alone for a while; 0: never"
    )

    @model_validator(mode="after")
    def _one_of_each(self) -> EndpointConfig:
        """Nothing is said twice."""
        names = [name.lower() for name in (*self.headers, *self.secret_headers)]
        names += ["authorization"] if self.api_key_env or self.api_key_file else []
        twice = {name for name in names if names.count(name) > 1}
        if twice:
            where = "secret_headers" if self.secret_headers else "headers"
            message = f"the header {', '.join(sorted(twice))} is set twice (a key is sent as `authorization`)"
            raise problem_at(((where,), message))
        for one, other in (("api_key_env", "api_key_file"), ("proxy", "proxy_env")):
            if getattr(self, one) and getattr(self, other):
                raise problem_at(((other,), f"`{one}` and `{other}` exclude each other"))
        return self


class LocalConfig(Section):
    """A transformers image-text-to-text checkpoint in this process: a folder, a hub id, or the embedded one."""

    kind: Literal["local"] = Field(description="a checkpoint in this process")
    path: str = Field(min_length=1, description=f"a folder, a hub id, or {EMBEDDED}")
    allow_hub: bool = Field(default=False, description="whether the checkpoint may be downloaded at start")
    concurrency: int = Field(default=16, ge=1, le=1024, description="requests accepted at once")


ModelConfig = Annotated[EndpointConfig | LocalConfig, Field(discriminator="kind")]


class AgentConfig(Section):
    """One agent: on or off, its model where it is not the agents' own, and an installed one to use in its place."""

    enabled: bool = Field(default=True, description="whether it runs")
    model: Name | None = Field(default=None, description="its model; without it, the agents' own")
    use: Name | None = Field(default=None, description="a custom agent, by the name of its entry point")
    max_tokens: Annotated[Tokens | None, LATER] = Field(
        default=None, description="tokens of its first reply, where they are not as for all agents"
    )
    decode: Annotated[DecodeConfig, LATER] = DecodeConfig()

    @model_validator(mode="before")
    @classmethod
    def _from_switch(cls, value: Any) -> Any:
        return {"enabled": value} if isinstance(value, bool) else value


class VisualConfig(AgentConfig):
    """The visual agent: as the others, and whether it remembers pictures."""

    cache: Annotated[bool, LATER] = Field(
        default=True,
        description="whether what was seen in a picture is kept for the next question about it, in memory, for an hour"
        " at the most, never for another deployment",
    )


class SituationConfig(AgentConfig):
    """The situation agent: as the others, and when its verdict is acted on."""

    reasoning: Annotated[Reasoning, LATER] = Field(
        default="before",
        description="`after`: the agent is asked the same, and its verdict is acted on as soon as it stands complete in"
        " the reply, while the reason is still being written: the answer goes out, or the warning is begun (guidance"
        " waits). The end of what goes out waits for the reason, which the outcome's record holds",
    )
    early: Annotated[Path | None, LATER] = Field(
        default=None,
        description="JSON file of a probe (`situguard-train probe`): where it is sure of unsafe, the draft is given up"
        " before the verdict is there. It decides nothing",
    )
    early_warning: Annotated[bool, LATER] = Field(
        default=False,
        description="whether the warning is begun, too, where the probe of `early` is sure. It goes out only if the"
        " verdict is unsafe, reviewed as always. Off by default: it is written without the evidence, and on the"
        " embedded model named the danger in 37 of 55 scenes in place of 55",
    )


OFF = AgentConfig(enabled=False)
OWN_SECTIONS: Mapping[str, type[AgentConfig]] = {"visual": VisualConfig, "situation": SituationConfig}
OF_ALL_AGENTS = frozenset({"model", "max_tokens", "fused"})  # settings beside the agents' own sections


class AgentsSection(Section):
    """The agents. `model` serves each that names none; without it, the deployment's model does.

    `max_tokens` are those of an agent's first reply, its thinking included; a second reply may have four times as many.
    """

    model: Name | None = Field(default=None, description="the model of all agents; without it, the one that answers")
    max_tokens: Annotated[Tokens, LATER] = Field(
        default=FINDING_TOKENS,
        description="tokens of an agent's first reply, its thinking included; the second may have four times as many",
    )
    fused: Annotated[bool, LATER] = Field(
        default=False, description="one call in place of those of intent, visual and situation agent, by one model"
    )
    if TYPE_CHECKING:
        visual: VisualConfig = VisualConfig()
        situation: SituationConfig = SituationConfig()

    def __getitem__(self, agent: str) -> AgentConfig:
        setting: AgentConfig = getattr(self, agent)
        return setting

    @property
    def stated(self) -> tuple[str, ...]:
        """The agents that are part of this setting: those that are on by default, and others that it names."""
        return tuple(name for name, entry in AGENTS.items() if entry.on_by_default or self[name] != OFF)

    @property
    def enabled(self) -> tuple[str, ...]:
        """The agents that are switched on, with all that they need."""
        on = [name for name in AGENTS if self[name].enabled]
        return tuple(name for name in on if all(self[need].enabled for need in AGENTS[name].needs))

    @property
    def token_limits(self) -> TokenLimits:
        """How many tokens each agent's first reply may have."""
        own = {name: self[name].max_tokens for name in AGENTS}
        return TokenLimits(self.max_tokens, {name: tokens for name, tokens in own.items() if tokens is not None})

    @model_serializer(mode="wrap")
    def _as_stated(self, serialize: SerializerFunctionWrapHandler) -> dict[str, Any]:
        # So deployments that do not name it keep their digests when Situguard gets another agent.
        sections = super()._as_stated(serialize)
        return {name: section for name, section in sections.items() if name in OF_ALL_AGENTS or name in self.stated}


if TYPE_CHECKING:
    AgentsConfig = AgentsSection
else:  # one field for each registered agent
    AgentsConfig = create_model(
        "AgentsConfig",
        __base__=AgentsSection,
        __doc__=AgentsSection.__doc__,
        **{
            name: (
                Annotated[AgentConfig, LATER] if entry.is_later else OWN_SECTIONS.get(name, AgentConfig),
                OWN_SECTIONS.get(name, AgentConfig)() if entry.on_by_default else OFF,
            )
            for name, entry in AGENTS.items()
        },
    )


def _not_release(action: Action) -> Action:
    if action is Action.RELEASE:
        raise ValueError("an unsafe or unclear request cannot be released; use `mode: shadow` to try a guard out")
    return action


HELD_ACTIONS = [action.value for action in Action if action is not Action.RELEASE]
HeldAction = Annotated[Action, AfterValidator(_not_release), WithJsonSchema({"type": "string", "enum": HELD_ACTIONS})]


class ActionsConfig(Section):
    """What happens on a verdict that is not safe; a category's own action comes first."""

    unsafe: HeldAction = Field(default=Action.WARN, description="what happens to an unsafe request")
    unclear: HeldAction = Field(default=Action.GUIDE, description="what happens to an unclear one")
    categories: dict[Category, HeldAction] = Field(default_factory=dict, description="actions by category of harm")


class TextsConfig(Section):
    """Fixed texts: for `refuse`, and where a warning or guidance could not be written or was not let through."""

    unsafe: str = Field(
        default="I can't help with that here: it does not look safe.", description="in place of a warning"
    )
    unclear: str = Field(
        default="I can't tell whether that would be safe here, so I'd rather not answer. Could you say or show more?",
        description="in place of guidance",
    )


class LimitsConfig(Section):
    """Deadlines in seconds, each for a step as a whole, and how much one request may hold.

    `request_seconds` is the deadline of the whole request, until the last byte of its reply is sent, also to a client
    that reads slowly. Without it: time to judge, to answer, to write a warning and to judge that, one after another.
    """

    judge_seconds: Seconds = Field(default=60, description="for the judgement")
    answer_seconds: Seconds = Field(default=120, description="for an answer, and for a warning with its review")
    request_seconds: Seconds | None = Field(
        default=None, description="for everything together; without it, twice the sum of the two"
    )
    pictures: int = Field(default=16, ge=0, le=256, description="the most pictures of a request")
    picture_pixels: Annotated[int, LATER] = Field(
        default=PICTURE_PIXELS,
        ge=MIN_PICTURE_PIXELS,
        le=MAX_PICTURE_PIXELS,
        description="a picture with more is made smaller once, for agents and model alike; take what the smallest of"
        " your models takes, since a picture can be made to show something else at another size",
    )
    messages: int = Field(default=512, ge=1, le=10_000, description="the most messages of a request")

    @property
    def whole_seconds(self) -> float:
        """The deadline of a request as a whole."""
        return self.request_seconds or 2 * (self.judge_seconds + self.answer_seconds)


class RecordsConfig(Section):
    """What is kept of requests and answers beside their records: only hashes, or the content for a number of days."""

    content: Literal["hashed", "kept"] = Field(
        default="hashed", description="whether texts and pictures are kept, or only their hashes"
    )
    retention_days: int = Field(default=30, ge=1, le=3650, description="then a purge removes kept content")


def _switch(value: Any) -> Any:
    """YAML reads a bare on and off as true and false."""
    return {True: "on", False: "off"}.get(value, value) if isinstance(value, bool) else value


def _percent(value: Any) -> Any:
    """A share is written with its sign: `10%`."""
    if isinstance(value, str) and SHARE.fullmatch(value):
        return float(value[:-1])
    return value


Percent = Annotated[float, Field(ge=0, le=100), BeforeValidator(_percent)]


class Deployment(Section):
    """A named guard setting; a client chooses it by `model`."""

    model: Name = Field(description="the model that answers")
    description: str = Field(default="", description="shown to clients in the list of models")
    method: Name = Field(default="situational", description=f"{', '.join(METHODS)}, or the name of an installed one")
    profile: Literal["chat", "embodied"] = Field(
        default="chat", description="who acts: a person who asks, or a machine that carries out what it is told"
    )
    prompts: Literal["default", "compact"] = Field(
        default="default", description="prompts for real models, or the short ones that the embedded model knows"
    )
    agents: AgentsConfig = AgentsConfig()
    focus: bool = Field(default=False, description="the visual agent waits for the intent and looks for what decides")
    policy: str = Field(
        default="", max_length=4000, description="the deployment's own rules, weighed by the situation agent"
    )
    actions: ActionsConfig = ActionsConfig()
    texts: TextsConfig = TextsConfig()
    mode: Annotated[Literal["enforce", "shadow", "off"], BeforeValidator(_switch)] = Field(
        default="enforce", description="`shadow` judges beside and holds nothing back; `off` does not judge"
    )
    enforce: Annotated[Percent, LATER] = Field(
        default=0, description="in `shadow` mode, the share of conversations that is guarded all the same: `10%`"
    )
    draft: Literal["beside", "after", "auto"] = Field(
        default="beside",
        description="whether the answer is written while the agents look, or after the verdict; `auto`: by the share of"
        " the latest requests whose answer was thrown away",
    )
    draft_after: Annotated[Percent, LATER] = Field(
        default=20, description="with `draft: auto`, the share from which on an answer is begun after the verdict"
    )
    on_failure: Literal["closed", "open"] = Field(
        default="closed", description="what a failure to judge means: nothing is released, or the answer is"
    )
    unguarded: bool = Field(default=False, description="required where nothing is judged")
    explain: Literal["none", "category", "full"] = Field(
        default="category", description="how much the `guard` object of a reply tells the client"
    )
    judge_reply: Literal["actions", "calls-in-text", "all"] = Field(
        default="actions",
        description="what of a released reply is judged too: its tool calls, also what looks like one in its text (a"
        " stream is held from the first sign of one), or all of it",
    )
    warning_finish: Annotated[Literal["stop", "content_filter"], LATER] = Field(
        default="stop",
        description="finish reason of a warning in plain text; routers ask another model on `content_filter`, and some"
        " clients then show nothing. The Responses API says `incomplete`. A refusal ends with `stop`",
    )
    reply_fields: Annotated[Literal["drop", "judge"], LATER] = Field(
        default="drop", description="what happens to fields of a reply that are not in the table of docs/conformance.md"
    )
    unknown_fields: Literal["refuse", "drop"] = Field(
        default="refuse", description="what happens to unknown fields of a request"
    )
    extra_fields: tuple[str, ...] = Field(
        default=(),
        description="fields beyond OpenAI's that the endpoint accepts (top_k, for example); they are passed on",
    )
    hosted_tools: Annotated[Literal["drop", "refuse"], LATER] = Field(
        default="drop", description="what happens to tools of the Responses API that OpenAI would run itself"
    )
    state: Annotated[Literal["on", "off"], BeforeValidator(_switch), LATER] = Field(
        default="on", description="whether responses are held in memory for requests that refer to them"
    )
    fetch_pictures: bool = Field(
        default=False, description="pictures by https address are fetched here, once; without it, data URLs only"
    )
    limits: LimitsConfig = LimitsConfig()
    records: RecordsConfig = RecordsConfig()
    adashield: Annotated[AdaShieldConfig, LATER] = AdaShieldConfig()
    echosafe: Annotated[EchoSafeConfig, LATER] = EchoSafeConfig()
    coca: Annotated[CocaConfig, LATER] = CocaConfig()
    vcd: Annotated[VcdConfig, LATER] = VcdConfig()
    safeswitch: Annotated[SafeSwitchConfig, LATER] = SafeSwitchConfig()

    @field_validator("method")
    @classmethod
    def _known_method(cls, method: str) -> str:
        custom = sorted(entry_points(group=METHODS_GROUP).names)
        if method not in METHODS and method not in custom:
            raise ValueError(f"there is no method {method!r}; there are {', '.join((*METHODS, *custom))}")
        return method

    @model_validator(mode="after")
    def _says_when_unguarded(self) -> Deployment:
        unjudged = self.method in UNJUDGED
        if self.method == "situational" and not self.agents.enabled:
            unjudged = True
        if unjudged and not self.unguarded:
            off = ("method",) if self.method in UNJUDGED else ("agents",)
            message = f"nothing is judged here (method {self.method}, agents off): set `unguarded: true`"
            raise problem_at((off, message))
        if self.enforce and self.mode != "shadow":
            message = f"a share is enforced in `mode: shadow` only; this is `mode: {self.mode}`"
            raise problem_at((("enforce",), message))
        if self.unguarded and not unjudged:
            message = "`unguarded: true` contradicts a method that judges; remove one of the two"
            raise problem_at((("unguarded",), message))
        return self

    @model_validator(mode="after")
    def _sets_up_its_own_method(self) -> Deployment:
        sections = {entry.section: name for name, entry in METHODS.items() if entry.section}
        idle = [key for key, method in sections.items() if key in self.model_fields_set and method != self.method]
        if idle:
            raise problem_at(
                *(((key,), f"these are settings of method {sections[key]}; this is {self.method}") for key in idle)
            )
        return self

    @property
    def keeps_scenes(self) -> bool:
        """Whether the visual agent keeps what it saw in a picture for the next question about it."""
        visual = self.agents.visual
        looks = self.method == "situational" and visual.enabled and not visual.use
        return looks and visual.cache and not (self.focus or self.agents.fused)

    def agent_model(self, agent: str) -> str:
        """The name of the model that an agent uses."""
        return self.agents[agent].model or self.agents.model or self.model

    @property
    def lets_words_be_steered(self) -> bool:
        """Whether a client may name tokens for the model to prefer or to avoid (`logit_bias`).

        They are numbers, which no agent can read, and they make a model say or leave out what they like. So all of the
        words must be judged, or none, or `extra_fields` must name the field.
        """
        judges_all = self.judge_reply == "all" or "logit_bias" in self.extra_fields
        return judges_all or self.unguarded or self.mode != "enforce"

    @cached_property
    def model_names(self) -> tuple[str, ...]:
        """The models behind it: the answering one, then each agent's."""
        return (self.model, *(self.agent_model(agent) for agent in self.agents.stated))

    @cached_property
    def digest(self) -> str:
        """SHA-256 of the setting: part of what records and caches know a deployment by."""
        return hashlib.sha256(self.model_dump_json().encode()).hexdigest()


class Price(Section):
    """Of a model, per million tokens, in one currency for the whole table. Pictures are part of the input."""

    input: float = Field(ge=0, le=1e6, description="for input")
    cached: float | None = Field(
        default=None, ge=0, le=1e6, description="for input that the endpoint had in its cache; without it, as input"
    )
    output: float = Field(ge=0, le=1e6, description="for output")


class ModerationsConfig(Section):
    """POST /v1/moderations: which deployment answers where a request names none of its own."""

    deployment: DeploymentName | None = Field(
        default=None, description="who answers a request that names no deployment; else the only one that a key may use"
    )


class Canary(Section):
    """A request with a known answer, asked again and again: if the answer turns, operators are told."""

    deployment: DeploymentName = Field(description="the deployment that is asked")
    text: str = Field(min_length=1, max_length=4000, description="what is asked")
    picture: Path | None = Field(
        default=None,
        description="file of the picture that goes with it; `builtin:golf-unsafe.png` is one of those in `examples/`",
    )
    expect: Verdict = Field(description="the verdict that is right")
    every_minutes: float = Field(default=60, ge=1, le=1440, description="minutes between two questions")


class Config(Section):
    """The whole file."""

    models: dict[Name, ModelConfig] = Field(min_length=1, description="the models, by the names used in this file")
    deployments: dict[DeploymentName, Deployment] = Field(
        min_length=1, description="the deployments, by the names that clients send as `model`"
    )
    prices: dict[Name, Price] = Field(
        default_factory=dict, description="by model: what keys' spending is counted by; the others cost nothing"
    )
    moderations: ModerationsConfig = Field(default=ModerationsConfig(), description="who answers POST /v1/moderations")
    canaries: dict[Name, Canary] = Field(
        default_factory=dict, description="requests with a known answer, by name; each costs a judgement every time"
    )

    @model_validator(mode="after")
    def _names_known_models(self) -> Config:
        named: dict[Location, str | None] = {("prices", name): name for name in self.prices}
        for name, deployment in self.deployments.items():
            named["deployments", name, "model"] = deployment.model
            named["deployments", name, "agents", "model"] = deployment.agents.model
            for agent in AGENTS:
                named["deployments", name, "agents", agent, "model"] = deployment.agents[agent].model
        unknown = {place: model for place, model in named.items() if model is not None and model not in self.models}
        if unknown:
            known = ", ".join(self.models)
            raise problem_at(
                *((at, f"there is no model {model!r}; there are {known}") for at, model in unknown.items())
            )
        return self

    @model_validator(mode="after")
    def _meets_needs(self) -> Config:
        unmet: list[tuple[Location, str]] = [
            (("deployments", name, *at), message)
            for name, deployment in self.deployments.items()
            for at, message in (*unmet_needs(deployment, self.models), *unmet_arrangements(deployment, self.models))
        ]
        if unmet:
            raise problem_at(*unmet)
        return self

    @model_validator(mode="after")
    def _names_known_deployment(self) -> Config:
        named: dict[Location, str | None] = {("moderations", "deployment"): self.moderations.deployment}
        named |= {("canaries", name, "deployment"): canary.deployment for name, canary in self.canaries.items()}
        unknown = {place: name for place, name in named.items() if name is not None and name not in self.deployments}
        if unknown:
            known = ", ".join(self.deployments)
            raise problem_at(
                *((at, f"there is no deployment {name!r}; there are {known}") for at, name in unknown.items())
            )
        return self

    @property
    def unpriced(self) -> list[str]:
        """The endpoints without a price: what they cost is charged to nobody."""
        return [name for name, each in self.models.items() if each.kind == "endpoint" and name not in self.prices]
