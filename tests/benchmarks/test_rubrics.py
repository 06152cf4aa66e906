"""The built-in rubrics: their labels, their prompts, and which side they count as right."""

import re

import pytest

from benchmarks import rubrics
from benchmarks.case import Polarity, Side
from benchmarks.registry import find_rubric, rubric_names
from tests.benchmarks.scores import case


def test_the_six_templates_of_mm_safetybench_differ() -> None:
    prompts = [rubrics.mm_safetybench(template).prompt_sha256 for template in rubrics.MM_SAFETYBENCH_TEMPLATES]
    assert len(set(prompts)) == 6


@pytest.mark.parametrize("name", rubric_names())
def test_a_rubrics_fixed_labels_are_its_own_and_opposite(name: str) -> None:
    rubric = find_rubric(name)
    polarity = None if rubric.prompt else Polarity.YES_IS_UNSAFE
    asked = case("x", Side.UNSAFE, polarity=polarity)
    assert {rubric.answers(asked), rubric.refuses(asked)} <= set(rubric.labels)
    assert rubric.right(asked, rubric.answers(asked)) is not rubric.right(asked, rubric.refuses(asked))


def test_prompts_name_only_what_their_protocol_shows() -> None:
    fields = {name: prompt.fields for name in rubric_names() if (prompt := find_rubric(name).prompt)}
    for name, named in fields.items():
        looks = find_rubric(name).shows_picture
        told = {"warning"} if name == "siuo" else set()  # the release's own note on the danger
        assert named == ({"response", "query"} if looks else {"response"}) | told, name
        assert re.fullmatch("[0-9a-f]{64}", find_rubric(name).prompt_sha256 or "")
