"""A wrapped model asks the same with taps or a contrast added, whole and streamed."""

from __future__ import annotations

from agents.conversation import user_message
from agents.models.base import ModelRequest
from agents.models.scripted import ScriptedModel
from agents.models.white_box import Contrast, Tap, WhiteBox
from agents.models.white_boxed import WhiteBoxed

CONTRAST = Contrast(1, 0.1, noise_step=500)


async def test_every_request_is_decoded_by_contrast() -> None:
    scripted = ScriptedModel(["one", "two words"])
    model = WhiteBoxed(scripted, contrast=CONTRAST)
    tap = Tap(-1, print)
    request = ModelRequest((user_message("hello"),), {"seed": 1}, WhiteBox((tap,)))
    assert (await model.complete(request)).text == "one"
    assert "".join([chunk.text async for chunk in model.stream(request)]) == "two words"
    expected = ModelRequest(request.messages, request.options, WhiteBox((tap,), contrast=CONTRAST))
    assert scripted.requests == [expected, expected]
    assert model.name == scripted.name


async def test_taps_are_added_to_those_of_the_request() -> None:
    scripted = ScriptedModel(["one"])
    own, added = Tap(0, print), Tap(-1, print)
    inner = WhiteBoxed(scripted, contrast=CONTRAST)
    request = ModelRequest((user_message("hello"),), white_box=WhiteBox((own,)))
    await WhiteBoxed(inner, taps=(added,)).complete(request)
    assert scripted.requests[0].white_box == WhiteBox((own, added), contrast=CONTRAST)
