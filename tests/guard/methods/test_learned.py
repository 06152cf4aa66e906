"""Which prompts a checkpoint has learned: those that it lists, with the text that it lists."""

from __future__ import annotations

import json
from pathlib import Path

from agents.prompts import PromptSet
from guard.config import Config
from guard.methods.learned import unlearned_by_deployment
from guard.methods.needs import OwnFile
from guard.methods.registry import METHODS

COMPACT = PromptSet.load("compact").digests


def over(path: str, **more: str) -> dict[str, tuple[str, ...]]:
    """What each method's deployment asks that the checkpoint there never learned."""
    models = {"here": {"kind": "local", "path": path}}
    deployments = {
        name: {
            "model": "here",
            "method": name,
            "unguarded": not entry.judges,
            "prompts": "compact",
            **({"safeswitch": {"probe": "probe.json", "head": "head.json"}} if name == "safeswitch" else {}),
            **more,
        }
        for name, entry in METHODS.items()
        if not any(isinstance(need, OwnFile) for need in entry.needs)
    }
    return unlearned_by_deployment(Config.model_validate({"models": models, "deployments": deployments}))


def test_the_embedded_model_never_learned_the_prompts_of_methods_from_other_papers() -> None:
    found = over("builtin:pocket")
    assert {name: found[name] for name in ("ecso", "adashield-s", "sia", "echosafe")} == {
        name: METHODS[name].prompts for name in ("ecso", "adashield-s", "sia", "echosafe")
    }
    assert not found.keys() & {"raw", "safety-prompt", "cot", "mss-chat", "mss-embodied"}


def test_a_prompt_with_another_text_was_not_learned(tmp_path: Path) -> None:
    known = {**COMPACT, "cot_chat": COMPACT["situation"]}
    (tmp_path / "checkpoint.json").write_text(json.dumps({"prompts": known}), encoding="utf-8")
    assert over(str(tmp_path)) == {"cot": ("cot_chat",)}


def test_a_checkpoint_without_a_list_is_a_model_for_any_prompt(tmp_path: Path) -> None:
    assert over(str(tmp_path)) == {}
    assert over("some/where") == {}


def test_the_long_prompts_are_others_than_the_short_ones() -> None:
    assert "cot" in over("builtin:pocket", prompts="default")
