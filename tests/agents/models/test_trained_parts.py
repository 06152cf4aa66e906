"""Probes and heads are read as they were written, and refused where a file, the model or the prompt is another."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

torch = pytest.importorskip("torch", reason="needs local: the extra of that name")

from agents.errors import TrainedPartUnusable  # noqa: E402
from agents.models.trained_parts import (  # noqa: E402
    HeadCard,
    ProbeCard,
    check_model,
    check_prompt,
    load_head,
    load_probe,
    save_part,
)

MODEL, PROMPT, OTHER = "a" * 64, "b" * 64, "c" * 64
CARD = ProbeCard(
    model=MODEL, layer=-1, after_tokens=2, prompt="situation", prompt_sha256=PROMPT, threshold=0.5, figures={"seed": 1}
)


@pytest.fixture
def probe(tmp_path: Path) -> Path:
    path = tmp_path / "parts" / "probe.json"
    save_part(path, CARD, {"weight": torch.tensor([1.0, -2.0]), "bias": torch.tensor([0.5])})
    return path


def test_a_probe_is_read_as_it_was_written(probe: Path) -> None:
    read = load_probe(probe)
    assert read.card.model_copy(update={"weights": CARD.weights}) == CARD
    assert read.score(torch.tensor([1.0, 0.75])) == pytest.approx(0.5)
    assert not read.is_unsafe(torch.tensor([1.0, 0.75]))
    assert read.is_unsafe(torch.tensor([1.0, 0.7]))
    assert (read.score(torch.tensor([1e6, 0.0])), read.score(torch.tensor([0.0, 1e6]))) == (1.0, 0.0)


def test_nothing_scores_above_a_threshold_of_one(tmp_path: Path) -> None:
    card = CARD.model_copy(update={"threshold": 1.0})
    save_part(tmp_path / "p.json", card, {"weight": torch.tensor([1.0]), "bias": torch.tensor([0.0])})
    assert not load_probe(tmp_path / "p.json").is_unsafe(torch.tensor([1e9]))


@pytest.mark.parametrize("bias", [None, [0.0, 1.0, 2.0]])
def test_a_head_is_read_with_its_bias_where_it_has_one(tmp_path: Path, bias: list[float] | None) -> None:
    tensors = {"weight": torch.ones(3, 2), **({} if bias is None else {"bias": torch.tensor(bias)})}
    save_part(tmp_path / "head.json", HeadCard(model=MODEL), tensors)
    head = load_head(tmp_path / "head.json").head
    assert torch.equal(head.weights, tensors["weight"])
    assert (head.bias is None) == (bias is None)


def test_a_part_of_another_model_or_prompt_is_refused(probe: Path) -> None:
    check_model(probe, CARD, MODEL)
    check_prompt(probe, CARD, {"situation": PROMPT})
    check_prompt(probe, CARD.model_copy(update={"prompt": "", "prompt_sha256": ""}), {})
    with pytest.raises(TrainedPartUnusable, match="made for the checkpoint aaaaaaaaaaaa…, and this is cccccccccccc…"):
        check_model(probe, CARD, OTHER)
    with pytest.raises(TrainedPartUnusable, match="reads the prompt 'situation' as it was"):
        check_prompt(probe, CARD, {"situation": OTHER})
    with pytest.raises(TrainedPartUnusable, match="reads the prompt 'situation' as it was"):
        check_prompt(probe, CARD, {})


def changed(path: Path, **fields: Any) -> None:
    path.write_text(json.dumps({**json.loads(path.read_text()), **fields}))


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"kind": "head"}, "kind: "),
        ({"threshold": 2}, "threshold: "),
        ({"weights": OTHER}, "probe.safetensors is not the file that belongs to it"),
        ({"colour": 1}, "colour: "),
    ],
)
def test_a_card_that_is_another_is_refused(probe: Path, fields: dict[str, Any], reason: str) -> None:
    changed(probe, **fields)
    with pytest.raises(TrainedPartUnusable, match=reason):
        load_probe(probe)


def test_files_that_are_missing_or_something_else_are_refused(probe: Path) -> None:
    weights = probe.with_suffix(".safetensors")
    weights.write_bytes(b"\x80\x04pickle")
    with pytest.raises(TrainedPartUnusable, match="not in safetensors format"):
        load_probe(probe)
    weights.unlink()
    with pytest.raises(TrainedPartUnusable, match=r"probe\.safetensors: it cannot be read"):
        load_probe(probe)
    probe.write_text(" " * 2 * 1024**2)
    with pytest.raises(TrainedPartUnusable, match="too large"):
        load_probe(probe)


@pytest.mark.parametrize(
    ("tensors", "reason"),
    [({"weight": [1.0]}, "lack bias"), ({"weight": [[1.0]], "bias": [0.0]}, "the shape of a probe")],
)
def test_weights_of_another_form_are_refused(tmp_path: Path, tensors: dict[str, Any], reason: str) -> None:
    save_part(tmp_path / "p.json", CARD, {name: torch.tensor(value) for name, value in tensors.items()})
    with pytest.raises(TrainedPartUnusable, match=reason):
        load_probe(tmp_path / "p.json")
