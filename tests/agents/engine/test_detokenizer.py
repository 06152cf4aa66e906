"""Tokens to text: whole characters only, and stop strings found across pieces."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from agents.engine.detokenizer import Detokenizer, StopStrings


class Bytes:
    """A tokenizer whose tokens are bytes."""

    def decode(self, tokens: Sequence[int], **_: object) -> str:
        return bytes(tokens).decode(errors="replace")


class Pieces:
    """A tokenizer that, as SentencePiece does, drops the space before the first word."""

    def decode(self, tokens: Sequence[int], **_: object) -> str:
        return "".join(f" word{token}" for token in tokens).removeprefix(" ")


def test_a_character_comes_with_its_last_byte() -> None:
    detokenizer = Detokenizer(Bytes())
    assert [detokenizer.add(token) for token in "a🌍é".encode()] == ["a", "", "", "", "🌍", "", "é"]
    assert detokenizer.flush() == ""


def test_half_a_character_at_the_end_is_replaced() -> None:
    detokenizer = Detokenizer(Bytes())
    assert [detokenizer.add(token) for token in "é".encode()[:1]] == [""]
    assert detokenizer.flush() == "\ufffd"
    assert detokenizer.flush() == ""


def test_spaces_between_words_survive() -> None:
    detokenizer = Detokenizer(Pieces())
    assert "".join(detokenizer.add(token) for token in range(4)) == "word0 word1 word2 word3"


def test_deferred_tokens_are_decoded_at_the_end() -> None:
    detokenizer = Detokenizer(Pieces())
    for token in range(3):
        detokenizer.defer(token)
    assert detokenizer.flush() == "word0 word1 word2"
    assert detokenizer.flush() == ""


@pytest.mark.parametrize(
    ("stop", "pieces", "sent"),
    [
        (("END",), ["one ", "END two"], "one "),
        (("END",), ["one E", "N", "D two"], "one "),
        (("END",), ["one EN", "ough"], "one ENough"),
        (("\n\n",), ["a\n", "b\n", "\nc"], "a\nb"),
        (("aab",), ["a", "a", "a", "b"], "a"),
        (("two", "one"), ["zero one two"], "zero "),
        ((), ["all ", "of it"], "all of it"),
        (("x",), ["never"], "never"),
        (("END",), ["it is the E", "N"], "it is the EN"),
    ],
)
def test_a_text_ends_before_its_stop_string(stop: tuple[str, ...], pieces: list[str], sent: str) -> None:
    stops = StopStrings(stop)
    out = ""
    for piece in pieces:
        if not stops.found:
            out += stops.add(piece)
    assert out + stops.flush() == sent


def test_the_beginning_of_a_stop_string_is_held_back() -> None:
    stops = StopStrings(("END",))
    assert stops.add("one E") == "one "
    assert stops.add("N") == ""
    assert stops.add("!") == "EN!"
