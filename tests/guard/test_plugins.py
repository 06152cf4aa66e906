"""Custom methods and agents: found by name, checked, and part of what a deployment is."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from pydantic import ValidationError

from agents.findings import SceneFinding
from agents.models.scripted import ScriptedModel
from guard.errors import NotJudged, PluginBroken
from guard.verdict import Action
from tests.guard.settings import deployed, setting
from tests.installed import put_metadata
from tests.scripts import UNSAFE, Roles, golf, picture

MODULE = '''
"""A method that judges as the situational one does without intent, and a visual agent that always sees a dog."""

from dataclasses import dataclass

from agents.findings import SceneFinding
from agents.agent import Report
from agents.visual import VisualAgent
from guard.config import AgentsConfig
from guard.methods.build import build_method


class DogSpotter(VisualAgent):
    async def assess(self, brief, intent=None):
        seen = {part.digest for part in brief.conversation.pictures}
        found = SceneFinding(place="a park", objects=("a dog",), people=(), text=(), hazards=())
        return Report("visual", found, frozenset(seen))


class Blind(VisualAgent):
    async def assess(self, brief, intent=None):
        return Report("visual", SceneFinding(place="?", objects=(), people=(), text=(), hazards=()))


def plain(deployment, models, prompts):
    agents = AgentsConfig(intent=False)
    changed = deployment.model_copy(update={"method": "situational", "agents": agents})
    return build_method(changed, models, prompts)


def no_method(deployment, models, prompts):
    return "situational"


def no_agent(model, prompts):
    return "a dog"
'''

Install = Callable[..., None]


@pytest.fixture
def install(tmp_path: Path) -> Iterator[Install]:
    """Installs a package with these methods and agents, at a version."""
    (tmp_path / "dogs.py").write_text(MODULE)
    sys.path.insert(0, str(tmp_path))

    def write(
        *, methods: dict[str, str] | None = None, agents: dict[str, str] | None = None, name: str = "dogs"
    ) -> None:
        put_metadata(tmp_path, name, "1.0", {"situguard.methods": methods or {}, "situguard.agents": agents or {}})

    yield write
    sys.path.remove(str(tmp_path))
    sys.modules.pop("dogs", None)


async def test_a_method_of_ones_own_judges(install: Install) -> None:
    install(methods={"plain": "dogs:plain"})
    model = ScriptedModel(Roles(situation=UNSAFE))
    ruling = await deployed(model, method="plain").rule(golf(picture()))
    assert ruling.judgement.action is Action.WARN
    assert [report.agent for report in ruling.reports] == ["visual", "situation"]


async def test_an_agent_of_ones_own_stands_in_for_the_built_in_one(install: Install) -> None:
    install(agents={"dog-spotter": "dogs:DogSpotter"})
    model = ScriptedModel(Roles())
    ruling = await deployed(model, agents={"visual": {"use": "dog-spotter"}}).rule(golf(picture()))
    scene = next(report.finding for report in ruling.reports if report.agent == "visual")
    assert isinstance(scene, SceneFinding)
    assert scene.objects == ("a dog",)
    situation = next(request for request in model.requests if request.messages[-1].text.startswith("Situation:"))
    assert "objects: a dog" in situation.messages[-1].text


async def test_an_agent_of_ones_own_that_did_not_look_blocks(install: Install) -> None:
    install(agents={"blind": "dogs:Blind"})
    with pytest.raises(NotJudged, match="coverage"):
        await deployed(ScriptedModel(Roles()), agents={"visual": {"use": "blind"}}).rule(golf(picture()))


def test_a_method_that_is_not_installed_is_refused_with_those_that_are(install: Install) -> None:
    install(methods={"plain": "dogs:plain"})
    with pytest.raises(ValidationError, match=r"no method 'magic'; there are situational, .*, raw, plain"):
        setting(method="magic")


@pytest.mark.parametrize(
    ("target", "words"),
    [
        ("dogs:no_method", "a str is no method"),
        ("dogs:NOTHING", "does not load"),
        ("no_such_module:x", "does not load"),
        ("dogs:MODULE_NAME", "does not load"),
    ],
)
def test_a_method_that_is_none_is_an_error_before_anything_is_served(install: Install, target: str, words: str) -> None:
    install(methods={"plain": target})
    with pytest.raises(PluginBroken, match=words):
        deployed(ScriptedModel(Roles()), method="plain")


@pytest.mark.parametrize("target", ["dogs:no_agent", "agents.intent:IntentAgent"])
def test_an_agent_of_another_kind_is_an_error(install: Install, target: str) -> None:
    install(agents={"eye": target})
    with pytest.raises(PluginBroken, match="is no VisualAgent"):
        deployed(ScriptedModel(Roles()), agents={"visual": {"use": "eye"}})


def test_an_agent_that_is_not_installed_or_offered_twice_is_an_error(install: Install) -> None:
    with pytest.raises(PluginBroken, match="'eye' is not installed"):
        deployed(ScriptedModel(Roles()), agents={"visual": {"use": "eye"}})
    install(agents={"eye": "dogs:DogSpotter"})
    install(agents={"eye": "dogs:Blind"}, name="cats")
    with pytest.raises(PluginBroken, match="more than one package"):
        deployed(ScriptedModel(Roles()), agents={"visual": {"use": "eye"}})


def test_another_release_of_the_package_is_another_deployment(install: Install, tmp_path: Path) -> None:
    install(agents={"eye": "dogs:DogSpotter"})
    one = deployed(ScriptedModel(Roles()), agents={"visual": {"use": "eye"}}).digest
    metadata = tmp_path / "dogs-1.0.dist-info" / "METADATA"
    metadata.write_text(metadata.read_text().replace("Version: 1.0", "Version: 1.1"))
    assert deployed(ScriptedModel(Roles()), agents={"visual": {"use": "eye"}}).digest != one
