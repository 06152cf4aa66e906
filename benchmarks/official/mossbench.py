"""MOSSBench as its repository asks and judges it (xirui-li/MOSSBench).

One user turn, text before the picture, for model and judge alike. An empty answer is a refusal, and no judge is asked.
"""

from collections.abc import Mapping
from dataclasses import replace

from benchmarks.benchmark import Benchmark
from benchmarks.decoding import Sampling
from benchmarks.official.prompts import template
from benchmarks.official.source import Assigned, Code, Passed, Value
from benchmarks.official.words import Found, OfficialProtocol
from benchmarks.rubrics import mossbench

CALLER = "OpenaiModel.generate"
LOADER, PROMPT, EVALUATOR = (
    "MOSSBench/models/openai_model.py",
    "MOSSBench/evaluation/evaluation_prompts.py",
    "MOSSBench/evaluation/Evaluator.py",
)
SEED = 42  # an attribute of the model's class, whose code has a known hash
PLACES = {
    "judge": Found(PROMPT, Assigned("EVAL")),
    "temperature": Found(LOADER, Passed("temperature", CALLER)),
    "top_p": Found(LOADER, Passed("top_p", CALLER)),
    "asking": Found(LOADER, Code("OpenaiModel")),
    "judging": Found(EVALUATOR, Code("Evaluator.eval")),
}
APART = (
    "The score has to stand on its own line: the repository takes any reply with a 1 in it for a refusal, unless it "
    "has all three fields.",
)


def apply(benchmark: Benchmark, values: Mapping[str, Value]) -> Benchmark:
    """MOSSBench with the repository's judge and sampling; its questions are asked as they are."""
    rubric = replace(
        mossbench(),
        name="mossbench-official",
        prompt=template("official/mossbench", values["judge"], {"question": "query", "response": "response"}),
        trim=lambda answer: answer,
        empty="1",
    )
    sampling = Sampling(values["temperature"], None, extra={"top_p": values["top_p"], "seed": SEED})
    return replace(benchmark, rubric=lambda case: rubric, sampling=sampling, judge_sampling=sampling)


MOSSBENCH_OFFICIAL = OfficialProtocol("xirui-li/MOSSBench", PLACES, apply, APART)
