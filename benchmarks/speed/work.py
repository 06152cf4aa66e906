"""What models of transformers read while they are watched: the same count for the engine and for `generate`."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from torch.nn.modules.module import register_module_forward_hook
from transformers import PreTrainedModel


@dataclass
class Work:
    """Rows through a vision encoder, and tokens through a language model by more than one at a time.

    Models contain models of the same kind, so they are counted by class, and the highest count is taken.
    """

    rows: Counter[str] = field(default_factory=Counter)
    read: Counter[str] = field(default_factory=Counter)

    @property
    def pictures(self) -> int:
        return max(self.rows.values(), default=0)

    @property
    def tokens(self) -> int:
        """Tokens of prompts, padding included."""
        return max(self.read.values(), default=0)

    def count(self, module: object, _: object, output: Any) -> None:
        """A forward hook for every module."""
        if isinstance(module, PreTrainedModel) and (states := getattr(output, "last_hidden_state", None)) is not None:
            rows, length = states.shape[:2]
            if module.main_input_name == "pixel_values":
                self.rows[type(module).__name__] += rows
            elif length > 1:
                self.read[type(module).__name__] += rows * length


@contextmanager
def watched() -> Iterator[Work]:
    """Count until left. Models are a little slower meanwhile."""
    work = Work()
    hook = register_module_forward_hook(work.count)
    try:
        yield work
    finally:
        hook.remove()
