"""One process of the training: step after step, as the plan says."""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random

import torch
from torch import Tensor, nn
from transformers import LlavaForConditionalGeneration, LlavaProcessor

from agents.prompts import PromptSet
from benchmarks.pocketworld.training.collate import Encoder
from benchmarks.pocketworld.training.data_parallel import Peers
from benchmarks.pocketworld.training.mixture import Lessons
from benchmarks.pocketworld.training.model import Checkpoint, Run
from benchmarks.pocketworld.training.model_card import write_card
from benchmarks.pocketworld.training.picture_loader import Album
from benchmarks.pocketworld.training.picture_pool import Pool
from benchmarks.pocketworld.training.schedule import Phase, Plan
from benchmarks.pocketworld.training.train_model import EyeScore, Pupil

EYE_WEIGHT = 0.5  # of the patches' loss beside the replies' in steps that have both
CLIP = 1.0
DECAY = 0.05
BETAS = (0.9, 0.98)


@dataclass(frozen=True)
class Places:
    """Where a run keeps things: the checkpoint it starts from, the pool, the meeting file, and what comes out."""

    start: Path
    pool: Path
    meeting: Path
    out: Path
    log: Path


@dataclass(frozen=True)
class StepScore:
    """What the log says of a step: loss a reply token (None where nothing was said), and how well the eye sees."""

    said: float | None
    eye: EyeScore

    def __str__(self) -> str:
        said = "-" if self.said is None else f"{self.said:.4f}"
        eye = f"eye {float(self.eye.loss.detach()):.3f} patches {self.eye.patches:.3f} places {self.eye.places:.3f}"
        return f"said {said} {eye}"


class Teacher:
    """Owns the model of one process and takes steps with it."""

    def __init__(
        self, model: LlavaForConditionalGeneration, processor: LlavaProcessor, plan: Plan, peers: Peers
    ) -> None:
        self.plan, self.peers = plan, peers
        torch.manual_seed(plan.seed)
        self.pupil = Pupil(model, half=True).train()
        self.processor = processor
        self.prompts = PromptSet.load("compact")
        self.encoder = Encoder(processor.tokenizer)
        self.lessons = Lessons.of(self.prompts, Random(f"{plan.seed}/{peers.rank}"))
        self.parameters = [each for each in self.pupil.parameters() if each.requires_grad]
        self.optimizer = torch.optim.AdamW(
            [
                {"params": [each for each in self.parameters if each.ndim > 1], "weight_decay": DECAY},
                {"params": [each for each in self.parameters if each.ndim <= 1], "weight_decay": 0.0},
            ],
            lr=plan.rate,
            betas=BETAS,
            fused=True,
        )

    def step(self, number: int, album: Album) -> StepScore:
        """One step of gradient descent, shared with the peers."""
        for group in self.optimizer.param_groups:
            group["lr"] = self.plan.rate_at(number)
        self.optimizer.zero_grad(set_to_none=True)
        score = self._learn(self.plan.phase_at(number), album)
        self.peers.average_gradients(self.parameters)
        nn.utils.clip_grad_norm_(self.parameters, CLIP)
        self.optimizer.step()
        return score

    def _learn(self, phase: Phase, album: Album) -> StepScore:
        """Gradients of both losses; what is said reaches the eye through the pictures that it is said about."""
        look = album.look(phase.pictures)
        features = self.pupil.look(look.pixels)
        eye = self.pupil.eye(features, look.patches, look.places)
        examples = self.lessons.texts(phase.texts)
        pictures: list[int | None] = [None] * len(examples)
        for index in range(phase.asked):
            examples.append(self.lessons.about(look.shown[index]))
            pictures.append(index)
        batches = list(self.encoder.batches(self.encoder.rows(examples, pictures)))
        tokens = sum(int((batch.labels[:, 1:] >= 0).sum()) for batch in batches)
        seen = features.detach().requires_grad_()
        said = 0.0
        for batch in batches:
            loss, _ = self.pupil.say(batch, seen)
            (loss / tokens).backward()
            said += float(loss.detach())
        loss = EYE_WEIGHT * eye.loss
        torch.autograd.backward([loss, features], [torch.ones_like(loss), self._pulled(seen)])
        return StepScore(said / tokens if tokens else None, eye)

    @staticmethod
    def _pulled(seen: Tensor) -> Tensor:
        return torch.zeros_like(seen) if seen.grad is None else seen.grad

    def save(self, out: Path, before: Sequence[Run], step: int) -> None:
        """The checkpoint as it is after this step; `before`: the runs that it started from."""
        plan, checkpoint = self.plan, Checkpoint(out)
        phases = "; ".join(map(str, plan.phases))
        run = Run(plan.name, plan.seed, step, plan.steps, phases, plan.pool, plan.processes, plan.rate)
        runs = (*before, run)
        checkpoint.save(self.pupil.model, self.processor)
        checkpoint.note(self.prompts, runs)
        write_card(out, self.prompts, runs, sum(each.numel() for each in self.pupil.model.parameters()))


def attend(rank: int, plan: Plan, places: Places) -> None:
    """What one process does from the first step to the last; the leading one writes the log and the checkpoints."""
    torch.set_num_threads(1)
    peers = Peers(rank, plan.processes)
    peers.meet(places.meeting)
    model, processor = Checkpoint(places.start).load()
    teacher = Teacher(model, processor, plan, peers)
    before = Checkpoint(places.start).runs
    album = Album(Pool.open(places.pool), plan.seed, rank, plan.processes)
    began = time.monotonic()
    for number in range(plan.steps):
        score = teacher.step(number, album)
        last = number + 1 == plan.steps
        if peers.leads and ((number + 1) % plan.log_every == 0 or last):
            _log(places.log, f"step {number + 1}/{plan.steps} {score} {time.monotonic() - began:.0f}s")
        if peers.leads and ((number + 1) % plan.save_every == 0 or last):
            teacher.save(places.out, before, number + 1)
    peers.part()


def _log(path: Path, line: str) -> None:
    with path.open("a", encoding="utf-8") as file:
        file.write(line + "\n")
    print(line, flush=True)  # noqa: T201 - a training run is watched
