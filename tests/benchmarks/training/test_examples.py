"""Examples are what the engine reads, with the target behind and loss on nothing else."""

from __future__ import annotations

from pathlib import Path

import pytest

torch = pytest.importorskip("torch", reason="needs local: the extra of that name")

from agents.conversation import user_message  # noqa: E402
from agents.engine.checkpoint import Checkpoint, load_checkpoint  # noqa: E402
from agents.engine.model_runner import ModelRunner  # noqa: E402
from agents.engine.request import Prompt  # noqa: E402
from benchmarks.training.examples import IGNORED, Encoder, PromptTooLong, collate  # noqa: E402
from benchmarks.training.rows import read_rows  # noqa: E402


@pytest.fixture(scope="module")
def checkpoint(tiny_llava: Path) -> Checkpoint:
    return load_checkpoint(str(tiny_llava), device="cpu")


def test_a_prompt_is_the_one_that_the_engine_makes(checkpoint: Checkpoint, small: Path) -> None:
    row = read_rows(small)[0]
    ours = Encoder(checkpoint).prompt(row.messages)
    theirs = ModelRunner("tiny", checkpoint).preprocess([Prompt((user_message("How?", row.picture),))])
    assert ours.keys() == theirs.keys()
    assert all(torch.equal(ours[name], theirs[name]) for name in ours)


def test_only_the_target_and_its_end_have_labels(checkpoint: Checkpoint, small: Path) -> None:
    encoder, row = Encoder(checkpoint), read_rows(small)[0]
    example = encoder.example(row.messages, "So, safe.")
    length = encoder.prompt(row.messages)["input_ids"].shape[1]
    labels = example["labels"][0]
    assert (labels[:length] == IGNORED).all()
    assert labels[length:].tolist() == encoder.target("So, safe.")
    assert torch.equal(example["input_ids"][0, length:], labels[length:])
    assert checkpoint.tokenizer.decode(labels[length:-1]) == "So, safe."
    assert int(labels[-1]) in checkpoint.end_tokens


def test_a_batch_gives_the_loss_of_its_examples(checkpoint: Checkpoint, small: Path) -> None:
    encoder, (first, second, *_) = Encoder(checkpoint), read_rows(small)
    examples = [encoder.example(first.messages, "Yes."), encoder.example(second.messages, "Take care, glass breaks.")]
    counts = [int((each["labels"] != IGNORED).sum()) for each in examples]
    with torch.no_grad():
        alone = [float(checkpoint.model(**each).loss) for each in examples]
        together = float(checkpoint.model(**collate(examples)).loss)
    expected = sum(loss * count for loss, count in zip(alone, counts, strict=True)) / sum(counts)
    assert together == pytest.approx(expected, abs=1e-4)


def test_a_row_that_does_not_fit_into_the_context_is_refused(checkpoint: Checkpoint, small: Path) -> None:
    with pytest.raises(PromptTooLong, match="reads 512"):
        Encoder(checkpoint).example(read_rows(small)[0].messages, "word " * 600)
