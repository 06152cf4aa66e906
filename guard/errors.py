"""What can go wrong in the guard. Errors carry data and are rendered once, at the edge.

GuardError            base of the guard's own errors
  ConfigRejected      the configuration file is wrong: each problem with its line and field
  PluginBroken        a custom method or agent is not installed, or is not what it says
  MethodUnusable      a method's own settings or files cannot be used (`setting` is the key of its deployment)
  ModelUnusable       what a model's section names cannot be used (`setting` is the key of the section)
    SecretMissing     an environment variable that it names is not set
  UnknownDeployment   a request names a deployment that is not there
  NotJudged           there is no verdict, and the deployment fails closed (`cause` says why)
    NotCovered        an agent that should have seen a part of the request did not
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from agents.errors import AgentError
from guard.verdict import Fault, Reports


class GuardError(Exception):
    """Base of the guard's own errors."""


@dataclass(frozen=True)
class Problem:
    """One thing that is wrong in a configuration file. `line` counts from 1; it is 0 where no line can be named."""

    line: int
    field: str
    message: str

    def told_of(self, file: str) -> str:
        """As a line that an editor can jump from."""
        return (
            f"{file}:{self.line}: {self.field}: {self.message}"
            if self.line
            else f"{file}: {self.field}: {self.message}"
        )


class ConfigRejected(GuardError):
    """The configuration is wrong as a whole: nothing of it is used."""

    def __init__(self, file: str, problems: Sequence[Problem]) -> None:
        super().__init__("\n".join(at.told_of(file) for at in problems))
        self.file = file
        self.problems = tuple(problems)


class MethodUnusable(GuardError):
    """What a deployment sets for its method cannot be used: a file that is not there, say, or a probe of another model.

    `setting` is the key, `reason` says what to change.
    """

    def __init__(self, method: str, setting: str, reason: str) -> None:
        super().__init__(f"method {method}: {setting}: {reason}")
        self.method = method
        self.setting = setting
        self.reason = reason


class ModelUnusable(GuardError):
    """What a model's section names cannot be used: a key, a file of certificates. No secret is shown."""

    def __init__(self, model: str, setting: str, reason: str) -> None:
        super().__init__(f"model {model!r}: {setting}: {reason}")
        self.model = model
        self.setting = setting
        self.reason = reason


class SecretMissing(ModelUnusable):
    """The configuration names an environment variable, and it is not set."""

    def __init__(self, model: str, setting: str, variable: str) -> None:
        super().__init__(model, setting, f"the environment variable {variable} is not set")
        self.variable = variable


class PluginBroken(GuardError):
    """The part `name` of entry-point group `group` cannot be used, for `reason`."""

    def __init__(self, group: str, name: str, reason: str) -> None:
        super().__init__(f"{group}: {name!r} {reason}")
        self.group = group
        self.name = name
        self.reason = reason


class UnknownDeployment(GuardError):
    """There is no deployment of that name. `known` are those that whoever asks may use."""

    def __init__(self, name: str, known: Sequence[str] = ()) -> None:
        others = f"; there are {', '.join(known)}" if known else ""
        super().__init__(f"there is no deployment {name!r}{others}")
        self.name = name
        self.known = tuple(known)


class NotJudged(GuardError):
    """No valid verdict, so nothing may go out. `cause` is for records; `reports` is what was found before.

    `failed` is the agent's error, where one is to blame.
    """

    def __init__(self, cause: str, reports: Reports = (), failed: AgentError | None = None) -> None:
        super().__init__(f"not judged: {cause}")
        self.cause = cause
        self.reports = reports
        self.failed = failed

    @property
    def fault(self) -> Fault | None:
        """What is known of it, for records."""
        return None if self.failed is None else self.failed.facts


class NotCovered(NotJudged):
    """To run is not to look: `missing` holds the digests of parts that an enabled agent should have seen."""

    def __init__(self, agent: str, missing: Sequence[str], reports: Reports = ()) -> None:
        super().__init__("coverage", reports)
        self.agent = agent
        self.missing = tuple(missing)
