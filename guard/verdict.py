"""What the guard decides: an action for a verdict, and whence the reply comes."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from agents.agent import Report
from agents.findings import Category, Finding, Verdict

Reports = tuple[Report[Finding], ...]


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


@dataclass(frozen=True)
class Ruling:
    """A judgement, what it rests on, and what goes out.

    `text` is a reply that the method itself wrote (as published methods do); without one, the gate follows
    `judgement.action`. `failure` names the fault where no verdict could be had.
    """

    judgement: Judgement
    reports: Reports = ()
    released: Released = Released.ENFORCED
    text: str | None = None
    failure: str | None = None
    details: dict[str, Any] = field(default_factory=dict)
