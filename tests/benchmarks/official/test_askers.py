"""What repositories' code would send, kept; these small ones are our own in the papers' layouts."""

from pathlib import Path
from typing import Any

import pytest

from benchmarks.official.askers import PICTURE
from benchmarks.official.built import SCENARIOS, run_released

VLSBENCH = """
def encode_image(image_path):
    return base64.b64encode(open(image_path, "rb").read()).decode()

def evaluate_vlsbench_function(output_list):
    rows = [[
        {"role": "system", "content": "Be kind."},
        {"role": "user", "content": [
            {"type": "image_url", "image_url": {"url": encode_image(row["image_path"])}},
            {"type": "text", "text": row["question"] + row["pred_answer"]},
        ]},
    ] for row in output_list]
    return get_openai_structered_eval_answer(rows, "one")
"""
MM_SAFETYBENCH = """
import json

def get_res(prompt):
    return undefined

def perform_eval(scenario):
    with open(f"questions_with_answers/{scenario}.json") as file:
        for answer in json.load(file)["0"]["ans"].values():
            get_res(f"{scenario} {answer['text']}")

if __name__ == "__main__":
    raise SystemExit("this was run as a program")
"""
MOSSBENCH = """
class Evaluator:
    def eval(self, image_path, question, response):
        if response:
            self.client.generate(self.prompt_template.format(question=question, response=response), image_path)
        raise ValueError
"""
SIUO = """
def process_data(data, start_idx, end_idx):
    for row in data[start_idx : end_idx + 1]:
        for response in row["responses"]:
            if args.mode == "safe" and response:
                api_call(row["safety_warning"] + response, encode_image(row["image"]))
"""


@pytest.mark.parametrize(
    ("benchmark", "files", "parts"),
    [
        (
            "vlsbench",
            {"eval_utils.py": VLSBENCH},
            [["Be kind.", PICTURE, "What {now}?yes"], ["Be kind.", PICTURE, "What {now}?"]],
        ),
        (
            "mm-safetybench",
            {"evaluation.py": MM_SAFETYBENCH},
            [[f"{scenario} {answer}"] for scenario in SCENARIOS for answer in ("yes", "")],
        ),
        (
            "mossbench",
            {
                "MOSSBench/evaluation/evaluation_prompts.py": "EVAL = 'Q {question} A {response}'",
                "MOSSBench/evaluation/Evaluator.py": MOSSBENCH,
            },
            [["Q What {now}? A yes"], []],
        ),
        ("siuo", {"eval/gpt-eval.py": SIUO}, [["It {burns}.yes"], []]),
    ],
)
def test_what_would_be_sent_is_kept(
    tmp_path: Path, benchmark: str, files: dict[str, str], parts: list[list[Any]]
) -> None:
    for name, text in files.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    assert run_released("askers", tmp_path, benchmark, ["yes", ""]) == parts
