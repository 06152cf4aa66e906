"""Prompt files under prompts/: our words, with the papers' fields and classes. Each is identified by its hash.

Knows no judge and no benchmark.
"""

from dataclasses import dataclass
from hashlib import sha256
from importlib.resources import files
from string import Template

from benchmarks.errors import PromptFieldsDiffer


@dataclass(frozen=True)
class PromptTemplate:
    """A text with `$fields`. The hash is of the file as it stands, before any field is filled."""

    name: str
    text: str

    @classmethod
    def load(cls, name: str) -> "PromptTemplate":
        """The file `prompts/<name>.md`."""
        file = files("benchmarks").joinpath("prompts", *f"{name}.md".split("/"))
        return cls(name, file.read_text(encoding="utf-8").strip())

    @property
    def sha256(self) -> str:
        """Identifies the wording, in every result that was made with it."""
        return sha256(self.text.encode()).hexdigest()

    @property
    def fields(self) -> frozenset[str]:
        """The names to be filled in."""
        return frozenset(Template(self.text).get_identifiers())

    @property
    def valid(self) -> bool:
        """Whether every `$` begins a field or is doubled."""
        return Template(self.text).is_valid()

    def render(self, **values: str) -> str:
        """The text with every field filled; values are inserted as they are and never expanded again."""
        if values.keys() != self.fields:
            raise PromptFieldsDiffer(self.name, sorted(self.fields), sorted(values))
        return Template(self.text).substitute(values)
