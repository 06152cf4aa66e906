"""What was released is held within bounds, apart for each client."""

from __future__ import annotations

from typing import Any

from agents.conversation import ImagePart, Message, TextPart, ToolCall
from service.openai.responses.state import OVERHEAD, HeldResponse, ResponseState
from service.openai.responses.state_limits import StateLimits
from tests.scripts import picture


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


def held(identity: str, text: str = "", **fields: Any) -> HeldResponse:
    return HeldResponse(identity, "guarded", (Message("user", (TextPart(text),)),), {}, **fields)


def there(state: ResponseState, owner: str, *identities: str) -> list[bool]:
    return [state.find(owner, identity) is not None for identity in identities]


def test_only_its_client_finds_a_response_until_it_is_deleted() -> None:
    state = ResponseState()
    assert state.of("mine").hold(held("resp_1"))
    assert there(state, "mine", "resp_1") == [True]
    assert there(state, "theirs", "resp_1") == [False]
    assert not state.of("theirs").delete("resp_1")
    assert state.of("mine").delete("resp_1")
    assert there(state, "mine", "resp_1") == [False]


def test_past_the_count_what_was_not_used_for_longest_goes() -> None:
    state = ResponseState(StateLimits(count=2))
    for identity in ("resp_1", "resp_2"):
        state.hold("mine", held(identity))
    assert there(state, "mine", "resp_1") == [True]  # used, so the other is the one that goes
    state.hold("mine", held("resp_3"))
    assert there(state, "mine", "resp_1", "resp_2", "resp_3") == [True, False, True]


def test_past_the_bytes_whoever_holds_most_gives_way() -> None:
    state = ResponseState(StateLimits(bytes=10 * OVERHEAD))
    state.hold("small", held("resp_1"))
    for number in range(2, 8):
        state.hold("large", held(f"resp_{number}", "x" * OVERHEAD))
    assert there(state, "small", "resp_1") == [True]
    assert there(state, "large", "resp_2", "resp_3", "resp_4") == [False, False, True]
    assert not state.hold("small", held("resp_9", "x" * 10 * OVERHEAD))
    assert there(state, "small", "resp_9") == [False]


def test_after_its_time_a_response_is_gone_used_or_not() -> None:
    clock = Clock()
    state = ResponseState(StateLimits(seconds=60), clock)
    state.hold("mine", held("resp_1"))
    clock.now = 59.0
    assert there(state, "mine", "resp_1") == [True]
    clock.now = 60.0
    assert there(state, "mine", "resp_1") == [False]


def test_pictures_and_bodies_count() -> None:
    shown = picture("green", (200, 200))
    turn = Message("user", (ImagePart(shown),))
    response = HeldResponse("resp_1", "guarded", (turn,), {"msg_1": turn}, body=b"x" * 100)
    assert response.bytes == OVERHEAD + 2 * len(shown.data) + 100
    assert response.turns == (turn, turn)


def test_nothing_is_left_of_clients_whose_responses_are_gone() -> None:
    clock = Clock()
    state = ResponseState(StateLimits(count=3, seconds=60), clock)
    for turn in range(40):
        clock.now = turn * 10.0
        state.hold(f"client {turn % 5}", held(f"resp_{turn}", "x" * turn))
        state.of("client 1").delete(f"resp_{turn - 1}")
    kept = [turn for turn in range(40) if there(state, f"client {turn % 5}", f"resp_{turn}") == [True]]
    assert len(kept) == 3
    clock.now += 60
    assert there(state, "client 4", "resp_39") == [False]
    assert (vars(state)["_bytes"], dict(vars(state)["_owners"])) == (0, {})


def signed(identity: str, signature: str) -> HeldResponse:
    call = ToolCall("call_0", "swing", "{}", signature)
    return HeldResponse(identity, "guarded", (), {"fc_1": Message("assistant", tool_calls=(call,))})


def test_a_signature_is_found_by_its_call_as_long_as_its_response_is_held() -> None:
    state = ResponseState(StateLimits(count=2))
    state.hold("mine", signed("resp_1", "first"))
    state.hold("mine", signed("resp_2", "second"))
    assert state.signature("mine", "guarded", "call_0") == "second"
    assert state.signature("mine", "other", "call_0") is None
    assert state.signature("theirs", "guarded", "call_0") is None
    state.delete("mine", "resp_1")  # it no longer stands for the call
    assert state.signature("mine", "guarded", "call_0") == "second"
    state.hold("mine", held("resp_3"))
    state.hold("mine", held("resp_4"))
    assert state.signature("mine", "guarded", "call_0") is None


def test_a_signature_counts_among_the_bytes() -> None:
    assert signed("resp_1", "x" * 4096).bytes - signed("resp_1", "x").bytes == 4095
