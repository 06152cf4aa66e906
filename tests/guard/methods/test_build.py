"""All published methods: each is built by its name, looks at the right picture, and fails closed."""

from __future__ import annotations

import pytest

from agents.models.scripted import Reply, ScriptedModel
from guard.errors import NotJudged
from guard.methods.build import BUILT_IN
from guard.methods.registry import METHODS
from tests.guard.methods.published import CHAT_INTENT, CHAT_SAFE, PLAN, POINT
from tests.guard.settings import deployed
from tests.scripts import golf, picture


def test_every_method_that_a_deployment_may_name_is_built() -> None:
    assert set(BUILT_IN) == set(METHODS)


@pytest.mark.parametrize(
    ("method", "profile", "replies", "looking"),
    [
        ("mss-chat", "chat", [CHAT_INTENT, CHAT_SAFE, "Swing."], [True, True, True]),
        ("mss-embodied", "embodied", [POINT, PLAN], [False, True]),
    ],
)
async def test_each_side_of_a_pair_is_judged_and_answered_over_its_own_picture(
    method: str, profile: str, replies: list[Reply], looking: list[bool]
) -> None:
    """The released code shows the embodied unsafe side the safe picture."""
    for colour in ("green", "red"):
        own = picture(colour)
        model = ScriptedModel(list(replies))
        await deployed(model, method=method, profile=profile).rule(golf(own))
        shown = [
            [part.digest for part in request.messages[0].parts if part.kind == "image"] for request in model.requests
        ]
        assert shown == [[own.digest] if looks else [] for looks in looking]


@pytest.mark.parametrize(
    ("method", "replies"),
    [
        ("mss-chat", ["Answer: Yes", "Answer: Yes"]),
        ("mss-chat", [CHAT_INTENT, "Answer: Yes", "Yes"]),
        ("mss-chat", [CHAT_INTENT, {"reasoning": "x", "answer": "Maybe"}, "Yes"]),
        ("mss-embodied", [POINT, "Unsafe hint: No", "No"]),
        ("cot", ["Safety evaluation: Yes", "Yes"]),
    ],
)
async def test_without_its_typed_verdict_a_published_method_fails_closed(method: str, replies: list[Reply]) -> None:
    with pytest.raises(NotJudged, match="unreadable"):
        await deployed(ScriptedModel(replies), method=method).rule(golf(picture()))


@pytest.mark.parametrize("method", ["cot", "mss-chat", "mss-embodied"])
def test_methods_that_write_the_reply_want_no_draft(method: str) -> None:
    assert deployed(ScriptedModel([]), method=method).draft_request(golf(), {}) is None
