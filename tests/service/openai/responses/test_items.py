"""Items as turns: an assistant's words and calls become one turn, once and for all."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from agents.conversation import Message, TextPart, ToolCall
from service.openai.responses.items import joined

TURNS = st.builds(
    lambda role, text, calls: Message(
        role,
        (TextPart(text),) if text else (),
        tool_calls=tuple(ToolCall(f"c{each}", "f", "{}") for each in calls) if role == "assistant" else (),
    ),
    st.sampled_from(["assistant", "assistant", "user", "tool"]),
    st.sampled_from(["", "a", "b"]),
    st.lists(st.integers(0, 9), max_size=2),
)


@given(st.lists(TURNS, max_size=6))
def test_what_was_joined_is_joined_no_further(turns: list[Message]) -> None:
    """A response is held as it was judged, and joined again with what comes next."""
    once = joined(turns)
    assert joined(once) == once
    assert [part for turn in once for part in turn.parts] == [part for turn in turns for part in turn.parts]


def test_words_before_words_and_a_call_are_one_turn_at_once() -> None:
    said = [Message("assistant", (TextPart(word),)) for word in ("one", "two")]
    call = Message("assistant", tool_calls=(ToolCall("c", "f", "{}"),))
    assert len(joined([*said, call])) == 1
    assert len(joined(said)) == 2
