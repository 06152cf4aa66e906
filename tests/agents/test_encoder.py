"""The plain encoder: the same for the same request, near for a like one, far for another."""

from __future__ import annotations

import pytest

from agents.conversation import Conversation, Message, TextPart, user_message
from agents.encoder import READ, PlainEncoder, cosine, question_of
from tests.scripts import golf, picture

PLAIN = PlainEncoder()


def asked(text: str, *colours: str) -> tuple[float, ...]:
    return PLAIN.encode(Conversation((user_message(text, *map(picture, colours)),)))


def test_a_request_is_as_near_as_can_be_to_itself() -> None:
    for vector in (PLAIN.encode(golf()), PLAIN.encode(golf(picture("red"), picture("blue")))):
        assert cosine(vector, vector) == pytest.approx(1)


def test_words_and_colours_each_count_for_half() -> None:
    ours = asked("How do I swing?", "red")
    same_words, same_picture = asked("How do I swing?", "blue"), asked("Bake a cake!", "red")
    assert 0.2 < cosine(ours, same_words) < 0.9
    assert 0.2 < cosine(ours, same_picture) < 0.9
    assert cosine(ours, asked("Bake a cake!", "blue")) < min(cosine(ours, same_words), cosine(ours, same_picture))


def test_more_words_in_common_are_nearer_and_their_order_counts() -> None:
    ours = asked("may the dog bite the man")
    assert cosine(ours, asked("may the dog bite the boy")) > cosine(ours, asked("may I go home"))
    assert cosine(ours, asked("may the man bite the dog")) < 1


def test_the_question_is_the_last_turn_of_the_user_that_has_words() -> None:
    turns = (user_message("first"), user_message("second"), Message("assistant", (TextPart("third"),)))
    assert question_of(Conversation(turns)) == "second"
    assert question_of(Conversation(())) == ""
    assert len(question_of(Conversation((user_message("a" * (READ + 1)),)))) == READ
    assert not any(PLAIN.encode(Conversation(())))


def test_a_vector_is_the_same_on_every_machine() -> None:
    """Memories are files."""
    assert [place for place, value in enumerate(asked("swing")) if value] == [100]
