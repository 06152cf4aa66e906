"""A wrapped model asks the same with the contrast added, whole and streamed."""

from __future__ import annotations

from agents.conversation import user_message
from agents.models.base import ModelRequest
from agents.models.contrasting import Contrasting
from agents.models.scripted import ScriptedModel
from agents.models.white_box import Contrast, Tap, WhiteBox

CONTRAST = Contrast(1, 0.1, noise_step=500)


async def test_every_request_is_decoded_by_contrast() -> None:
    scripted = ScriptedModel(["one", "two words"])
    model = Contrasting(scripted, CONTRAST)
    tap = Tap(-1, print)
    request = ModelRequest((user_message("hello"),), {"seed": 1}, WhiteBox((tap,)))
    assert (await model.complete(request)).text == "one"
    assert "".join([chunk.text async for chunk in model.stream(request)]) == "two words"
    expected = ModelRequest(request.messages, request.options, WhiteBox((tap,), contrast=CONTRAST))
    assert scripted.requests == [expected, expected]
    assert model.name == scripted.name
