"""VLSBench as its repository asks and judges it (AI45Lab/VLSBench).

A system prompt on both sides, answers of 128 tokens, a judge that sees the picture before the text and replies in a
schema.
"""

from collections.abc import Mapping
from dataclasses import replace
from functools import partial

from benchmarks.benchmark import Benchmark
from benchmarks.decoding import Sampling
from benchmarks.official.prompts import template, turns
from benchmarks.official.reworded import Questions, reworded
from benchmarks.official.source import Assigned, MessageShape, Schema, Value
from benchmarks.official.words import Found, OfficialProtocol
from benchmarks.rubrics import vlsbench

LOADER, JUDGE = "models/load_openai.py", "eval_utils.py"
ASKED = "get_openai_structered_eval_answer"  # the repository's spelling
SCHEMA = "VLSBENCHOUTPUT"
PLACES = {
    "shape": Found(LOADER, MessageShape("model_inference")),
    "sampling": Found(LOADER, Assigned("gen_kwargs")),
    "judge": Found(JUDGE, Assigned("PROMPT_TEMPLATE", "evaluate_vlsbench_function")),
    "judge/shape": Found(JUDGE, MessageShape("evaluate_vlsbench_function", "message")),
    "judge/sampling": Found(JUDGE, Assigned("gen_kwargs", ASKED)),
    "judge/schema": Found(JUDGE, Schema(SCHEMA)),
}
APART = (
    "All rows are asked; the repository's script stops after two.",
    "A judge that declines or is cut off is unreadable or pending; the repository's script ends there.",
)


def apply(benchmark: Benchmark, values: Mapping[str, Value]) -> Benchmark:
    """VLSBench in the repository's words."""
    rubric = replace(
        vlsbench(),
        name="vlsbench-official",
        prompt=template("official/vlsbench", values["judge"], {"question": "query", "response": "response"}),
        turns=partial(turns, values["judge/shape"]),
    )
    structured = {"name": SCHEMA, "strict": True, "schema": values["judge/schema"]}
    judged = _sampling(values["judge/sampling"])
    reply = {"response_format": {"type": "json_schema", "json_schema": structured}}
    return replace(
        benchmark,
        loader=reworded(benchmark.loader, Questions(lambda case: case.query, values["shape"])),
        rubric=lambda case: rubric,
        sampling=_sampling(values["sampling"]),
        judge_sampling=replace(judged, extra={**judged.extra, **reply}),
    )


def _sampling(options: Mapping[str, Value]) -> Sampling:
    """The repository's keyword arguments as ours; what has no name here is sent as it is."""
    others = {name: value for name, value in options.items() if name not in {"temperature", "max_tokens"}}
    return Sampling(options.get("temperature"), options.get("max_tokens"), extra=others)


VLSBENCH_OFFICIAL = OfficialProtocol("AI45Lab/VLSBench", PLACES, apply, APART)
