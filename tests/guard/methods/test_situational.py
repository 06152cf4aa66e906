"""The early hold: a probe that is sure of unsafe tells at once, and no verdict changes by it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

torch = pytest.importorskip("torch", reason="needs local: the extra of that name")

from agents.models.local import LocalModel  # noqa: E402
from agents.models.trained_parts import ProbeCard, save_part  # noqa: E402
from agents.prompts import PromptSet  # noqa: E402
from guard.config import EMBEDDED, Deployment, LocalConfig  # noqa: E402
from guard.errors import MethodUnusable  # noqa: E402
from guard.guard import GuardedDeployment  # noqa: E402
from guard.identity import checkpoint_of, identify  # noqa: E402
from guard.methods.build import build_method  # noqa: E402
from guard.methods.situational import Situational  # noqa: E402
from tests.scripts import golf, picture  # noqa: E402

pytestmark = pytest.mark.filterwarnings("ignore")
COMPACT = PromptSet.load("compact")
POCKET = LocalConfig(kind="local", path=EMBEDDED)
WIDTH = 128
SURE = 9.0


def saved(folder: Path, bias: float, **changes: object) -> Path:
    """A probe that says the same of everything."""
    about = {"prompt": "situation", "prompt_sha256": COMPACT["situation"].digest, "findings": True, **changes}
    card = ProbeCard.model_validate(
        {"model": identify(POCKET), "layer": -1, "after_tokens": 2, "threshold": 0.5, **about}
    )
    save_part(folder / "probe.json", card, {"weight": torch.zeros(WIDTH), "bias": torch.tensor([bias])})
    return folder / "probe.json"


def deployed(model: LocalModel, early: Path | None) -> GuardedDeployment:
    setting = {"model": "pocket", "prompts": "compact", "agents": {"situation": {"early": early}, "onlooker": False}}
    return GuardedDeployment("d", Deployment.model_validate(setting), {"pocket": model}, COMPACT)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def pocket() -> AsyncIterator[LocalModel]:
    model = LocalModel("pocket", checkpoint=checkpoint_of(POCKET))
    await model.start()
    yield model
    await model.close()


@pytest.mark.asyncio(loop_scope="module")
async def test_a_probe_that_is_sure_holds_back_and_changes_no_verdict(pocket: LocalModel, tmp_path: Path) -> None:
    verdicts = []
    for bias, told in ((SURE, ["probe"]), (-SURE, [])):
        held: list[str] = []
        ruling = await deployed(pocket, saved(tmp_path, bias)).rule_early(golf(picture()), [], [], held.append)
        verdicts.append(ruling.judgement)
        assert [why for why in held if why == "probe"] == told
    verdicts.append((await deployed(pocket, None).rule(golf(picture()))).judgement)
    assert verdicts[0] == verdicts[1] == verdicts[2]


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"prompt_sha256": "0" * 64}, "train it again"),
        ({"prompt": "onlooker", "prompt_sha256": COMPACT["onlooker"].digest}, "'situation'"),
        ({"findings": False}, "findings"),
    ],
)
def test_a_probe_of_another_question_is_refused(tmp_path: Path, changes: dict[str, object], reason: str) -> None:
    with pytest.raises(MethodUnusable, match=reason) as refused:
        deployed(LocalModel("pocket", checkpoint="none"), saved(tmp_path, SURE, **changes))
    assert refused.value.setting == "agents.situation.early"


def test_a_probe_of_another_checkpoint_is_refused(tmp_path: Path) -> None:
    setting = {"model": "pocket", "prompts": "compact", "agents": {"situation": {"early": saved(tmp_path, SURE)}}}
    model = LocalModel("pocket", checkpoint="none")
    method = build_method(Deployment.model_validate(setting), {"pocket": model}, COMPACT)
    assert isinstance(method, Situational)
    assert method.digest
    method.check(identify(POCKET))
    with pytest.raises(MethodUnusable, match="train it again"):
        method.check("f" * 64)
