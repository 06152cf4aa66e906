"""What only a model in this process can be asked for: its hidden states, another output layer, a second prompt.

Free of torch, so that a request can be made without it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from agents.conversation import Message

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
class Contrast:
    """Decoding against a second prompt, the companion, which the model reads beside the first, token for token.

    With z for the scores under the request and z' for those under the companion, a token's score is
    `(1 + alpha) * z - alpha * z'`. Only tokens that are at least `beta` times as likely as the likeliest one under the
    request may be chosen (VCD, CVPR 2024, arXiv 2311.16922, equations 3 to 5). The order is: grammar, this cut, this
    combination, temperature.

    The companion has `messages` in place of the request's where these are given. With `noise_step`, 0 to 999, its
    pictures are as after that many steps of diffusion (`agents.engine.noise`); a request without pictures is then
    decoded as if there were no contrast. A pair takes two places of a batch.
    """

    alpha: float
    beta: float = 0.0
    messages: tuple[Message, ...] | None = None
    noise_step: int | None = None


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
    contrast: Contrast | None = None

    def __bool__(self) -> bool:
        return bool(self.taps or self.head or self.contrast)


PLAIN = WhiteBox()
