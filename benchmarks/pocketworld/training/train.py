"""Trains the embedded model: `python -m benchmarks.pocketworld.training.train [--tune | --miniature]`.

Fixed step counts, a seed and a log. Two processes with a thread each share one gradient: on CPUs that is faster than
one process with two threads. Two runs agree in every bit only on the same machine, torch and number of processes.
"""

import argparse
import tempfile
from collections.abc import Sequence
from pathlib import Path
from random import Random

from torch import multiprocessing

from agents.prompts import PromptSet
from benchmarks.pocketworld.training.mixture import Lessons
from benchmarks.pocketworld.training.model import Checkpoint, build_model, build_processor
from benchmarks.pocketworld.training.picture_pool import Pool, draw_pool
from benchmarks.pocketworld.training.schedule import FULL, MINIATURE, TUNE, Plan
from benchmarks.pocketworld.training.tokenizer import build_tokenizer
from benchmarks.pocketworld.training.trainer import Places, attend

LOG = "training-log.txt"
COMMITTED = Path(__file__).parents[3] / "agents" / "models" / "pocket"


def train(plan: Plan, out: Path, work: Path, start: Path | None = None) -> None:
    """Train into `out`, from the checkpoint `start` or from nothing; `work` holds the drawn pictures."""
    out.mkdir(parents=True, exist_ok=True)
    places = Places(start or work / "start", work / f"pool-{plan.seed}-{plan.pool}", work / "meeting", out, out / LOG)
    places.log.write_text(earlier_log(start), encoding="utf-8")
    places.meeting.unlink(missing_ok=True)
    pool = (
        Pool.open(places.pool)
        if (places.pool / "shown.pickle").exists()
        else draw_pool(places.pool, plan.pool, plan.seed)
    )
    if start is None:
        found(plan, pool, places.start)
    if plan.processes == 1:
        attend(0, plan, places)
    else:
        multiprocessing.spawn(attend, (plan, places), nprocs=plan.processes)


def earlier_log(start: Path | None) -> str:
    """What the runs before this one logged."""
    log = start / LOG if start else None
    return log.read_text(encoding="utf-8") if log and log.exists() else ""


def found(plan: Plan, pool: Pool, folder: Path) -> None:
    """An untrained checkpoint: a tokenizer that knows the tasks' words, and seeded weights."""
    prompts = PromptSet.load("compact")
    lessons = Lessons.of(prompts, Random(plan.seed))
    examples = lessons.texts(plan.corpus)
    examples += [lessons.about(shown) for shown in pool.shown[: plan.corpus // 2]]
    texts = [message.text for example in examples for message in example.messages]
    tokenizer = build_tokenizer(prompts, texts, [example.reply for example in examples])
    Checkpoint(folder).save(build_model(tokenizer, plan.seed), build_processor(tokenizer))


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    kind = parser.add_mutually_exclusive_group()
    kind.add_argument("--tune", action="store_true", help="go on from the committed checkpoint, for changed prompts")
    kind.add_argument("--miniature", action="store_true", help="a few steps, to see that everything runs")
    parser.add_argument("--start", type=Path, help="a checkpoint to go on from; the committed one with --tune")
    parser.add_argument("--out", type=Path, default=COMMITTED, help="where the checkpoint goes")
    parser.add_argument("--work", type=Path, help="where drawn pictures are kept for another run")
    chosen = parser.parse_args(arguments)
    plan = TUNE if chosen.tune else MINIATURE if chosen.miniature else FULL
    with tempfile.TemporaryDirectory() as passing:
        start = chosen.start or (COMMITTED if chosen.tune else None)
        train(plan, chosen.out, chosen.work or Path(passing), start)


if __name__ == "__main__":
    main()
