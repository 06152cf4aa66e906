"""The settings that belong to one method each: sections of a deployment that names that method."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from pydantic import Field

from guard.section import Section

Place = Literal["append", "prepend"]
Scope = Literal["all", "others"]
PLAIN = "plain"


class AdaShieldConfig(Section):
    """Settings of method adashield-s."""

    place: Place = Field(
        default="append", description="where its text goes in the last user turn: after the question, or before it"
    )


class EchoSafeConfig(Section):
    """Settings of method echosafe: a memory of insights from earlier requests, one for each deployment.

    Frozen, it is only read. With `writes: true`, what one client says can reach the prompt of another.
    """

    writes: bool = Field(
        default=False, description="whether requests add to the memory; then clients can poison it for each other"
    )
    k: int = Field(default=3, ge=0, le=16, description="the most insights that a request is shown")
    capacity: int = Field(default=512, ge=1, le=10_000, description="insights kept; the oldest go first")
    scope: Scope = Field(
        default="all",
        description="`others` leaves out insights from requests with the same words or the same picture, so that the"
        " sides of a benchmark's pair do not teach each other",
    )
    file: Path | None = Field(
        default=None, description="file of the memory: read at the start, added to with `writes: true`"
    )
    encoder: str = Field(
        default=PLAIN,
        min_length=1,
        description=f"`{PLAIN}` (words and colours, no meaning), or the folder of a CLIP or SigLIP checkpoint",
    )


class SafeSwitchConfig(Section):
    """Settings of method safeswitch. Both files are made for one checkpoint, and refused for another."""

    probe: Path | None = Field(default=None, description="JSON file of a probe, made by `situguard-train probe`")
    head: Path | None = Field(default=None, description="JSON file of a refusal head, made by `situguard-train head`")
