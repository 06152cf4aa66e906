"""vcd: the answer, or any agent's call, is decoded against the same prompt with noise on its pictures."""

from __future__ import annotations

import pytest

from agents.conversation import Message
from agents.models.scripted import ScriptedModel
from agents.models.white_box import PLAIN, Contrast, WhiteBox
from guard.config import Deployment
from guard.config_file import parse_config
from tests.guard.settings import deployed, problems
from tests.scripts import Roles, golf, picture

NOISY = WhiteBox(contrast=Contrast(0.5, 0.1, noise_step=999))


def test_the_clients_request_is_asked_against_its_pictures_with_noise() -> None:
    deployment = deployed(ScriptedModel([]), method="vcd", unguarded=True, vcd={"alpha": 0.5, "step": 999})
    request = deployment.draft_request(golf(picture()), {"seed": 1})
    assert request is not None
    assert (request.messages, request.options) == (golf(picture()).messages, {"seed": 1})
    assert request.white_box == NOISY


def asked(message: Message) -> str:
    return message.text.split(":", 1)[0]


@pytest.mark.parametrize("agent", ["situation", "visual", "intent"])
async def test_an_agent_s_calls_are_decoded_as_its_section_says(agent: str) -> None:
    model = ScriptedModel(Roles())
    decode = {"vcd": {"alpha": 0.5, "step": 999}}
    await deployed(model, agents={agent: {"decode": decode}}).rule(golf(picture()))
    names = {"situation": "Situation", "visual": "Scene", "intent": "Intent"}
    decoded = {asked(request.messages[0]) for request in model.requests if request.white_box == NOISY}
    assert decoded == {names[agent]}
    assert {request.white_box for request in model.requests} == {NOISY, PLAIN}


FILE = """\
models:
  far: {kind: endpoint, base_url: "http://127.0.0.1:9000/v1", model: tiny}
  near: {kind: local, path: builtin:pocket}
deployments:
  kitchen:
    model: far
    agents:
      situation: {model: near, decode: {vcd: {}}}
"""


def test_on_an_endpoint_it_is_refused_at_the_start() -> None:
    settings = parse_config(FILE.encode(), "test.yaml").deployments["kitchen"].agents["situation"]
    assert settings.decode.vcd is not None
    (problem,) = problems(FILE.replace("model: near", "model: far"))
    assert (problem.line, problem.field) == (8, "deployments.kitchen.agents.situation.decode.vcd")
    assert "agent situation asks 'far', which is an endpoint" in problem.message
    assert "kind: local" in problem.message


@pytest.mark.parametrize(("setting", "value"), [("alpha", 11), ("beta", 1.5), ("step", 1000), ("noise", 1)])
def test_a_setting_out_of_bounds_is_named(setting: str, value: float) -> None:
    (problem,) = problems(FILE.replace("vcd: {}", f"vcd: {{{setting}: {value}}}"))
    assert problem.field.endswith(f"situation.decode.vcd.{setting}")


def test_settings_that_say_nothing_of_it_keep_their_digest() -> None:
    assert "decode" not in Deployment(model="m").model_dump_json()
    assert "vcd" not in Deployment(model="m").model_dump_json()
