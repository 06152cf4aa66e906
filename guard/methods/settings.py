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


class VcdConfig(Section):
    """Visual contrastive decoding on a local checkpoint: against the same prompt with noise on its pictures."""

    alpha: float = Field(
        default=1, ge=0, le=10, description="how far scores are moved away from those that the noisy pictures give"
    )
    beta: float = Field(
        default=0.1, ge=0, le=1, description="tokens less likely than this share of the likeliest one are left out"
    )
    step: int = Field(default=500, ge=0, le=999, description="steps of noise, of 1000; 999 leaves little to be seen")


class CocaConfig(Section):
    """Settings of method coca: how much the shift that a safety principle makes is enlarged."""

    alpha: float = Field(
        default=1, ge=-1, le=10, description="how much the shift is enlarged; 0 is method safety-prompt, -1 is raw"
    )
    beta: float = Field(
        default=0,
        ge=0,
        le=1,
        description="tokens less likely than this share of the likeliest one are left out; not in the paper, and 0.1"
        " keeps text readable where `alpha` is large",
    )
    principle: str | None = Field(
        default=None, max_length=4000, description="the principle; without it, the text of method safety-prompt"
    )
    place: Literal["system", "question"] = Field(
        default="system", description="where it stands: a system turn of its own, or before the last question"
    )


class DecodeConfig(Section):
    """How replies are decoded. Needs a local checkpoint, and takes two places of its batch."""

    vcd: VcdConfig | None = Field(default=None, description="visual contrastive decoding; `{}` for its defaults")


class SafeSwitchConfig(Section):
    """Settings of method safeswitch. Both files are made for one checkpoint, and refused for another."""

    probe: Path | None = Field(default=None, description="JSON file of a probe, made by `situguard-train probe`")
    head: Path | None = Field(default=None, description="JSON file of a refusal head, made by `situguard-train head`")
