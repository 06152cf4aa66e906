"""Arms: what a run compares. Each is a deployment of a running proxy, so that what is measured is what is deployed."""

from __future__ import annotations

from collections.abc import Sequence

from openai import OpenAI, OpenAIError
from openai.types import Model
from pydantic import BaseModel, ConfigDict, ValidationError

from benchmarks.errors import BenchmarkError
from benchmarks.harness.guards.base import GuardSpec
from guard.methods.registry import METHODS

LIST_TIMEOUT_SECONDS = 20.0
RAW = "raw"


class Arm(BaseModel):
    """A deployment as the proxy describes it. `configuration`: the hash of its setting, prompts and models. `outside`:
    a guard of others, which no proxy lists. `fused`: one call in place of three agents'. `contrasted`: agents whose
    replies are decoded against a companion. `keeps_scenes`: what was seen in a picture is kept for the next question
    about it; None where the proxy does not say.
    """

    model_config = ConfigDict(frozen=True)

    name: str
    method: str
    agents: tuple[str, ...] = ()
    description: str = ""
    answers: str = ""
    mode: str = "enforce"
    unguarded: bool = False
    configuration: str = ""
    outside: GuardSpec | None = None
    fused: bool = False
    contrasted: tuple[str, ...] = ()
    keeps_scenes: bool | None = None

    @property
    def keeps_memory(self) -> bool:
        """Whether a reply may depend on what was asked before: then one question at a time, and no cached replies."""
        return self.method in METHODS and METHODS[self.method].keeps_memory


class ProxyUnusable(BenchmarkError):
    """`url` does not answer as a proxy does."""

    def __init__(self, url: str, reason: str) -> None:
        super().__init__(f"{url}: {reason}")
        self.url = url
        self.reason = reason


class ArmUnknown(BenchmarkError):
    """The proxy has no deployment `arm`."""

    def __init__(self, arm: str, known: Sequence[str]) -> None:
        super().__init__(f"the proxy has no deployment {arm!r}; it has {', '.join(known)}")
        self.arm = arm
        self.known = tuple(known)


def deployed_arms(url: str, key: str) -> tuple[Arm, ...]:
    """Every deployment that the proxy shows to this key."""
    try:
        with OpenAI(base_url=url, api_key=key, max_retries=0, timeout=LIST_TIMEOUT_SECONDS) as client:
            return tuple(described_arm(model) for model in client.models.list())
    except (OpenAIError, ValidationError) as error:
        raise ProxyUnusable(url, f"no list of deployments: {error}") from error


def chosen_arms(deployed: Sequence[Arm], names: Sequence[str]) -> tuple[Arm, ...]:
    """The named ones in the order given; all where none is named."""
    by_name = {arm.name: arm for arm in deployed}
    for name in names:
        if name not in by_name:
            raise ArmUnknown(name, sorted(by_name))
    return tuple(by_name[name] for name in dict.fromkeys(names)) or tuple(deployed)


def baseline(arms: Sequence[Arm]) -> Arm:
    """What the others are compared with: the arm without a guard, else the first."""
    return next((arm for arm in arms if arm.method == RAW), arms[0])


def described_arm(model: Model) -> Arm:
    """The arm that a listed model is; a plain endpoint's model has no guard, so it is raw."""
    guard = (model.model_extra or {}).get("guard")
    return Arm.model_validate({"name": model.id, **(guard if isinstance(guard, dict) else {"method": RAW})})
