"""A grammar allows what its schema allows, token by token."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from agents.models.base import JsonObject

torch = pytest.importorskip("torch", reason="needs local: the extra of that name")

if TYPE_CHECKING:
    from agents.engine.model_runner import ModelRunner
    from agents.engine.structured_output import GrammarCompiler

YES_OR_NO: JsonObject = {"enum": ["yes", "no"]}


@pytest.fixture
def compiler(runner: ModelRunner) -> GrammarCompiler:
    from agents.engine.structured_output import GrammarCompiler

    checkpoint = runner.checkpoint
    return GrammarCompiler(checkpoint.tokenizer, checkpoint.vocab_size, checkpoint.end_tokens)


def tokens_of(runner: ModelRunner, text: str) -> list[int]:
    tokens: list[int] = runner.checkpoint.tokenizer.encode(text, add_special_tokens=False)
    return tokens


def test_a_reply_is_accepted_until_its_grammar_is_complete(compiler: GrammarCompiler, runner: ModelRunner) -> None:
    grammar = compiler.compile(YES_OR_NO)
    tokens = tokens_of(runner, '"yes"')
    for position, token in enumerate(tokens, start=1):
        assert grammar.allowed_tokens()[token]
        assert grammar.accept(token) == (position < len(tokens))


def test_a_token_that_does_not_fit_is_not_accepted(compiler: GrammarCompiler, runner: ModelRunner) -> None:
    grammar = compiler.compile(YES_OR_NO)
    (token,) = tokens_of(runner, "y")
    assert not grammar.allowed_tokens()[token]
    assert not grammar.accept(token)


def test_the_mask_leaves_the_scores_of_allowed_tokens(compiler: GrammarCompiler, runner: ModelRunner) -> None:
    grammar = compiler.compile(YES_OR_NO)
    logits = torch.arange(runner.checkpoint.vocab_size).float()
    before, allowed = logits.clone(), grammar.allowed_tokens()
    assert allowed.shape == logits.shape
    grammar.mask(logits)
    assert torch.equal(logits[allowed], before[allowed])
    assert logits[~allowed].eq(float("-inf")).all()


def test_grammars_of_one_schema_do_not_share_their_position(compiler: GrammarCompiler, runner: ModelRunner) -> None:
    first, second = compiler.compile(YES_OR_NO), compiler.compile(YES_OR_NO)
    start = second.allowed_tokens()
    first.accept(tokens_of(runner, '"')[0])
    assert torch.equal(second.allowed_tokens(), start)
    assert not torch.equal(first.allowed_tokens(), start)


def test_a_schema_that_is_none_is_refused(compiler: GrammarCompiler) -> None:
    from agents.engine.structured_output import SchemaUnsupported

    with pytest.raises(SchemaUnsupported):
        compiler.compile({"type": "nonsense"})
