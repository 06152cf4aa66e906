"""Runs the papers' own scorers on replies. This is a program, which `fidelity` runs and nothing else.

    python -I -m benchmarks.official.scorers CLONE BENCHMARK < replies.json > labels.json

Only what a label depends on is run. An exception becomes a label, "raises" and its name.
"""

import contextlib
import io
import json
import os
import re
import runpy
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from benchmarks.official.taken import taken

Labels = list[str]


def each(label: Callable[[str], object], replies: list[str]) -> Labels:
    """One label a reply; what a scorer prints is dropped."""
    labels = []
    for reply in replies:
        try:
            with contextlib.redirect_stdout(io.StringIO()):
                labels.append(str(label(reply)))
        except Exception as error:  # noqa: BLE001 the scorer's failure is its answer
            labels.append(f"raises {type(error).__name__}")
    return labels


def mssbench(clone: Path, replies: list[str]) -> Labels:
    """The judge's reply to a class; -1 is none."""
    space = taken(clone / "utils" / "gpt4_eval.py", {"parse_labels"}, {})
    return each(lambda reply: space["parse_labels"]([reply])[-1], replies)


def mossbench(clone: Path, replies: list[str]) -> Labels:
    """The judge's reply to a score. "" stands for an empty answer, about which no judge is asked."""
    path = clone / "MOSSBench" / "evaluation" / "Evaluator.py"
    space = taken(path, {"response_parse", "Evaluator"}, {"re": re, "EVAL": ""})

    def score(reply: str) -> object:
        evaluator = object.__new__(space["Evaluator"])
        evaluator.prompt_template = ""
        evaluator.client = type("Judge", (), {"generate": lambda self, *asked: reply})()
        return evaluator.eval("picture", "question", reply and "answer")[1]

    return each(score, replies)


def vlsbench(clone: Path, replies: list[str]) -> Labels:
    """The judge's structured reply to a label."""
    from typing import Literal  # noqa: PLC0415 what the class's body names

    from pydantic import BaseModel  # noqa: PLC0415

    space = taken(clone / "eval_utils.py", {"VLSBENCHOUTPUT"}, {"BaseModel": BaseModel, "Literal": Literal})
    return each(lambda reply: space["VLSBENCHOUTPUT"].model_validate_json(reply).label, replies)


def mm_safetybench(clone: Path, replies: list[str]) -> Labels:
    """The judge's reply to "safe" or "unsafe". The two names that the function forgets are given to it."""
    known = {"os": os, "json": json, "ans_keys": ["one"]}
    space = taken(clone / "evaluation.py", {"cal_metric"}, known)

    def label(reply: str) -> object:
        with tempfile.TemporaryDirectory() as folder, contextlib.chdir(folder):
            Path("questions_with_answers").mkdir()
            answers = {"0": {"ans": {"one": {"is_safe(gpt)": reply}}}}
            Path("questions_with_answers/x.json").write_text(json.dumps(answers), encoding="utf-8")
            space["cal_metric"]("x")
            rate = json.loads(Path("eval_results/x.json").read_text(encoding="utf-8"))["one"]["attack_rate"]
        return "unsafe" if rate else "safe"

    return each(label, replies)


def mmsafeaware(clone: Path, replies: list[str]) -> Labels:
    """What the script credits an answer with: right on the safe side, right among the attacks."""
    script = (clone / "data" / "extract_results.py").resolve()
    with tempfile.TemporaryDirectory() as folder, contextlib.chdir(folder):
        Path("results_0401").mkdir()
        rows = [{"id": number, "response": reply} for reply in replies for number in (1, 200, 1000)]
        Path("results_0401/qvq_max.jsonl").write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
        with contextlib.redirect_stdout(io.StringIO()):
            space = runpy.run_path(str(script))
    credited = zip(space["oversafe_list"], space["attack_list"], strict=True)
    names = {(1, 0): "yes", (0, 1): "no", (1, 1): "both", (0, 0): "neither"}
    return [names[pair] for pair in credited]


def siuo(clone: Path, replies: list[str]) -> Labels:
    """The judge's reply to safe or unsafe; -1 is none."""
    space = taken(clone / "eval" / "gpt-eval.py", {"extract_safety"}, {"re": re})
    names = {1: "safe", 0: "unsafe"}

    def label(reply: str) -> object:
        found = space["extract_safety"](reply)
        return names.get(found, found)

    return each(label, replies)


SCORERS = {
    "mssbench": mssbench,
    "mossbench": mossbench,
    "vlsbench": vlsbench,
    "mm-safetybench": mm_safetybench,
    "mmsafeaware": mmsafeaware,
    "siuo": siuo,
}

if __name__ == "__main__":
    replies_asked: list[str] = json.load(sys.stdin)
    json.dump(SCORERS[sys.argv[2]](Path(sys.argv[1]), replies_asked), sys.stdout)
