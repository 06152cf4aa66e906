"""Commands that are imported when they are run, so that no help and no small command waits for large libraries."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from importlib import import_module
from types import MappingProxyType
from typing import Any, ClassVar, cast

import typer
from typer.core import TyperCommand, TyperGroup
from typer.main import get_command, get_group


@dataclass(frozen=True)
class Late:
    """Where a command or a group of commands stands, `module:name`, and the first line of its help."""

    place: str
    help: str

    def load(self, name: str) -> TyperCommand | TyperGroup:
        """The command itself, under a name."""
        module, _, attribute = self.place.partition(":")
        part = getattr(import_module(module), attribute)
        if isinstance(part, typer.Typer):
            group = get_group(part)
            group.name = name
            return group
        alone = typer.Typer(add_completion=False)
        alone.command(name)(part)
        return cast(TyperCommand, get_command(alone))


class LateGroup(TyperGroup):
    """A group that has late commands after its own. Until one of them is run, something with its help stands in."""

    late: ClassVar[Mapping[str, Late]] = MappingProxyType({})

    def __init__(self, **given: Any) -> None:
        super().__init__(**given)
        for name, late in self.late.items():
            self.add_command(TyperCommand(name, help=late.help))

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        """The command that is run, imported now."""
        name, command, rest = super().resolve_command(ctx, args)
        return name, self.late[name].load(name) if name and name in self.late else command, rest
