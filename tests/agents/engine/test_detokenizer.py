"""Tokens to text: whole characters only, and stop texts seen across pieces."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from agents.engine.detokenizer import StopWatch, TokenText


class Bytes:
    """A tokenizer whose tokens are bytes."""

    def decode(self, tokens: Sequence[int], **_: object) -> str:
        return bytes(tokens).decode(errors="replace")


class Pieces:
    """A tokenizer that, as SentencePiece does, drops the space before the first word."""

    def decode(self, tokens: Sequence[int], **_: object) -> str:
        return "".join(f" word{token}" for token in tokens).removeprefix(" ")


def test_a_character_is_told_when_its_last_byte_is_there() -> None:
    text = TokenText(Bytes())
    told = [text.add(token) for token in "a🌍é".encode()]
    assert told == ["a", "", "", "", "🌍", "", "é"]
    assert text.rest() == ""


def test_half_a_character_at_the_end_is_told_as_what_it_is() -> None:
    text = TokenText(Bytes())
    assert [text.add(token) for token in "é".encode()[:1]] == [""]
    assert text.rest() == "\ufffd"
    assert text.rest() == ""


def test_spaces_between_words_survive() -> None:
    text = TokenText(Pieces())
    assert "".join(text.add(token) for token in range(4)) == "word0 word1 word2 word3"


@pytest.mark.parametrize(
    ("stop", "pieces", "told"),
    [
        (["END"], ["one ", "END two"], "one "),
        (["END"], ["one E", "N", "D two"], "one "),
        (["END"], ["one EN", "ough"], "one ENough"),
        (["\n\n"], ["a\n", "b\n", "\nc"], "a\nb"),
        (["aab"], ["a", "a", "a", "b"], "a"),
        (["two", "one"], ["zero one two"], "zero "),
        ([], ["all ", "of it"], "all of it"),
        (["x"], ["never"], "never"),
        (["END"], ["it is the E", "N"], "it is the EN"),
    ],
)
def test_a_text_ends_before_its_stop(stop: list[str], pieces: list[str], told: str) -> None:
    watch = StopWatch(stop)
    out = ""
    for piece in pieces:
        if not watch.stopped:
            out += watch.add(piece)
    assert out + watch.rest() == told


def test_nothing_of_a_stop_is_told_before_it_is_sure() -> None:
    watch = StopWatch(["END"])
    assert watch.add("one E") == "one "
    assert watch.add("N") == ""
    assert watch.add("!") == "EN!"
