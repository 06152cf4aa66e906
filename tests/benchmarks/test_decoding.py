"""What a request is sent beside its messages, and how results name it."""

from __future__ import annotations

from benchmarks.decoding import Sampling


def test_what_is_none_is_not_sent_and_results_say_so() -> None:
    newer = Sampling(None, 2000, "max_completion_tokens", {"reasoning_effort": "low"})
    assert newer.body == {"max_completion_tokens": 2000, "reasoning_effort": "low"}
    assert newer.named == (("temperature", "None"), ("max_completion_tokens", "2000"), ("reasoning_effort", "low"))
    assert Sampling(max_tokens=None).body == {"temperature": 0.0}
    assert Sampling().body == {"temperature": 0.0, "max_tokens": 512}
