"""A deployment's settings as fields of a form, and a filled form as a change. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Literal, get_args

from pydantic import BaseModel

from agents.models.base import Json, JsonObject
from agents.registry import AGENTS
from guard.config import HELD_ACTIONS, Deployment
from guard.methods.registry import METHODS
from service.configuration.document import as_patch

Kind = Literal["switch", "choice", "number", "line", "text"]
DEFAULT = ""  # of a choice that may be left open


@dataclass(frozen=True)
class Field:
    """A setting that the form has. `path` is its place in the deployment, dotted; `about` says what it does."""

    path: str
    label: str
    kind: Kind
    about: str
    options: tuple[str, ...] = ()


@dataclass(frozen=True)
class Group:
    """Fields that belong together."""

    title: str
    fields: tuple[Field, ...]


@dataclass(frozen=True)
class FilledField:
    """A field with what stands in it."""

    field: Field
    value: Any


def groups(models: Iterable[str]) -> tuple[Group, ...]:
    """The form for a configuration with these models."""
    names = tuple(models)
    own = (DEFAULT, *names)
    return (
        Group(
            "Guarding",
            (
                _choice("mode", "Mode"),
                Field("enforce", "Enforced share", "number", "percent of conversations, in shadow mode"),
                Field("method", "Method", "choice", _about("method"), tuple(METHODS)),
                _choice("on_failure", "When judging fails"),
                _switch("unguarded", "Unguarded"),
            ),
        ),
        Group(
            "Agents",
            (
                *(Field(f"agents.{name}.enabled", name.capitalize(), "switch", _finds(name)) for name in AGENTS),
                _switch("focus", "Focus"),
            ),
        ),
        Group(
            "Models",
            (
                Field("model", "Answers", "choice", _about("model"), names),
                Field("agents.model", "All agents", "choice", "empty: the model that answers", own),
                *(
                    Field(f"agents.{name}.model", name.capitalize(), "choice", "empty: the agents' own", own)
                    for name in AGENTS
                ),
                _choice("draft", "Draft"),
            ),
        ),
        Group(
            "On a verdict",
            (
                Field("actions.unsafe", "Unsafe", "choice", "what happens to an unsafe request", tuple(HELD_ACTIONS)),
                Field("actions.unclear", "Unclear", "choice", "what happens to an unclear one", tuple(HELD_ACTIONS)),
                _choice("judge_reply", "Of the reply, judge"),
                _choice("explain", "Tell clients"),
                Field("policy", "Policy", "text", _about("policy")),
            ),
        ),
        Group(
            "About",
            (
                Field("description", "Description", "line", _about("description")),
                Field("records.content", "Keep content", "choice", _about("content", "records"), ("hashed", "kept")),
                Field("records.retention_days", "Days kept", "number", _about("retention_days", "records")),
            ),
        ),
    )


def filled(deployment: Deployment, form: Iterable[Group]) -> list[tuple[str, list[FilledField]]]:
    """The form with what a deployment says now."""
    return [
        (group.title, [FilledField(field, _shown(value_at(deployment, field.path))) for field in group.fields])
        for group in form
    ]


def as_change(deployment: Deployment, form: Iterable[Group], sent: Mapping[str, str]) -> JsonObject:
    """What a filled form changes of a deployment, as a patch. A switch that is not sent is off.

    Whether a value is allowed is for the configuration's own check to say.
    """
    changed: list[tuple[str, Json]] = []
    for field in (each for group in form for each in group.fields):
        wanted = _wanted(field, sent)
        if wanted != value_at(deployment, field.path):
            changed.append((field.path, wanted))
    return as_patch(changed)


def value_at(deployment: Deployment, path: str) -> Any:
    """What a deployment says at a place, defaults included."""
    found: Any = deployment
    for step in path.split("."):
        found = getattr(found, step)
    return found


def _wanted(field: Field, sent: Mapping[str, str]) -> Json:
    if field.kind == "switch":
        return sent.get(field.path) == "on"
    text = sent.get(field.path, "").replace("\r\n", "\n").strip()
    if field.kind == "number":
        try:
            return float(text)
        except ValueError:
            return text
    return None if field.kind == "choice" and text == DEFAULT else text


def _shown(value: Any) -> Any:
    if isinstance(value, float) and value.is_integer():
        return int(value)
    return DEFAULT if value is None else value


def _choice(name: str, label: str) -> Field:
    return Field(name, label, "choice", _about(name), _options(Deployment, name))


def _switch(name: str, label: str) -> Field:
    return Field(name, label, "switch", _about(name))


def _about(name: str, section: str | None = None) -> str:
    """What the configuration's own reference says of a setting."""
    kind: Any = Deployment if section is None else Deployment.model_fields[section].annotation
    return (kind.model_fields[name].description or "").replace("`", "")


def _finds(agent: str) -> str:
    """What an agent reports, in the words of its finding: the first sentence."""
    return (AGENTS[agent].finding.__doc__ or "").split(".")[0]


def _options(section: type[BaseModel], name: str) -> tuple[str, ...]:
    return tuple(map(str, get_args(section.model_fields[name].annotation)))
