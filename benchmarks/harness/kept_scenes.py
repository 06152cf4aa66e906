"""Arms look at every picture anew, so that no answer of a run depends on what was asked before it.

By default a deployment keeps what its visual agent saw in a picture for the next question about it. In a run, a second
repeat would then rest on the first one's look. An arm whose configuration says `cache: true` is left as it is.
"""

from __future__ import annotations

import yaml

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
