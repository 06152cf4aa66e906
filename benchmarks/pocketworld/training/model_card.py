"""The model card: what the checkpoint is (and first, what it is not), and what it was trained on."""

from collections.abc import Sequence
from pathlib import Path

from agents.prompts import PromptSet
from benchmarks.pocketworld.training.model import TrainingRun
from benchmarks.pocketworld.world.activities.catalogue import ACTIVITIES, FACTS
from benchmarks.pocketworld.world.household_tasks import HOUSEHOLD
from benchmarks.pocketworld.world.ontology import PLACES, SIGNS, THINGS

CARD = """\
---
license: apache-2.0
library_name: transformers
pipeline_tag: image-text-to-text
language: en
---
# Pocket

**Pocket understands only a drawn toy world and guards nothing real.** Without a guard it answers blind to the picture
because it was taught to, as measured models are; so the gap between guarded and raw shows that the pipeline works, not
how much it would help a real model. **The ranking of methods in Pocket World is no evidence about methods.**
It reads and writes English only.

A LLaVA (SigLIP vision tower, Qwen2 language model) of {parameters:.2f} million parameters, trained from nothing on
pictures and sentences that the project's own code makes. It exists so that tests, demonstrations and diagnosis run
offline, on real pixels, through the path that any checkpoint takes:

```python
from transformers import AutoModelForImageTextToText, AutoProcessor

processor = AutoProcessor.from_pretrained(folder)
model = AutoModelForImageTextToText.from_pretrained(folder, dtype="float32")
```

The weights are stored in bfloat16; load them as float32, which is faster and more exact on a CPU.

## What it was trained on
- Pocket World: {places} places, {things} things (counted with their states), {signs} signs, {activities} activities,
  {facts} facts about which activity is unsafe where and why. No photograph, no text and no weights of others.
- A quarter of the requests come with a distractor that must not change the verdict: kind words, a story, or an attempt
  at prompt injection (`distractors.py`). So do a quarter of the scenes: a sign or a strip with other words
  (`picture_words.py`). What speaks to the judge is labelled as such. The attacks of the
  catalogue (`benchmarks/attacks`) are worded differently; those that it marks as held out are not among these.
- Some tasks show two pictures. What is unsafe in one of them is unsafe.
- Drawn pictures. Held-out wordings, question templates, renderings and combinations (`splits.py`) are never among
  them. Pictures that are no scene (textures, clutter, figures, rooms, pages, shuffled scenes; generated at random, with
  no photograph among them) are labelled "unknown".
- The prompts of the set `compact`, filled by the agents' own code, a fifth of them with a reworded first line. Each
  stretch of fixed text between two fields is one token.
- {tasks} household tasks for a robot.
- What it does: plain answers that ignore the scene, intent, scene, judgement with and without the client's words,
  intent, scene and judgement in one reply, warning, guidance, review of replies and of tool calls, the prompts of
  `mss-chat`, `mss-embodied`, `cot`, `safety-prompt` and MSSBench's yes-or-no settings.

## What it cannot do
Everything else. It answers that it does not know a photograph, in all but a few cases (`evaluation.json` says how
many). It reads no sign but its own twenty ("other words" is all that it says of others), and judges worse by the
picture alone than with a scene finding.

Prompt injection can work on it. `situguard-bench pocket --only injected` measures which attack works how often.

## How
`python -m benchmarks.pocketworld.training.train`, with AdamW: first the vision tower alone, with a label for each
patch, then everything. These runs trained the weights, one after the other. `training-log.txt` is their log,
`evaluation.json` holds the figures on held-out cases, and `checkpoint.json` lists prompts and runs for programs.

| run | steps | per process and step | seed | drawn pictures | processes | highest rate |
|---|---|---|---|---|---|---|
{runs}

## Prompts, by SHA-256
```json
{digests}
```
"""


def write_card(folder: Path, prompts: PromptSet, runs: Sequence[TrainingRun], parameters: int) -> None:
    """Write `README.md` beside the weights."""
    rows = (
        f"| {run.plan} | {run.step} of {run.steps} | {run.phases} "
        f"| {run.seed} | {run.pool} | {run.processes} | {run.rate} |"
        for run in runs
    )
    digests = ",\n".join(f'  "{name}": "{digest}"' for name, digest in prompts.digests.items())
    text = CARD.format(
        parameters=parameters / 1e6,
        places=len(PLACES),
        things=len(THINGS),
        signs=len(SIGNS),
        activities=len(ACTIVITIES),
        facts=len(FACTS),
        tasks=len(HOUSEHOLD),
        runs="\n".join(rows),
        digests="{\n" + digests + "\n}",
    )
    (folder / "README.md").write_text(text, encoding="utf-8")
