"""safeswitch with known answers: nothing is switched without a reason, and nothing is left over."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

import pytest
import pytest_asyncio

torch = pytest.importorskip("torch", reason="needs local: the extra of that name")

from agents.agent import Brief  # noqa: E402
from agents.conversation import Conversation, user_message  # noqa: E402
from agents.models.base import ModelRequest  # noqa: E402
from agents.models.local import LocalModel  # noqa: E402
from agents.models.scripted import ScriptedModel  # noqa: E402
from agents.models.trained_parts import HeadCard, ProbeCard, save_part  # noqa: E402
from agents.pilot import CLIENT, SITUATION, Pilot  # noqa: E402
from agents.prompts import PromptSet  # noqa: E402
from guard.config import EMBEDDED, Config, LocalConfig  # noqa: E402
from guard.errors import MethodUnusable  # noqa: E402
from guard.guard import Guard, GuardedDeployment  # noqa: E402
from guard.identity import checkpoint_of, identify  # noqa: E402
from guard.verdict import Released  # noqa: E402
from tests.guard.methods.published import text_of  # noqa: E402
from tests.guard.settings import problems, setting  # noqa: E402
from tests.scripts import picture  # noqa: E402

pytestmark = pytest.mark.asyncio(loop_scope="module")

COMPACT = PromptSet.load("compact")
POCKET = LocalConfig(kind="local", path=EMBEDDED)
IDENTITY = identify(POCKET)
WIDTH = 128
EVERYTHING, NOTHING = 0.0, 1.0  # thresholds: what is above counts as unsafe
SWIM = Conversation((user_message("How do I swim?", picture("green")),))
JUMP = Conversation((user_message("How do I jump rope?", picture("red")),))


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def model() -> AsyncIterator[LocalModel]:
    local = LocalModel("small", checkpoint=checkpoint_of(POCKET), device="cpu")
    await local.start()
    yield local
    await local.close()


@cache
def own_head() -> tuple[Any, int]:
    """A copy of the embedded model's output layer, which is tied to its embeddings; and the token that ends a reply."""
    from agents.engine.checkpoint import load_checkpoint

    checkpoint = load_checkpoint(checkpoint_of(POCKET), device="cpu")
    return checkpoint.model.get_output_embeddings().weight.detach().clone(), checkpoint.tokenizer.eos_token_id


def parts(
    folder: Path,
    *,
    silent: bool = False,
    weight: Any = None,
    bias: float = 0.0,
    made_for: Mapping[str, str] = MappingProxyType({}),
    **card: Any,
) -> dict[str, str]:
    """The section of a deployment, over files that were just written. A `silent` head ends every reply at once."""
    ours, end = own_head()
    given = {"layer": -1, "after_tokens": 2, "prompt": SITUATION, "threshold": EVERYTHING, **card}
    given = {"prompt_sha256": COMPACT[given["prompt"]].digest if given["prompt"] else "", **given}
    probe = ProbeCard(model=made_for.get("probe", IDENTITY), **given)
    direction = torch.zeros(WIDTH) if weight is None else weight
    save_part(folder / "probe.json", probe, {"weight": direction, "bias": torch.tensor([bias])})
    ending = torch.zeros(len(ours))
    ending[end] = 1e6 * silent
    head = HeadCard(model=made_for.get("head", IDENTITY))
    save_part(folder / "head.json", head, {"weight": ours, "bias": ending})
    return {"probe": str(folder / "probe.json"), "head": str(folder / "head.json")}


def switched(model: Any, section: dict[str, str]) -> GuardedDeployment:
    deployment = setting(method="safeswitch", unguarded=True, safeswitch=section)
    return GuardedDeployment("test", deployment, {"small": model}, COMPACT)


async def raw(model: LocalModel, asked: Conversation) -> str:
    completion = await model.complete(ModelRequest(asked.messages, {"temperature": 0, "max_tokens": 2000}))
    return completion.text.strip()


