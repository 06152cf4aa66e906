"""Requests to the engine without an event loop: what the engine sends can be read at once."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from agents.conversation import user_message
from agents.engine.request import EngineRequest, Finished
from agents.engine.sampling_params import SamplingParams
from agents.errors import ModelFailed
from agents.images import Picture
from agents.models.base import Json

if TYPE_CHECKING:
    from agents.engine.model_runner import ModelRunner
    from agents.engine.prefill import WaitingPrompt


class DirectLoop:
    """Stands in for an event loop, and calls at once."""

    def call_soon_threadsafe(self, callback: Callable[..., None], *arguments: object) -> None:
        callback(*arguments)


def engine_request(text: str, *pictures: Picture, streaming: bool = True, **options: Json) -> EngineRequest:
    """A user's turn, with options under OpenAI's names."""
    params = SamplingParams.from_options("tiny", options)
    messages = (user_message(text, *pictures),)
    return EngineRequest(messages, params, streaming, DirectLoop())  # type: ignore[arg-type]


def waiting_prompt(runner: ModelRunner, request: EngineRequest) -> WaitingPrompt:
    """The request as it waits for its prefill."""
    from agents.engine.prefill import WaitingPrompt

    inputs = runner.preprocess(request.prompts)
    sequence = runner.open_sequence(request, inputs["input_ids"].shape[1])
    assert sequence is not None
    return WaitingPrompt(sequence, inputs)


def outputs_of(request: EngineRequest) -> list[str | Finished | ModelFailed]:
    """All that the engine has sent since the last call."""
    outputs: list[Any] = []
    while not request.outputs.empty():
        outputs.append(request.outputs.get_nowait())
    return outputs
