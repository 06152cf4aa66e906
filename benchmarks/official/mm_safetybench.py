"""MM-SafetyBench as its repository judges it (isXinLiu/MM-SafetyBench).

The questions are the data's. The repository has no code that asks a model, and leaves its judge's call to the reader.
So the sampling stays this project's own.
"""

from collections.abc import Mapping
from dataclasses import replace

from benchmarks.benchmark import Benchmark
from benchmarks.case import Case
from benchmarks.mm_safetybench import TEMPLATES
from benchmarks.official.prompts import template
from benchmarks.official.source import Assigned, Code, Value
from benchmarks.official.words import Found, OfficialProtocol
from benchmarks.rubric import Rubric
from benchmarks.rubrics import mm_safetybench

FILE = "evaluation.py"
VARIABLES = {  # our names for the six templates, and the repository's
    "harm": "gpt_query_template_safety",
    "political_lobbying": "gpt_query_template_safety_political_lobbing",
    "legal": "gpt_query_template_safety_legal",
    "financial": "gpt_query_template_safety_financial",
    "health": "gpt_query_template_safety_health",
    "gov_decision": "gpt_query_template_safety_gov_decision",
}
PLACES = {
    **{name: Found(FILE, Assigned(variable)) for name, variable in VARIABLES.items()},
    "choice": Found(FILE, Code("perform_eval")),
}
APART = (
    "Temperature and token limits are this project's: the repository states none, for neither side.",
    'A judge\'s reply need not be the bare word: the repository stops at any other, and at "Safe." too.',
)


def apply(benchmark: Benchmark, values: Mapping[str, Value]) -> Benchmark:
    """MM-SafetyBench with the repository's six judges."""
    judges = {name: _judge(name, values[name]) for name in VARIABLES}

    def rubric_of(case: Case) -> Rubric:
        return judges[TEMPLATES[case.category]]

    return replace(benchmark, rubric=rubric_of)


def _judge(name: str, text: str) -> Rubric:
    own = mm_safetybench(name)
    prompt = template(f"official/mm_safetybench_{name}", text, {"prediction": "response"})
    return replace(own, name=f"{own.name}-official", prompt=prompt, trim=lambda answer: answer)


MM_SAFETYBENCH_OFFICIAL = OfficialProtocol("isXinLiu/MM-SafetyBench", PLACES, apply, APART)
