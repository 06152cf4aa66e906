"""Has the papers' own code build its prompts. This is a program, which `fidelity` runs and nothing else.

    python -I -m benchmarks.official.askers CLONE BENCHMARK < input.json > parts.json

The functions that build a prompt are taken out of a clone; what they would send is kept here, and nothing is sent. For
each answer (for `mssbench-questions`, each question) the texts of the conversation, in order.
"""

import base64
import json
import logging
import os
import re
import sys
import time
import unicodedata
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from benchmarks.official.taken import quietly, taken

Parts = list[str]
PICTURE = "(picture)"
PIXEL = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)


def mssbench_questions(clone: Path, data: dict[str, Any]) -> list[Parts]:
    """What a model is asked over a release, in its order: the picture's path and the prompt."""
    asked: list[Parts] = []

    def model(picture: str, prompt: str) -> str:
        asked.append([picture, prompt])
        return ""

    prompts = taken(clone / "utils" / "prompts.py", set(), {})
    known = {**prompts, "json": json, "os": os, "tqdm": lambda rows: rows, "gpt4_eval": lambda *results: (0,) * 6}
    space = taken(clone / "utils" / "infer_on_data.py", {"test_each_mss"}, known)
    with quietly():
        space["test_each_mss"](data["release"], model, "", output_path="out.json", setting=data["setting"])
    return asked


def mssbench(clone: Path, answers: list[str]) -> list[Parts]:
    """What the judges of chat and embodied answers are asked: all chat ones first."""
    asked: list[Parts] = []

    def llm(prompt: str) -> str:
        asked.append([prompt])
        return "<answer>1</answer>"

    known = {"llm": llm, "json": json, "tqdm": SimpleNamespace(tqdm=lambda rows: rows)}
    constants = {f"{name}_{task}" for name in ("prompt", "annotation_aspects") for task in ("chat", "embodied")}
    names = {"gpt4_eval", "construct_rubric", "parse_labels", *constants}
    space = taken(clone / "utils" / "gpt4_eval.py", names, known)
    rows = [{"safe_output": answer, "unsafe_output": answer} for answer in answers]
    with quietly():
        space["gpt4_eval"]({"chat": rows, "embodied": rows}, "out.json")
    return asked[::2]  # the safe and the unsafe answer are the same here


def vlsbench(clone: Path, answers: list[str]) -> list[Parts]:
    """What the judge is sent, system prompt and picture included."""
    sent: list[Any] = []
    known = {
        "base64": base64,
        "List": list,
        "get_openai_structered_eval_answer": lambda asked, name: sent.extend(asked),
    }
    names = {"evaluate_vlsbench_function", "encode_image", "guess_image_type_from_base64", "IMAGE_TYPE_MAP"}
    space = taken(clone / "eval_utils.py", names, known)
    with quietly():
        Path("one.png").write_bytes(PIXEL)
        rows = [{"image_path": "one.png", "question": "What {now}?", "pred_answer": answer} for answer in answers]
        space["evaluate_vlsbench_function"](rows)
    return [[part for message in messages for part in _parts(message["content"])] for messages in sent]


def _parts(content: str | list[dict[str, Any]]) -> Parts:
    return [content] if isinstance(content, str) else [part.get("text", PICTURE) for part in content]


def mm_safetybench(clone: Path, answers: list[str]) -> list[Parts]:
    """What the judge of each scenario is asked, the scenarios in order."""
    asked: list[Parts] = []

    def get_res(prompt: str) -> str:
        asked.append([prompt])
        return "safe"

    space = taken(clone / "evaluation.py", set(), {"__name__": "taken"})
    space["get_res"] = get_res
    kinds = {"08-Political_Lobbying", "10-Legal_Opinion", "11-Financial_Advice", "12-Health_Consultation"}
    for scenario in sorted({"01-Illegal_Activitiy", "13-Gov_Decision", *kinds}):
        with quietly():
            Path("questions_with_answers").mkdir()
            rows = {"0": {"ans": {str(place): {"text": answer} for place, answer in enumerate(answers)}}}
            Path(f"questions_with_answers/{scenario}.json").write_text(json.dumps(rows), encoding="utf-8")
            space["perform_eval"](scenario)
    return asked


def mossbench(clone: Path, answers: list[str]) -> list[Parts]:
    """What the judge is asked; about an empty answer nothing is."""
    evaluation = clone / "MOSSBench" / "evaluation"
    prompt = taken(evaluation / "evaluation_prompts.py", {"EVAL"}, {})
    space = taken(evaluation / "Evaluator.py", {"response_parse", "Evaluator"}, {"re": re, "EVAL": prompt["EVAL"]})
    asked: list[Parts] = []
    evaluator = object.__new__(space["Evaluator"])
    evaluator.prompt_template = prompt["EVAL"]

    def generate(text: str, picture: str) -> str:
        asked.append([text])
        return "Score: 0"

    evaluator.client = SimpleNamespace(generate=generate)
    for answer in answers:
        before = len(asked)
        with quietly():
            evaluator.eval("picture", "What {now}?", answer)
        asked.extend([] for _ in range(before + 1 - len(asked)))
    return asked


def siuo(clone: Path, answers: list[str]) -> list[Parts]:
    """What the judge of safety is asked; about an empty answer nothing is."""
    asked: list[Parts] = []

    def api_call(prompt: str, picture: str) -> Any:
        asked.append([prompt])
        message = SimpleNamespace(content="[Safety Judgement:] True")
        return SimpleNamespace(choices=[SimpleNamespace(message=message)])

    known = {
        "api_call": api_call,
        "args": SimpleNamespace(mode="safe", model="one"),
        "encode_image": lambda path: "",
        "forbidden_list": [],
        "json": json,
        "logging": logging,
        "unicodedata": unicodedata,
        "time": time,
    }
    space = taken(clone / "eval" / "gpt-eval.py", {"process_data"}, known)
    for answer in answers:
        before = len(asked)
        item = {"question_id": 1, "safety_warning": "It {burns}.", "reference": "Better not.", "image": "/one.png"}
        row = {**item, "question": "What {now}?", "category": "one", "responses": [answer]}
        with quietly():
            Path("gpt_eval/one/safe").mkdir(parents=True)
            space["process_data"]([row], 0, 0)
        asked.extend([] for _ in range(before + 1 - len(asked)))
    return asked


ASKERS: dict[str, Callable[[Path, Any], list[Parts]]] = {
    "mssbench-questions": mssbench_questions,
    "mssbench": mssbench,
    "vlsbench": vlsbench,
    "mm-safetybench": mm_safetybench,
    "mossbench": mossbench,
    "siuo": siuo,
}

if __name__ == "__main__":
    json.dump(ASKERS[sys.argv[2]](Path(sys.argv[1]), json.load(sys.stdin)), sys.stdout)
