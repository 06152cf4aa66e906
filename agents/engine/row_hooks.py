"""What single rows of a batch want from inside the model: hidden states, and scores by another output layer.

Both are read and changed by forward hooks, so that they work alike in `batch` and under transformers' own `generate`.
"""

from __future__ import annotations

from collections.abc import Iterator
from collections.abc import Sequence as Rows
from contextlib import contextmanager
from typing import Any
from weakref import WeakKeyDictionary

import torch
from torch.nn.functional import linear

from agents.engine.checkpoint import Checkpoint
from agents.engine.request import EngineRequest
from agents.engine.sequence import Row
from agents.models.white_box import OutputHead


class RowHooks:
    """The hooks of one checkpoint. `serving` puts them on while the model runs, and only if a row needs them."""

    def __init__(self, checkpoint: Checkpoint) -> None:
        self._model = checkpoint.model
        self._layers = int(checkpoint.text_config.num_hidden_layers)
        self._output_layer = checkpoint.model.get_output_embeddings()
        self._heads: WeakKeyDictionary[OutputHead, tuple[torch.Tensor, torch.Tensor | None]] = WeakKeyDictionary()

    def problem(self, request: EngineRequest) -> str:
        """Why the request cannot be served, for operators; empty where it can."""
        wanted, most = request.white_box, request.sampling_params.max_tokens
        for tap in wanted.taps:
            if not -self._layers - 1 <= tap.layer <= self._layers:
                return f"there is no layer {tap.layer} to tap: this model has 0 (embeddings) to {self._layers}"
            if not 0 <= tap.after_tokens < most:
                return f"a tap after {tap.after_tokens} tokens is never reached: `max_tokens` is {most}"
        if wanted.head is not None:
            ours = getattr(self._output_layer, "weight", None)
            if ours is None:
                return "this model has no output layer that can be exchanged"
            if wanted.head.weights.shape != ours.shape:
                return (
                    f"the head has shape {list(wanted.head.weights.shape)}, the model's output layer {list(ours.shape)}"
                )
        return ""

    @contextmanager
    def serving(self, rows: Rows[Row]) -> Iterator[None]:
        """While the model runs: row i of its batch belongs to `rows[i]`."""
        handles = []
        if any(row.request.white_box.taps for row in rows):
            model = self._model
            handles.append(
                model.register_forward_pre_hook(lambda _, *inputs: _want_states(rows, *inputs), with_kwargs=True)
            )
            handles.append(model.register_forward_hook(lambda *forward: _hand_out(rows, forward[-1])))
        if any(row.request.white_box.head for row in rows):
            handles.append(
                self._output_layer.register_forward_hook(lambda _, hidden, logits: self._score(rows, hidden[0], logits))
            )
        try:
            yield
        finally:
            for handle in handles:
                handle.remove()

    def _score(self, rows: Rows[Row], hidden: torch.Tensor, logits: torch.Tensor) -> None:
        """Write the scores of the rows that have a head of their own over the model's, for the last token.

        `hidden` is [batch, tokens, width], `logits` [batch, tokens, vocabulary].
        """
        by_head: dict[OutputHead, list[int]] = {}
        for index, row in enumerate(rows):
            if row.request.white_box.head is not None:
                by_head.setdefault(row.request.white_box.head, []).append(index)
        for head, indices in by_head.items():
            logits[indices, -1] = linear(hidden[indices, -1], *self._placed(head))

    def _placed(self, head: OutputHead) -> tuple[torch.Tensor, torch.Tensor | None]:
        """The head where the model is, in its precision."""
        if head not in self._heads:
            like = self._output_layer.weight
            self._heads[head] = head.weights.to(like), None if head.bias is None else head.bias.to(like)
        return self._heads[head]


def _is_due(rows: Rows[Row]) -> bool:
    return any(row.due_taps for row in rows)


def _want_states(rows: Rows[Row], args: Any, kwargs: dict[str, Any]) -> tuple[Any, dict[str, Any]] | None:
    """Have the model return hidden states in the steps in which a row needs one."""
    return (args, {**kwargs, "output_hidden_states": True}) if _is_due(rows) else None


def _hand_out(rows: Rows[Row], outputs: Any) -> None:
    """Send the hidden states that are due. Prompts are padded on the left, so the newest token is the last."""
    for index, row in enumerate(rows):
        for tap in row.due_taps:
            states = outputs.get("hidden_states") or outputs["decoder_hidden_states"]
            state = states[tap.layer][index, -1].to("cpu", torch.float32, copy=True)
            row.request.call(tap.receive, state)
