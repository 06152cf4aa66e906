"""The trainer: one process of a training run, step by step as scheduled."""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random

import torch
from torch import nn
from transformers import LlavaForConditionalGeneration, LlavaProcessor

from benchmarks.pocketworld.training.collate import Collator
from benchmarks.pocketworld.training.data_parallel import ProcessGroup
from benchmarks.pocketworld.training.mixture import Mixture
from benchmarks.pocketworld.training.model import PocketCheckpoint, TrainingRun
from benchmarks.pocketworld.training.model_card import write_card
from benchmarks.pocketworld.training.picture_loader import PictureLoader
from benchmarks.pocketworld.training.picture_pool import Pool
from benchmarks.pocketworld.training.schedule import Phase, Schedule
from benchmarks.pocketworld.training.taught import taught_prompts
from benchmarks.pocketworld.training.train_model import TrainModel, VisionMetrics

VISION_WEIGHT = 0.5  # of the vision loss beside the reply loss
CLIP = 1.0
DECAY = 0.05
BETAS = (0.9, 0.98)


@dataclass(frozen=True)
class RunPaths:
    """The folders and files of a run.

    start: the checkpoint that it starts from.
    pool: the drawn pictures.
    rendezvous: the file through which the processes find each other.
    out: the checkpoint that it writes.
    log: the log that it appends to.
    """

    start: Path
    pool: Path
    rendezvous: Path
    out: Path
    log: Path


@dataclass(frozen=True)
class StepMetrics:
    """What is logged of a step. `reply_loss` is per token, or None in a step without replies."""

    reply_loss: float | None
    vision: VisionMetrics

    def __str__(self) -> str:
        said = "-" if self.reply_loss is None else f"{self.reply_loss:.4f}"
        loss = float(self.vision.loss.detach())
        return f"said {said} eye {loss:.3f} patches {self.vision.patches:.3f} places {self.vision.places:.3f}"


class Trainer:
    """Holds the model and the optimizer of one process, and takes steps with them."""

    def __init__(
        self, model: LlavaForConditionalGeneration, processor: LlavaProcessor, schedule: Schedule, group: ProcessGroup
    ) -> None:
        self.schedule, self.group = schedule, group
        torch.manual_seed(schedule.seed)
        self.model = TrainModel(model, bf16=True).train()
        self.processor = processor
        self.prompts = taught_prompts()
        self.collator = Collator(processor.tokenizer)
        self.mixture = Mixture.of(self.prompts, Random(f"{schedule.seed}/{group.rank}"))
        self.parameters = [each for each in self.model.parameters() if each.requires_grad]
        self.optimizer = torch.optim.AdamW(
            [
                {"params": [each for each in self.parameters if each.ndim > 1], "weight_decay": DECAY},
                {"params": [each for each in self.parameters if each.ndim <= 1], "weight_decay": 0.0},
            ],
            lr=schedule.rate,
            betas=BETAS,
            fused=True,
        )

    def step(self, number: int, loader: PictureLoader) -> StepMetrics:
        """One optimizer step, on the mean gradient of all processes."""
        for group in self.optimizer.param_groups:
            group["lr"] = self.schedule.rate_at(number)
        self.optimizer.zero_grad(set_to_none=True)
        metrics = self._backward(self.schedule.phase_at(number), loader)
        self.group.average_gradients(self.parameters)
        nn.utils.clip_grad_norm_(self.parameters, CLIP)
        self.optimizer.step()
        return metrics

    def _backward(self, phase: Phase, loader: PictureLoader) -> StepMetrics:
        """Compute the gradients of both losses.

        The vision tower runs once for all pictures. The gradient of the reply loss is collected at its output, batch by
        batch, and then goes through the tower together with that of the vision loss.
        """
        pictures = loader.next_batch(phase.pictures)
        features = self.model.vision_features(pictures.pixels)
        vision = self.model.vision_loss(features, pictures.patches, pictures.places)
        examples = self.mixture.text_examples(phase.texts)
        about: list[tuple[int, ...]] = [()] * len(examples)
        for index in range(phase.asked):
            # Now and then a picture stands beside itself.
            beside = (index + (index % 3 > 0)) % len(pictures.contents)
            examples.append(self.mixture.picture_example(pictures.contents[index], pictures.contents[beside]))
            about.append((index, beside))
        batches = list(self.collator.batches(self.collator.encode(examples, about)))
        tokens = sum(int((batch.labels[:, 1:] >= 0).sum()) for batch in batches)
        detached = features.detach().requires_grad_()
        total = 0.0
        for batch in batches:
            loss = self.model.reply_loss(batch, detached)
            (loss / tokens).backward()
            total += float(loss.detach())
        from_replies = torch.zeros_like(detached) if detached.grad is None else detached.grad
        loss = VISION_WEIGHT * vision.loss
        torch.autograd.backward([loss, features], [torch.ones_like(loss), from_replies])
        return StepMetrics(total / tokens if tokens else None, vision)

    def save(self, out: Path, earlier: Sequence[TrainingRun], step: int) -> None:
        """Save the checkpoint after this step. `earlier` are the runs of the checkpoint that this run started from."""
        schedule, checkpoint = self.schedule, PocketCheckpoint(out)
        run = TrainingRun(
            plan=schedule.name,
            seed=schedule.seed,
            step=step,
            steps=schedule.steps,
            phases="; ".join(map(str, schedule.phases)),
            pool=schedule.pool,
            processes=schedule.processes,
            rate=schedule.rate,
        )
        runs = (*earlier, run)
        checkpoint.save(self.model.model, self.processor)
        checkpoint.write_metadata(self.prompts, runs)
        write_card(out, self.prompts, runs, sum(each.numel() for each in self.model.model.parameters()))


def train_worker(rank: int, schedule: Schedule, paths: RunPaths) -> None:
    """Run one process from the first step to the last. The main process writes the log and the checkpoints."""
    torch.set_num_threads(1)
    group = ProcessGroup(rank, schedule.processes)
    group.join(paths.rendezvous)
    model, processor = PocketCheckpoint(paths.start).load()
    trainer = Trainer(model, processor, schedule, group)
    earlier = PocketCheckpoint(paths.start).runs
    loader = PictureLoader(Pool.open(paths.pool), schedule.seed, rank, schedule.processes)
    began = time.monotonic()
    for number in range(1, schedule.steps + 1):
        metrics = trainer.step(number - 1, loader)
        if not group.is_main:
            continue
        last = number == schedule.steps
        if last or number % schedule.log_every == 0:
            line = f"step {number}/{schedule.steps} {metrics} {time.monotonic() - began:.0f}s"
            with paths.log.open("a", encoding="utf-8") as log:
                log.write(line + "\n")
            print(line, flush=True)  # noqa: T201 - people watch a training run
        if last or number % schedule.save_every == 0:
            trainer.save(paths.out, earlier, number)
    group.leave()
