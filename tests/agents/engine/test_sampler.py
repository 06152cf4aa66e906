"""Each sequence of a batch gets its next token by its own grammar, parameters and random numbers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from agents.models.base import Json

torch = pytest.importorskip("torch", reason="needs local: the extra of that name")

if TYPE_CHECKING:
    from agents.engine.model_runner import ModelRunner
    from agents.engine.sequence import Sequence


def sequences_of(runner: ModelRunner, *options: dict[str, Json]) -> list[Sequence]:
    from tests.agents.engine.direct_requests import engine_request

    opened = [runner.open_sequence(engine_request("hello", **each), 5) for each in options]
    return [sequence for sequence in opened if sequence is not None]


def random_logits(runner: ModelRunner, batch: int) -> Any:
    generator = torch.Generator().manual_seed(2)
    return torch.randn(batch, runner.checkpoint.vocab_size, generator=generator)


def test_without_a_temperature_the_likeliest_token_is_taken(runner: ModelRunner) -> None:
    from agents.engine.sampler import sample

    logits = random_logits(runner, 3)
    assert sample(sequences_of(runner, {}, {}, {}), logits.clone()) == logits.argmax(dim=-1).tolist()


def test_a_grammar_rules_tokens_out_before_the_choice(runner: ModelRunner) -> None:
    from agents.engine.sampler import sample

    schema = {"type": "json_schema", "json_schema": {"schema": {"enum": ["yes"]}}}
    free, *bound = sequences_of(
        runner, {}, {"response_format": schema}, {"response_format": schema, "temperature": 5.0, "seed": 1}
    )
    logits = random_logits(runner, 1).repeat(3, 1)
    tokens = sample([free, *bound], logits.clone())
    assert tokens[0] == int(logits[0].argmax())
    for sequence, token in zip(bound, tokens[1:], strict=True):
        assert sequence.grammar is not None
        assert sequence.grammar.allowed_tokens()[token]


def test_neighbours_change_no_draw(runner: ModelRunner) -> None:
    from agents.engine.sampler import sample

    options: list[dict[str, Json]] = [
        {},
        {"temperature": 2.0, "seed": 3},
        {"temperature": 0.7, "seed": 3, "top_p": 0.9},
    ]
    logits = random_logits(runner, 3)
    together, alone = sequences_of(runner, *options), sequences_of(runner, *options)
    for _ in range(20):
        expected = [sample([sequence], logits[row : row + 1].clone())[0] for row, sequence in enumerate(alone)]
        assert sample(together, logits.clone()) == expected


def test_a_seed_repeats_its_draws_and_no_seed_does_not(runner: ModelRunner) -> None:
    from agents.engine.sampler import sample

    flat = torch.zeros(1, runner.checkpoint.vocab_size)

    def draws(**options: Json) -> list[int]:
        (sequence,) = sequences_of(runner, {"temperature": 1.0, **options})
        return [sample([sequence], flat.clone())[0] for _ in range(10)]

    assert draws(seed=4) == draws(seed=4)
    assert draws(seed=4) != draws(seed=5)
    assert draws() != draws()


@pytest.mark.parametrize(("top_p", "drawn"), [(0.4, {0}), (0.75, {0, 1}), (0.9, {0, 1, 2}), (1.0, {0, 1, 2, 3})])
def test_top_p_keeps_the_smallest_set_that_holds_it(top_p: float, drawn: set[int]) -> None:
    from agents.engine.sampler import draw
    from agents.engine.sampling_params import SamplingParams

    logits = torch.tensor([0.5, 0.3, 0.15, 0.05]).log()
    generator = torch.Generator().manual_seed(0)
    params = SamplingParams(temperature=1.0, top_p=top_p)
    assert {draw(logits, params, generator) for _ in range(300)} == drawn


def test_temperature_sharpens_and_flattens() -> None:
    from agents.engine.sampler import draw
    from agents.engine.sampling_params import SamplingParams

    logits = torch.tensor([2.0, 0.0])

    def share(temperature: float) -> float:
        generator = torch.Generator().manual_seed(0)
        params = SamplingParams(temperature=temperature)
        return sum(draw(logits, params, generator) == 0 for _ in range(2000)) / 2000

    for temperature in (0.5, 1.0, 4.0):
        expected = float((logits / temperature).softmax(-1)[0])
        assert share(temperature) == pytest.approx(expected, abs=0.03)