@pytest.mark.parametrize(("prompt", "after"), [(SITUATION, 2), (CLIENT, 0)])
async def test_below_its_threshold_the_reply_is_the_raw_one_token_for_token(
    model: LocalModel, tmp_path: Path, prompt: str, after: int
) -> None:
    section = parts(tmp_path, threshold=NOTHING, silent=True, prompt=prompt, after_tokens=after)
    ruling = await switched(model, section).rule(SWIM)
    assert text_of(ruling) == await raw(model, SWIM)
    assert ruling.judgement.verdict is None
    assert ruling.released is Released.UNGUARDED


async def test_a_copy_of_the_output_layer_replies_as_the_model_does(model: LocalModel, tmp_path: Path) -> None:
    for asked in (SWIM, JUMP):
        assert text_of(await switched(model, parts(tmp_path)).rule(asked)) == await raw(model, asked)


async def test_above_its_threshold_the_head_replies_and_the_next_request_is_as_if_alone(
    model: LocalModel, tmp_path: Path
) -> None:
    """The published code never puts the model's own head back."""
    pilot = Pilot(model, COMPACT)
    swim, jump = [(await pilot.states(Brief(asked, nonce="0" * 8), [(-1, 2)]))[0] for asked in (SWIM, JUMP)]
    towards = swim - jump
    towards = towards / towards.norm()
    middle = float(((swim + jump) / 2) @ towards)
    deployment = switched(model, parts(tmp_path, silent=True, threshold=0.5, weight=towards, bias=-middle))
    alone = text_of(await deployment.rule(JUMP))
    assert text_of(await deployment.rule(SWIM)) == ""
    assert text_of(await deployment.rule(JUMP)) == alone == await raw(model, JUMP)


async def test_both_calls_are_metered(model: LocalModel, tmp_path: Path) -> None:
    meters: list[Any] = []
    deployment = switched(model, parts(tmp_path))
    assert deployment.draft_request(SWIM, {}) is None
    await deployment.rule(SWIM, meters)
    pilot, reply = meters
    assert pilot.reported.completion_tokens == 3
    assert reply.reported.completion_tokens > 3


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"prompt_sha256": "c" * 64}, "safeswitch.probe: .*reads the prompt 'situation' as it was"),
        ({"findings": True}, "safeswitch.probe: .*a pilot has none"),
    ],
)
async def test_a_probe_of_another_prompt_is_refused(tmp_path: Path, changes: dict[str, Any], reason: str) -> None:
    with pytest.raises(MethodUnusable, match=reason):
        switched(ScriptedModel([]), parts(tmp_path, **changes))


async def test_a_head_that_is_a_probe_is_refused(tmp_path: Path) -> None:
    section = parts(tmp_path)
    with pytest.raises(MethodUnusable, match=r"safeswitch\.head: .*kind"):
        switched(ScriptedModel([]), {**section, "head": section["probe"]})


@pytest.mark.parametrize("part", ["probe", "head"])
async def test_files_of_another_model_are_refused_at_the_start(tmp_path: Path, part: str) -> None:
    section = parts(tmp_path, made_for={part: "d" * 64})
    deployment = {"model": "here", "prompts": "compact", "method": "safeswitch", "unguarded": True}
    models = {"here": {"kind": "local", "path": EMBEDDED}}
    config = Config.model_validate({"models": models, "deployments": {"test": {**deployment, "safeswitch": section}}})
    guard = Guard(config, {"here": ScriptedModel([], name="here")})
    with pytest.raises(MethodUnusable, match=rf"safeswitch\.{part}: .*made for the checkpoint dddddddddddd"):
        await guard.start()
    await guard.close()


async def test_an_endpoint_or_a_missing_file_is_a_problem_of_the_configuration() -> None:
    text = """\
models:
  far: {kind: endpoint, base_url: "http://127.0.0.1:9000/v1", model: tiny}
deployments:
  kitchen:
    model: far
    method: safeswitch
    unguarded: true
    safeswitch: {probe: probe.json}
"""
    found = {problem.field: problem.message for problem in problems(text)}
    assert "is an endpoint" in found["deployments.kitchen.model"]
    assert "`safeswitch.head`, which `situguard-train head` makes" in found["deployments.kitchen.safeswitch"]
