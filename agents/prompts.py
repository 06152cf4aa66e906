"""Prompts are files that a reviewer can read. Code only fills in their fields, and knows each file by its hash."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from importlib.resources import files

from agents.errors import PromptMissing

PROMPT_SETS = ("default", "compact")
FIELD = re.compile(r"\{\{(\w+)\}\}")


@dataclass(frozen=True)
class Prompt:
    """One prompt file. A field is written `{{name}}`; braces of JSON need no escape."""

    name: str
    text: str

    @cached_property
    def digest(self) -> str:
        """SHA-256 of the file's text: the version of this prompt."""
        return hashlib.sha256(self.text.encode()).hexdigest()

    @cached_property
    def fields(self) -> frozenset[str]:
        return frozenset(FIELD.findall(self.text))

    def fill(self, values: Mapping[str, str]) -> str:
        """The prompt with its fields filled in one pass, so that `{{…}}` inside a value stays as it is."""
        pieces = self._pieces.copy()
        try:
            pieces[1::2] = [values[name] for name in pieces[1::2]]
        except KeyError:
            missing = sorted(self.fields - values.keys())
            raise PromptMissing(f"prompt {self.name!r} is filled without {missing}") from None
        return "".join(pieces)

    @cached_property
    def _pieces(self) -> list[str]:
        """Text and names of fields by turns."""
        return FIELD.split(self.text)


@dataclass(frozen=True)
class PromptSet:
    """All prompts of one style: `default` for capable models, `compact` for small ones. The findings are the same."""

    name: str
    prompts: Mapping[str, Prompt]

    def __getitem__(self, name: str) -> Prompt:
        try:
            return self.prompts[name]
        except KeyError:
            raise PromptMissing(f"prompt set {self.name!r} has no prompt {name!r}") from None

    @cached_property
    def digests(self) -> dict[str, str]:
        """Prompt name to hash, sorted by name: what a checkpoint's card and a configuration's hash carry."""
        return {name: self.prompts[name].digest for name in sorted(self.prompts)}

    @staticmethod
    def load(name: str) -> PromptSet:
        """Read one of the sets that come with the package."""
        if name not in PROMPT_SETS:
            raise PromptMissing(f"there is no prompt set {name!r}; there are {', '.join(PROMPT_SETS)}")
        folder = files("agents") / "prompts" / name
        prompts = (
            Prompt(path.name.removesuffix(".md"), path.read_text(encoding="utf-8").rstrip("\n"))
            for path in folder.iterdir()
            if path.name.endswith(".md")
        )
        return PromptSet(name, {prompt.name: prompt for prompt in prompts})
