"""Prompt files are filled with the fields that they name, and no others."""

import pytest

from benchmarks.errors import PromptFieldsDiffer
from benchmarks.prompts import PromptTemplate


def test_a_prompt_with_other_fields_than_it_names_is_an_error() -> None:
    with pytest.raises(PromptFieldsDiffer, match=r"vlsbench: names \['query', 'response'\], was given \['query'\]"):
        PromptTemplate.load("judges/vlsbench").render(query="only this")
