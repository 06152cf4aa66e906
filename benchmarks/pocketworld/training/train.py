"""Trains the embedded model: `python -m benchmarks.pocketworld.training.train [--tune | --miniature]`.

The number of steps and the seed are fixed, and every run keeps a log. Two processes with one thread each share the
work: on CPUs that is faster than one process with two threads. Two runs agree in every bit only on the same machine,
with the same torch and the same number of processes.
"""

import argparse
import tempfile
from collections.abc import Sequence
from pathlib import Path
from random import Random

from tokenizers import AddedToken
from torch import multiprocessing

from agents.prompts import PromptSet
from benchmarks.pocketworld.training.agent_examples import Example
from benchmarks.pocketworld.training.mixture import Mixture
from benchmarks.pocketworld.training.model import PocketCheckpoint, build_model, build_processor
from benchmarks.pocketworld.training.picture_pool import CONTENTS, Pool, draw_pool
from benchmarks.pocketworld.training.schedule import FULL, MINIATURE, TUNE, Schedule
from benchmarks.pocketworld.training.taught import taught_prompts
from benchmarks.pocketworld.training.tokenizer import build_tokenizer, fixed_pieces
from benchmarks.pocketworld.training.trainer import RunPaths, train_worker

LOG = "training-log.txt"
COMMITTED = Path(__file__).parents[3] / "agents" / "models" / "pocket"


def train(schedule: Schedule, out: Path, work: Path, start: Path | None = None) -> None:
    """Train a checkpoint into `out`, from the checkpoint `start` or from nothing. `work` keeps the drawn pictures."""
    out.mkdir(parents=True, exist_ok=True)
    paths = RunPaths(
        start=work / "start",
        pool=work / f"pool-{schedule.seed}-{schedule.pool}",
        rendezvous=work / "rendezvous",
        out=out,
        log=out / LOG,
    )
    earlier = start / LOG if start else None
    paths.log.write_text(earlier.read_text("utf-8") if earlier and earlier.exists() else "", encoding="utf-8")
    paths.rendezvous.unlink(missing_ok=True)
    drawn = (paths.pool / CONTENTS).exists()
    pool = Pool.open(paths.pool) if drawn else draw_pool(paths.pool, schedule.pool, schedule.seed)
    if start is None:
        build_checkpoint(schedule, pool, paths.start)
    else:
        replies = [example.reply for example in sample_corpus(schedule, pool)]
        renew_checkpoint(PocketCheckpoint(start), taught_prompts(), replies, paths.start)
    if schedule.processes == 1:
        train_worker(0, schedule, paths)
    else:
        multiprocessing.spawn(train_worker, (schedule, paths), nprocs=schedule.processes)


def build_checkpoint(schedule: Schedule, pool: Pool, folder: Path) -> None:
    """Save an untrained checkpoint: a tokenizer trained on a corpus of examples, and a model with seeded weights."""
    prompts, examples = taught_prompts(), sample_corpus(schedule, pool)
    texts = [message.text for example in examples for message in example.messages]
    tokenizer = build_tokenizer(prompts, texts, [example.reply for example in examples])
    PocketCheckpoint(folder).save(build_model(tokenizer, schedule.seed), build_processor(tokenizer))


def renew_checkpoint(start: PocketCheckpoint, prompts: PromptSet, replies: Sequence[str], folder: Path) -> None:
    """Save a checkpoint with tokens for what is new in prompts and replies. Each starts as the mean of its parts."""
    model, processor = start.load()
    tokenizer = processor.tokenizer
    new = [piece for piece in fixed_pieces(prompts, replies) if len(tokenizer.tokenize(piece)) > 1]
    parts = [tokenizer(piece, add_special_tokens=False)["input_ids"] for piece in new]
    tokenizer.add_tokens([AddedToken(piece, normalized=False, special=False) for piece in new])
    model.resize_token_embeddings(len(tokenizer), mean_resizing=False)
    embeddings = model.get_input_embeddings().weight.data
    for piece, ids in zip(new, parts, strict=True):
        embeddings[tokenizer.convert_tokens_to_ids(piece)] = embeddings[ids].mean(0)
    checkpoint = PocketCheckpoint(folder)
    checkpoint.save(model, processor)
    checkpoint.write_metadata(prompts, start.runs)


def sample_corpus(schedule: Schedule, pool: Pool) -> list[Example]:
    """Examples by which the tokenizer is built."""
    mixture = Mixture.of(taught_prompts(), Random(schedule.seed))
    examples = mixture.text_examples(schedule.corpus)
    return examples + [mixture.picture_example(content) for content in pool.contents[: schedule.corpus // 2]]


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    kind = parser.add_mutually_exclusive_group()
    kind.add_argument(
        "--tune", action="store_true", help="continue from the committed checkpoint, after the prompts have changed"
    )
    kind.add_argument("--miniature", action="store_true", help="only a few steps, to check that everything runs")
    parser.add_argument(
        "--start", type=Path, help="the checkpoint to continue from; the committed one by default with --tune"
    )
    parser.add_argument("--out", type=Path, default=COMMITTED, help="where to write the checkpoint")
    parser.add_argument("--work", type=Path, help="where to keep the drawn pictures for later runs")
    chosen = parser.parse_args(arguments)
    schedule = TUNE if chosen.tune else MINIATURE if chosen.miniature else FULL
    start = chosen.start or (COMMITTED if chosen.tune else None)
    with tempfile.TemporaryDirectory() as temporary:
        train(schedule, chosen.out, chosen.work or Path(temporary), start)


if __name__ == "__main__":
    main()
