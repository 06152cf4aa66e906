"""The meter: what an endpoint tells counts, and where it tells nothing an estimate does."""

from __future__ import annotations

from agents.conversation import user_message
from agents.models.base import Chunk, Completion, Usage
from agents.models.wire import Envelope
from service.keys.prices import Call
from service.meter import PICTURE_TOKENS, Meter
from tests.scripts import picture

ENVELOPE = Envelope("m")
ASKED = [user_message("a" * 400, picture())]  # a hundred tokens, and a picture


def meter() -> Meter:
    return Meter("large", ASKED)


def test_what_the_endpoint_tells_counts() -> None:
    whole = meter()
    whole.see(Completion(ENVELOPE.completion("Swing.", Usage(50, 7, 3))))
    assert whole.call == Call("large", Usage(50, 7, 3))


def test_a_stream_that_was_left_before_its_usage_came_is_estimated() -> None:
    left = meter()
    for piece in ("a" * 30, "b" * 30):
        left.see(Chunk(ENVELOPE.piece(piece)))
    assert left.call == Call("large", Usage(100 + PICTURE_TOKENS, 15), estimated=True)


def test_many_short_pieces_are_as_many_tokens() -> None:
    left = meter()
    for _ in range(20):
        left.see(Chunk(ENVELOPE.piece("a")))
    assert left.call.usage.completion_tokens == 20


def test_a_call_that_was_given_up_is_charged_for_what_was_asked() -> None:
    assert meter().call == Call("large", Usage(100 + PICTURE_TOKENS, 0), estimated=True)


def test_a_call_that_failed_before_anything_came_is_not_charged() -> None:
    failed = meter()
    failed.failed = True
    assert failed.call == Call("large", Usage())
