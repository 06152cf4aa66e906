"""A safety model as a guard: its two words, its categories, and the probability behind them."""

from __future__ import annotations

from math import log
from typing import Any

import pytest

from tests.benchmarks.harness.guards.served import Body, checked, completion


def token(word: str, chance: float, **others: float) -> dict[str, Any]:
    tops = {word: chance, **others}
    listed = [{"token": each, "logprob": log(share), "bytes": None} for each, share in tops.items()]
    return {"token": word, "logprob": log(chance), "bytes": None, "top_logprobs": listed}


def replying(text: str, *tokens: dict[str, Any]) -> Any:
    logprobs = {"content": list(tokens), "refusal": None} if tokens else None
    return lambda path, body: (200, completion(text, logprobs=logprobs))


@pytest.mark.parametrize(
    ("text", "verdict", "categories"),
    [
        ("\n\nunsafe\nS1,S9", "unsafe", ("S1", "S9")),
        ("safe", "safe", ()),
        ("Safe.", "safe", ()),
        ("I think it is unsafe", "unclear", ()),
        ("", "unclear", ()),
        ("unsafely", "unclear", ()),
    ],
)
def test_the_verdict_is_the_first_word_or_there_is_none(text: str, verdict: str, categories: tuple[str, ...]) -> None:
    says = checked(replying(text), "llama-guard")
    assert (says.verdict, says.categories, says.score) == (verdict, categories, None)
    assert (says.tokens.input, says.tokens.output) == (7, 3)


def test_the_score_is_the_share_of_unsafe_where_the_verdict_stands() -> None:
    says = checked(replying("\n\nsafe", token("\n\n", 0.99), token("safe", 0.6, unsafe=0.3, other=0.05)), "llama-guard")
    assert says.verdict == "safe"
    assert says.score == pytest.approx(0.3 / 0.9)
    split = checked(replying("unsafe\nS2", token("un", 0.8, safe=0.2), token("safe", 1.0)), "llama-guard")
    assert split.score == pytest.approx(0.8)
    assert checked(replying("perhaps", token("perhaps", 0.9)), "llama-guard").score is None


def test_log_probabilities_are_asked_for_unless_the_file_says_not_to() -> None:
    sent: list[Body] = []

    def script(path: str, body: Body) -> tuple[int, Body]:
        sent.append(body)
        return 200, completion("safe")

    checked(script, "llama-guard")
    checked(script, "llama-guard", extra={"logprobs": False})
    assert (sent[0]["logprobs"], sent[0]["top_logprobs"], sent[0]["temperature"]) == (True, 5, 0)
    assert sent[1]["logprobs"] is False
    assert "top_logprobs" not in sent[1]
