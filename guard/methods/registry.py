"""The methods, in one table: where each is from, what it sees, what it costs and what it needs.

Configuration, builders, forecasts and `situguard-bench arms` follow from the entries. A new method is a file in this
package, an entry here and a builder in `guard.methods.build`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from guard.methods.needs import LocalCheckpoint, Need, OwnFile, Unmet

if TYPE_CHECKING:
    from guard.config import Deployment, ModelConfig


@dataclass(frozen=True)
class MethodEntry:
    """One method.

    Without `judges` it carries no verdict, and its deployments say `unguarded: true`. `calls` counts those to models
    for one request, the answer included, in words. `prompts` names the files that it fills: what a small model must
    have learned. `section` is the key of a deployment that holds its own settings. With `keeps_memory`, a reply may
    depend on requests before it, so benchmarks ask one at a time and cache nothing.
    """

    name: str
    source: str
    sees: str
    calls: str
    judges: bool = True
    needs: tuple[Need, ...] = ()
    prompts: tuple[str, ...] = ()
    section: str = ""
    keeps_memory: bool = False


MSSBENCH = "MSSBench (ICLR 2025, arXiv 2410.06172)"

METHODS: Mapping[str, MethodEntry] = {
    entry.name: entry
    for entry in (
        MethodEntry(
            "situational",
            source="Situguard, after MSSBench's multi-agent pipelines",
            sees="the conversation and its pictures, by several agents",
            calls="5 beside each other, 7 where it warns",
            prompts=("intent", "scene", "situation", "onlooker", "warn", "guide", "reply", "action"),
        ),
        MethodEntry(
            "mss-chat",
            source=MSSBENCH,
            sees="the conversation and its pictures",
            calls="3 in series",
            prompts=("mss_chat_intent", "mss_chat_judge", "mss_chat_answer_safe", "mss_chat_answer_unsafe"),
        ),
        MethodEntry(
            "mss-embodied",
            source=MSSBENCH,
            sees="the conversation, then its pictures",
            calls="2 in series",
            prompts=("mss_embodied_point", "mss_embodied_answer"),
        ),
        MethodEntry(
            "cot",
            source=MSSBENCH,
            sees="the conversation and its pictures",
            calls="1",
            prompts=("cot_chat", "cot_embodied"),
        ),
        MethodEntry(
            "ecso",
            source="ECSO (ECCV 2024, arXiv 2403.09572)",
            sees="the question, its pictures and the model's own answer",
            calls="2 in series, or 4 where the answer was harmful",
            prompts=("ecso_tell", "ecso_caption", "ecso_answer"),
        ),
        MethodEntry(
            "adashield-s",
            source="AdaShield-S (ECCV 2024, arXiv 2403.09513)",
            sees="nothing: it adds a text to the question",
            calls="1",
            judges=False,
            prompts=("adashield",),
            section="adashield",
        ),
        MethodEntry(
            "sia",
            source="SIA (arXiv 2507.16856)",
            sees="the pictures, then the question, then both",
            calls="3 in series",
            judges=False,
            prompts=("sia_caption", "sia_intent", "sia_answer"),
        ),
        MethodEntry(
            "echosafe",
            source="EchoSafe (CVPR 2026, arXiv 2603.15800)",
            sees="the question, its pictures and insights from earlier requests",
            calls="1, or 2 where it writes to its memory",
            judges=False,
            prompts=("echosafe_recall", "echosafe_reflect"),
            section="echosafe",
            keeps_memory=True,
        ),
        MethodEntry(
            "coca",
            source="CoCA (COLM 2024, arXiv 2409.11365)",
            sees="nothing: it enlarges what a safety principle changes in each token's score",
            calls="1, in two rows of a batch",
            judges=False,
            needs=(LocalCheckpoint(),),
            prompts=("safety_prompt",),
            section="coca",
        ),
        MethodEntry(
            "vcd",
            source="VCD (CVPR 2024, arXiv 2311.16922)",
            sees="the pictures, and how each token's score changes with noise on them",
            calls="1, in two rows of a batch",
            judges=False,
            needs=(LocalCheckpoint(),),
            section="vcd",
        ),
        MethodEntry(
            "safeswitch",
            source="SafeSwitch (Findings of EMNLP 2025, arXiv 2502.01042)",
            sees="the model's hidden state, on the question or on a pilot",
            calls="2 in series; the first is a few tokens",
            judges=False,
            needs=(
                LocalCheckpoint(),
                OwnFile("safeswitch", "probe", "situguard-train probe"),
                OwnFile("safeswitch", "head", "situguard-train head"),
            ),
            prompts=("situation",),
            section="safeswitch",
        ),
        MethodEntry(
            "safety-prompt",
            source="MM-SafetyBench (ECCV 2024, arXiv 2311.17600)",
            sees="nothing: it adds a system prompt",
            calls="1",
            judges=False,
            prompts=("safety_prompt",),
        ),
        MethodEntry("raw", source="no guard", sees="nothing", calls="1", judges=False),
    )
}

UNJUDGED = frozenset(name for name, entry in METHODS.items() if not entry.judges)
"""Methods without a verdict: nothing that anyone could check is guarded."""


def unmet_needs(deployment: Deployment, models: Mapping[str, ModelConfig]) -> list[Unmet]:
    """What the deployment's method lacks. A custom method checks its needs itself, where it is built."""
    needs = METHODS[deployment.method].needs if deployment.method in METHODS else ()
    return [unmet for need in needs if (unmet := need.unmet(deployment, models))]
