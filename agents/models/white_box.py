"""What only a model in this process can be asked for: its hidden states, and replies by another output layer.

Free of torch, so that a request can be made without it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import torch


@dataclass(frozen=True)
class Tap:
    """Hands out the hidden state of the newest token once `after_tokens` tokens of the reply are read.

    `after_tokens=0` is the last token of the prompt. `layer` counts as the text model's `hidden_states` do: 0 are the
    embeddings, and the last one (-1) is what the output layer takes. `receive` is called on the event loop with a
    float32 CPU tensor [width], while the reply goes on, and before `complete` returns. It is not called where the reply
    ends before that token is read, so `max_tokens` must be at least `after_tokens + 1`.
    """

    layer: int
    receive: Callable[[torch.Tensor], object]
    after_tokens: int = 0


@dataclass(frozen=True, eq=False)
class OutputHead:
    """An output layer in place of the model's own: `weights` [vocabulary, width], and a `bias` [vocabulary].

    Load it once and use the same object in every request: the engine keeps a copy where its model is.
    """

    weights: torch.Tensor
    bias: torch.Tensor | None = None


@dataclass(frozen=True)
class WhiteBox:
    """Goes with one `ModelRequest` to a `LocalModel`; other requests in the same batch notice nothing.

        states: list[torch.Tensor] = []
        tap = Tap(layer=-1, after_tokens=2, receive=states.append)
        await model.complete(ModelRequest(messages, {"max_tokens": 3}, WhiteBox(taps=(tap,))))

    A layer that the model does not have, a tap after more tokens than the reply may have, and a head of another shape
    than the model's are refused (`ModelFailed`, status 400, with what is wrong in `detail`). So is any of it by an
    endpoint.
    """

    taps: tuple[Tap, ...] = ()
    head: OutputHead | None = None

    def __bool__(self) -> bool:
        return bool(self.taps or self.head)


PLAIN = WhiteBox()
