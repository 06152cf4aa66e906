"""A sequence sends the text of its tokens and knows when its reply is over."""

from __future__ import annotations

from collections.abc import Sequence as Tokens
from typing import TYPE_CHECKING, Any

import pytest

from agents.engine.request import EngineRequest, Finished
from agents.models.base import Usage
from tests.agents.engine.direct_requests import engine_request, outputs_of

pytest.importorskip("torch", reason="needs local: the extra of that name")

if TYPE_CHECKING:
    from agents.engine.sequence import Sequence

END_TOKEN = 0


class Letters:
    """A tokenizer whose tokens are characters' code points. Counts how often it decodes."""

    def __init__(self) -> None:
        self.calls = 0

    def decode(self, tokens: Tokens[int], **_: object) -> str:
        self.calls += 1
        return "".join(map(chr, tokens))


class Brackets:
    """A grammar that is complete at a closing bracket."""

    def accept(self, token: int) -> bool:
        return chr(token) != "]"


def sequence_of(
    request: EngineRequest, tokenizer: Any = None, *, grammar: Any = None, max_tokens: int = 100
) -> Sequence:
    from agents.engine.sequence import Sequence

    ends = frozenset({END_TOKEN})
    return Sequence(request, tokenizer or Letters(), ends, grammar, prompt_tokens=7, max_tokens=max_tokens)


def write(sequence: Sequence, text: str) -> None:
    for letter in text:
        assert sequence.is_running
        sequence.append(ord(letter))


def test_an_end_token_ends_the_reply_and_has_no_text() -> None:
    request = engine_request("hello")
    sequence = sequence_of(request)
    write(sequence, "ab")
    sequence.append(END_TOKEN)
    assert not sequence.is_running
    assert outputs_of(request) == ["a", "b", Finished("stop", Usage(7, 3))]


def test_the_last_token_that_fits_ends_the_reply() -> None:
    request = engine_request("hello")
    sequence = sequence_of(request, max_tokens=2)
    write(sequence, "ab")
    assert outputs_of(request) == ["a", "b", Finished("length", Usage(7, 2))]


def test_a_stop_string_ends_the_reply_and_is_not_in_it() -> None:
    request = engine_request("hello", stop="bc")
    sequence = sequence_of(request)
    write(sequence, "abc")
    assert outputs_of(request) == ["a", Finished("stop", Usage(7, 3))]


def test_what_was_held_back_for_a_stop_string_comes_with_the_end() -> None:
    request = engine_request("hello", stop="bc")
    sequence = sequence_of(request, max_tokens=2)
    write(sequence, "ab")
    assert outputs_of(request) == ["a", "b", Finished("length", Usage(7, 2))]


def test_a_complete_grammar_ends_the_reply_with_its_last_token() -> None:
    request = engine_request("hello")
    sequence = sequence_of(request, grammar=Brackets())
    write(sequence, "[a]")
    assert outputs_of(request) == ["[", "a", "]", Finished("stop", Usage(7, 3))]


@pytest.mark.parametrize(("streaming", "stop", "once"), [(False, None, True), (True, None, False), (False, "x", False)])
def test_a_reply_is_decoded_once_where_no_one_needs_its_text_before(
    streaming: bool, stop: str | None, once: bool
) -> None:
    tokenizer = Letters()
    request = engine_request("hello", streaming=streaming, stop=stop)
    sequence = sequence_of(request, tokenizer)
    write(sequence, "0123456789")
    sequence.append(END_TOKEN)
    *texts, end = outputs_of(request)
    assert "".join(map(str, texts)) == "0123456789"
    assert end == Finished("stop", Usage(7, 11))
    assert (tokenizer.calls == 1) == once


def test_a_cancelled_request_wants_no_more_tokens() -> None:
    request = engine_request("hello")
    sequence = sequence_of(request)
    write(sequence, "a")
    request.cancelled = True
    assert not sequence.is_running
    assert sequence.finish_reason is None
