"""Training schedules: how many steps, on how much, at which learning rate. All numbers are fixed in advance."""

import math
from dataclasses import dataclass


@dataclass(frozen=True)
class Phase:
    """A number of steps that have the same batch.

    In each step, every process sees `pictures` pictures, `asked` of them with an example about them, and `texts`
    examples without a picture. Small batches teach more per hour: 20 to 40 pictures a step do as much for the vision
    tower as 128.
    """

    steps: int
    pictures: int
    asked: int
    texts: int

    def __str__(self) -> str:
        return f"{self.steps} of {self.pictures} pictures, {self.asked} asked about, {self.texts} texts"


@dataclass(frozen=True)
class Schedule:
    """A whole run.

    pool: number of pictures drawn beforehand.
    rate: the highest learning rate; `warm` is the share of the steps that warm up, `floor` the final share of the rate.
    corpus: number of text examples that the tokenizer is trained on.
    """

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
        """The phase that a step belongs to. Steps count from 0."""
        for phase in self.phases:
            if step < phase.steps:
                return phase
            step -= phase.steps
        raise IndexError(step)

    def rate_at(self, step: int) -> float:
        """The learning rate of a step: linear warm-up, then half a cosine down to the floor."""
        done = (step + 1) / self.steps
        if done < self.warm:
            return self.rate * done / self.warm
        cosine = 0.5 * (1 + math.cos(math.pi * (done - self.warm) / (1 - self.warm)))
        return self.rate * (self.floor + (1 - self.floor) * cosine)


FULL = Schedule(
    "full",
    (Phase(1300, pictures=32, asked=0, texts=8), Phase(5200, pictures=18, asked=18, texts=11)),
    pool=32_000,
    rate=2e-3,
)
TUNE = Schedule(
    "tune",
    (Phase(2400, pictures=18, asked=18, texts=11),),
    pool=16_000,
    rate=1.2e-3,
    seed=20261129,
)
MINIATURE = Schedule(
    "miniature",
    (Phase(4, pictures=16, asked=0, texts=8), Phase(16, pictures=8, asked=3, texts=8)),
    pool=200,
    rate=2e-3,
    processes=1,
    log_every=1,
    save_every=1000,
    corpus=1_500,
)
