"""Arms look at every picture anew, so that no answer of a run depends on what was asked before it.

By default a deployment keeps what its visual agent saw in a picture for the next question about it. In a run, a second
repeat would then rest on the first one's look. An arm whose configuration says `cache: true` is left as it is.
"""

from __future__ import annotations

from collections.abc import Sequence

import yaml

from benchmarks.harness.arms import Arm
from guard.config import Config, Deployment


def looking_anew(config: Config) -> Config:
    """The configuration as a run serves it."""
    document = config.model_dump(mode="json", exclude_unset=True)
    for name, deployment in config.deployments.items():
        if deployment.keeps_scenes and not asks_for_cache(deployment):
            agents = document["deployments"][name].setdefault("agents", {})
            agents["visual"] = {**agents.get("visual", {}), "cache": False}
    return Config.model_validate(document)


def as_file_text(config: Config) -> str:
    """The configuration as a proxy reads it from a file."""
    return yaml.safe_dump(config.model_dump(mode="json", exclude_unset=True), sort_keys=False, allow_unicode=True)


def asks_for_cache(deployment: Deployment) -> bool:
    """Whether it does so in so many words."""
    return "cache" in deployment.agents.visual.model_fields_set


def said_of_looks(arms: Sequence[Arm]) -> str:
    """What a report says of it; nothing where the proxy did not tell."""
    keeping = [arm.name for arm in arms if arm.keeps_scenes]
    if keeping:
        return (
            f"Some arms keep what they saw in a picture for their next question about it: {', '.join(keeping)}. Their"
            " answers about one picture depend on each other, those of repeats too. The others look anew each time."
        )
    if all(arm.keeps_scenes is None for arm in arms):
        return ""
    return "Every question and every repeat is judged by a new look at its picture: no arm keeps what it saw."
