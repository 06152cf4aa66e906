"""What the guard decides: a verdict, an action, and where the reply comes from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from agents.agent import Report
from agents.findings import Category, Finding, Verdict
from agents.writer import Written

Fault = Mapping[str, str | int | None]
"""`agents.errors.AgentError.facts`."""

Reports = tuple[Report[Finding], ...]
# Reports in the order in which they came, filled while a method works.
ReportsSoFar = list[Report[Finding]]
Heard = ReportsSoFar  # the name under which custom methods import it


class Action(StrEnum):
    """What happens on a verdict."""

    RELEASE = "release"
    GUIDE = "guide"
    WARN = "warn"
    REFUSE = "refuse"


class Released(StrEnum):
    """Why a reply went out without having been held back by a verdict; part of every record."""

    ENFORCED = "enforced"
    FAILED_OPEN = "failed open"
    SHADOW = "shadow"
    OFF = "off"
    UNGUARDED = "unguarded"


@dataclass(frozen=True)
class Judgement:
    """A verdict with its grounds. `verdict` is None for a method that carries none (raw, safety-prompt)."""

    verdict: Verdict | None
    action: Action
    category: Category | None = None
    evidence: str = ""
    reason: str = ""

    @property
    def word(self) -> str:
        """The verdict in a word, for headers, metrics and records; `none` where there is none."""
        return "none" if self.verdict is None else self.verdict.value

    def fields(self) -> dict[str, str | None]:
        """The verdict as every view of it spells it: in a reply's `guard` object and in records."""
        category = None if self.category is None else self.category.value
        return {"verdict": self.word, "action": self.action.value, "category": category}


@dataclass(frozen=True)
class Ruling:
    """A judgement, what it rests on, and what goes out.

    `written` is a reply that the method itself wrote (as published methods do); without one, the gate follows
    `judgement.action`. `failure` names the fault where no verdict could be had and the deployment fails open; `fault`
    holds what is known of it, for records: agent, model, and what the endpoint said.
    """

    judgement: Judgement
    reports: Reports = ()
    released: Released = Released.ENFORCED
    written: Written | None = None
    failure: str | None = None
    fault: Fault | None = None

    @property
    def is_early(self) -> bool:
        """Whether the verdict's reason is still to come."""
        return any(report.rest is not None for report in self.reports)

    @property
    def text(self) -> str | None:
        """The method's own reply, if it wrote one."""
        return None if self.written is None else self.written.text

    @property
    def releases_draft(self) -> bool:
        """Whether the model's own answer is what goes out."""
        return self.written is None and self.judgement.action is Action.RELEASE


@dataclass(frozen=True)
class Composed:
    """What goes out in place of the model's own answer. `fell_back` says that it is the deployment's fixed text,
    `begun_early` that it was begun before the verdict.
    """

    text: str
    reports: Reports = ()
    written: Written | None = None
    fell_back: bool = False
    begun_early: bool = False
