"""What a method needs of the deployment that names it. A need that is not met is refused at the start.

A method of yours lists its needs in its entry (`guard.methods.registry`): `needs=(LocalCheckpoint(), Package("peft",
"train"))`. The configuration's check asks each of them, and reports what is unmet with its line, its field and what to
change. What only files or a started model can tell (a probe of other weights, say) the method's builder checks, and
raises `guard.errors.MethodUnusable`. A new kind of need is a frozen class with these two members.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from importlib.util import find_spec
from typing import TYPE_CHECKING, Protocol

from agents.registry import AGENTS
from guard.section import Location

if TYPE_CHECKING:
    from guard.config import Deployment, ModelConfig

Unmet = tuple[Location, str]
"""The key of the deployment to change, and what to change."""


class Need(Protocol):
    """Something without which a method cannot work."""

    @property
    def words(self) -> str:
        """The need in a few words, for lists of methods."""
        ...

    def unmet(self, deployment: Deployment, models: Mapping[str, ModelConfig]) -> Unmet | None:
        """Why the deployment cannot run the method; None where it can."""
        ...


@dataclass(frozen=True)
class LocalCheckpoint:
    """The answering model is a checkpoint in this process: its logits or hidden states are worked on."""

    @property
    def words(self) -> str:
        return "a local checkpoint"

    def unmet(self, deployment: Deployment, models: Mapping[str, ModelConfig]) -> Unmet | None:
        if models[deployment.model].kind == "local":
            return None
        return ("model",), (
            f"method {deployment.method} works inside the model, and {deployment.model!r} is an endpoint: name a model"
            " of `kind: local`, or choose another method"
        )


@dataclass(frozen=True)
class LocalDecoding:
    """An agent whose calls are decoded in a way of their own asks a checkpoint in this process.

    Decoding works on the scores of tokens, which no endpoint hands out before it has chosen one.
    """

    @property
    def words(self) -> str:
        return "a local checkpoint for agents with `decode`"

    def unmet(self, deployment: Deployment, models: Mapping[str, ModelConfig]) -> Unmet | None:
        for agent in AGENTS:
            model = deployment.agent_model(agent)
            if deployment.agents[agent].decode.vcd and models[model].kind != "local":
                return ("agents", agent, "decode", "vcd"), (
                    f"agent {agent} asks {model!r}, which is an endpoint: remove this, or name a `model` of `kind:"
                    " local` for the agent"
                )
        return None


@dataclass(frozen=True)
class Logprobs:
    """The answering model tells the probabilities of its tokens (`top_logprobs`).

    An endpoint that is told to drop them never does. Whether another one does, `config check --probe` asks.
    """

    @property
    def words(self) -> str:
        return "log-probabilities (`top_logprobs`)"

    def unmet(self, deployment: Deployment, models: Mapping[str, ModelConfig]) -> Unmet | None:
        model = models[deployment.model]
        dropped = {"logprobs", "top_logprobs"}.intersection(model.drop if model.kind == "endpoint" else ())
        if not dropped:
            return None
        return ("model",), (
            f"method {deployment.method} reads `{min(dropped)}`, and model {deployment.model!r} drops it: name a model"
            " that gives log-probabilities"
        )


@dataclass(frozen=True)
class Package:
    """A Python package that an extra of Situguard installs. It is looked for and not imported."""

    name: str
    extra: str

    @property
    def words(self) -> str:
        return f"the extra `{self.extra}`"

    def unmet(self, deployment: Deployment, models: Mapping[str, ModelConfig]) -> Unmet | None:
        if find_spec(self.name) is not None:
            return None
        return ("method",), (
            f"method {deployment.method} needs the package {self.name}: install situguard[{self.extra}]"
        )


@dataclass(frozen=True)
class OwnFile:
    """A file that the method's own section names: a probe, for example. `made_by` is the command that makes one."""

    section: str
    key: str
    made_by: str

    @property
    def words(self) -> str:
        return f"a file (`{self.section}.{self.key}`, made by `{self.made_by}`)"

    def unmet(self, deployment: Deployment, models: Mapping[str, ModelConfig]) -> Unmet | None:
        if getattr(getattr(deployment, self.section), self.key, None) is not None:
            return None
        at = (self.section, self.key)
        return (
            at,
            f"method {deployment.method} needs the file `{self.section}.{self.key}`, which `{self.made_by}` makes",
        )
