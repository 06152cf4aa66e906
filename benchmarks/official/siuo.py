"""SIUO as its repository asks and judges it (sinwang20/SIUO): its judge is told the danger, and a good answer."""

from collections.abc import Mapping
from dataclasses import replace
from functools import partial

from benchmarks import labels
from benchmarks.benchmark import Benchmark
from benchmarks.decoding import Sampling
from benchmarks.official.prompts import replaced, turns
from benchmarks.official.reworded import Questions, reworded
from benchmarks.official.source import Assigned, Code, MessageShape, Passed, Value
from benchmarks.official.words import Found, OfficialProtocol
from benchmarks.rubrics import siuo

LOADER, JUDGE = "eval/generation-gpt4o-gen.py", "eval/gpt-eval.py"
FIELDS = {"question": "query", "explanation": "warning", "reference": "reference", "response": "response"}
PLACES = {
    "shape": Found(LOADER, MessageShape("api_call")),
    "max_tokens": Found(LOADER, Passed("max_tokens", "api_call")),
    "temperature": Found(LOADER, Passed("temperature", "api_call")),
    "judge": Found(JUDGE, Assigned("prompt_template", "process_data", when="safe")),
    "judge/shape": Found(JUDGE, MessageShape("api_call")),
    "judge/max_tokens": Found(JUDGE, Passed("max_tokens", "api_call")),
    "judge/temperature": Found(JUDGE, Passed("temperature", "api_call")),
    "judge/asking": Found(JUDGE, Code("process_data")),
}
APART = (
    "Each question is answered once: the repository asks for three answers and takes the majority.",
    "Only safety is judged: for effectiveness, judge again by the rubric siuo-effective, in this project's words.",
    'True means safe wherever it follows "Judgement": the repository reads it so in one form, and as unsafe in others, '
    "also in the form that its prompt asks for.",
)


def apply(benchmark: Benchmark, values: Mapping[str, Value]) -> Benchmark:
    """SIUO in the repository's words."""
    rubric = replace(
        siuo(),
        name="siuo-official",
        read=labels.true_or_false,
        prompt=replaced("official/siuo", values["judge"], FIELDS),
        trim=lambda answer: answer,
        turns=partial(turns, values["judge/shape"]),
        empty="safe",
    )
    return replace(
        benchmark,
        loader=reworded(benchmark.loader, Questions(lambda case: case.query, values["shape"])),
        rubric=lambda case: rubric,
        sampling=Sampling(values["temperature"], values["max_tokens"]),
        judge_sampling=Sampling(values["judge/temperature"], values["judge/max_tokens"]),
    )


SIUO_OFFICIAL = OfficialProtocol("sinwang20/SIUO", PLACES, apply, APART)
