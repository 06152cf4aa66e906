"""The settings that belong to one method each: sections of a deployment that names that method."""

from __future__ import annotations

from pathlib import Path

from pydantic import Field

from guard.section import Section


class SafeSwitchConfig(Section):
    """Settings of method safeswitch. Both files are made for one checkpoint, and refused for another."""

    probe: Path | None = Field(default=None, description="JSON file of a probe, made by `situguard-train probe`")
    head: Path | None = Field(default=None, description="JSON file of a refusal head, made by `situguard-train head`")
