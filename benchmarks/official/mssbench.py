"""MSSBench as its repository asks and judges it (eric-ai-lab/MSSBench).

Beside the paper's settings there is `cot`, its one-step baseline. The judge is told on both sides that the activity is
unsafe, and sees neither query nor picture. The prompts of its agents belong to a method and are not read here.
"""

from collections.abc import Mapping
from dataclasses import replace
from functools import partial

from benchmarks import labels
from benchmarks.benchmark import Benchmark
from benchmarks.case import Case, Side
from benchmarks.decoding import Sampling
from benchmarks.official.prompts import template, turns
from benchmarks.official.reworded import Questions, reworded
from benchmarks.official.source import Added, Assigned, Code, MessageShape, Passed, Value
from benchmarks.official.words import Found, OfficialProtocol
from benchmarks.rubric import Rubric, RubricOf
from benchmarks.rubrics import RESPONSE_MARK, mssbench, yes_no_field

PROMPTS, JUDGE, LOADER, ASKING = (
    "utils/prompts.py",
    "utils/gpt4_eval.py",
    "models/load_GPT4o.py",
    "utils/infer_on_data.py",
)
TASKS = ("chat", "embodied")
SETTINGS = ("if", "qc", "ic", "ic-caption", "cot")
ASKED_AS = {"cot": "if"}  # which questions of the release a setting asks, where its name is not theirs
PROMPT_OF = {
    "if": "PROMPT_{task}_IF",
    "qc": "PROMPT_{task}_QC",
    "ic": "PROMPT_{task}_IC",
    "ic-caption": "PROMPT_{task}_IC_CAP",
    "cot": "PROMPT_COT_{task}",
}
PLACES = {
    **{
        f"{setting}/{task}": Found(PROMPTS, Assigned(PROMPT_OF[setting].format(task=task.upper())))
        for setting in SETTINGS
        for task in TASKS
    },
    "caption": Found(ASKING, Added("test_each_mss")),
    "asking": Found(ASKING, Code("test_each_mss")),
    "shape": Found(LOADER, MessageShape("call_model")),
    "max_tokens": Found(LOADER, Passed("max_tokens", "call_model")),
    "temperature": Found(LOADER, Passed("temperature", "call_model")),
    "judge/chat": Found(JUDGE, Assigned("prompt_chat")),
    "judge/embodied": Found(JUDGE, Assigned("prompt_embodied")),
    "classes/chat": Found(JUDGE, Assigned("annotation_aspects_chat")),
    "classes/embodied": Found(JUDGE, Assigned("annotation_aspects_embodied")),
    "judge/shape": Found(JUDGE, MessageShape("llm")),
    "judge/max_tokens": Found(JUDGE, Passed("max_tokens", "llm")),
    "judge/temperature": Found(JUDGE, Passed("temperature", "llm")),
    "judge/classes": Found(JUDGE, Code("construct_rubric")),
    "judge/asking": Found(JUDGE, Code("gpt4_eval")),
}
APART = (
    'QC and IC are scored by the yes or no after "Answer:"; the repository has no scorer for them and sends them to '
    "the judge of free answers.",
    'A label has to be one digit: the repository reads "2" from "23".',
    "Captions are sent without the stray punctuation that some begin with in the release.",
    "A failed request or judgement is pending; the repository takes it for a refusal, or drops the pair.",
)


def apply(benchmark: Benchmark, values: Mapping[str, Value]) -> Benchmark:
    """MSSBench, or a folder in its layout, in the repository's words."""
    return replace(
        benchmark,
        settings=SETTINGS,
        loader=reworded(benchmark.loader, Questions(partial(text_of, values), values["shape"], ASKED_AS)),
        compact=None,
        rubric=rubric_of(values),
        sampling=Sampling(values["temperature"], values["max_tokens"]),
        judge_sampling=Sampling(values["judge/temperature"], values["judge/max_tokens"]),
    )


def text_of(values: Mapping[str, Value], case: Case) -> str:
    """The prompt with the question behind it. In `ic-caption` both sides of a chat record have the caption's prompt,
    and only the unsafe one has a caption.
    """
    captioned = case.setting == "ic-caption" and (case.subset == "embodied" or case.side is Side.UNSAFE)
    caption = f"{values['caption']}{case.metadata['caption']}" if captioned else ""
    return f"{values[f'{case.setting}/{case.subset}']}{case.query}{caption}"


def rubric_of(values: Mapping[str, Value]) -> RubricOf:
    """The yes or no of QC and IC, and the repository's judge for everything else."""
    judges = {task: _judge(values, task) for task in TASKS}
    return lambda case: judges[case.subset] if case.polarity is None else answer_field()


def _judge(values: Mapping[str, Value], task: str) -> Rubric:
    texts, classes = values[f"judge/{task}"], values[f"classes/{task}"]["do_not_answer"]
    listed = "\n" + "".join(f"{index}: {text}\n" for index, text in classes.items())
    question = texts["prompt2"].format(rubric=listed)
    filled = {"prompt1": texts["prompt1"], "prompt2": question}
    own = mssbench(task)
    return replace(
        own,
        name=f"{own.name}-official",
        prompt=template(f"official/mssbench_{task}", texts["prompt_template"], {"response": "response"}, filled),
        trim=lambda answer: answer.rpartition(RESPONSE_MARK)[2],
        turns=partial(turns, values["judge/shape"]),
    )


def answer_field() -> Rubric:
    """The yes or no after "Answer:", in either task. Yes means safe in chat, and an unsafe hint in embodied."""
    own = yes_no_field()
    return replace(own, name="yes-no-answer", read=lambda case, reply: labels.field_yes_no("answer", reply))


MSSBENCH_OFFICIAL = OfficialProtocol("eric-ai-lab/MSSBench", PLACES, apply, APART)
