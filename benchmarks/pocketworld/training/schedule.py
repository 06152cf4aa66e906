"""How long to train, on how much: fixed numbers, so that a log tells which run it was."""

import math
from dataclasses import dataclass


@dataclass(frozen=True)
class Phase:
    """So many steps; in each, every process looks at `pictures`, is asked about some of them, and practises `texts`.

    Small steps teach more an hour than large ones: 20 to 40 pictures do as much for the eye as 128.
    """

    steps: int
    pictures: int
    asked: int
    texts: int

    def __str__(self) -> str:
        return f"{self.steps} of {self.pictures} pictures, {self.asked} asked about, {self.texts} texts"


@dataclass(frozen=True)
class Plan:
    """A whole run. `pool`: pictures drawn beforehand; `rate`: the highest learning rate."""

    name: str
    phases: tuple[Phase, ...]
    pool: int
    rate: float
    seed: int = 20261122
    processes: int = 2
    warm: float = 0.03
    floor: float = 0.03
    log_every: int = 25
    save_every: int = 300
    corpus: int = 20_000

    @property
    def steps(self) -> int:
        return sum(phase.steps for phase in self.phases)

    def phase_at(self, step: int) -> Phase:
        """The phase that a step, counted from 0, belongs to."""
        for phase in self.phases:
            if step < phase.steps:
                return phase
            step -= phase.steps
        raise IndexError(step)

    def rate_at(self, step: int) -> float:
        """Linear warm-up, then half a cosine down to the floor."""
        done = (step + 1) / self.steps
        if done < self.warm:
            return self.rate * done / self.warm
        cosine = 0.5 * (1 + math.cos(math.pi * (done - self.warm) / (1 - self.warm)))
        return self.rate * (self.floor + (1 - self.floor) * cosine)


FULL = Plan(
    "full",
    (Phase(1300, pictures=32, asked=0, texts=8), Phase(5200, pictures=18, asked=18, texts=11)),
    pool=32_000,
    rate=2e-3,
)
TUNE = Plan(
    "tune",
    (Phase(1800, pictures=18, asked=18, texts=11),),
    pool=16_000,
    rate=1.5e-3,
    seed=20261123,
)
MINIATURE = Plan(
    "miniature",
    (Phase(4, pictures=16, asked=0, texts=8), Phase(16, pictures=8, asked=3, texts=8)),
    pool=200,
    rate=2e-3,
    processes=1,
    log_every=1,
    save_every=1000,
    corpus=1_500,
)
