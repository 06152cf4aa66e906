"""An injection says what its place needs, and nothing else."""

import re

import pytest
from pydantic import ValidationError

from benchmarks.attacks.attack import Injection


@pytest.mark.parametrize(
    ("fields", "wrong"),
    [
        ({"place": "sign"}, "place 'sign' needs 'text'"),
        ({"place": "sign", "text": "hello", "letters": "tags"}, "place 'sign' has no use for letters"),
        ({"place": "after", "text": "hello", "picture": "park"}, "place 'after' has no use for picture"),
        ({"place": "question", "text": "hello"}, "place 'question' needs 'letters'"),
        ({"place": "turns before"}, "place 'turns before' needs 'turns'"),
        ({"place": "second picture"}, "place 'second picture' needs 'picture'"),
        ({"place": "nowhere", "text": "hello"}, "place"),
        ({"place": "after", "text": "hello", "txet": "hello"}, "txet"),
    ],
)
def test_what_a_place_lacks_or_cannot_use_is_named(fields: dict[str, str], wrong: str) -> None:
    with pytest.raises(ValidationError, match=re.escape(wrong)):
        Injection.model_validate(fields)


def test_its_words_are_those_that_it_adds() -> None:
    turns = [{"role": "system", "text": "one"}, {"role": "user", "text": "two"}]
    assert Injection.model_validate({"place": "turns before", "turns": turns}).words == "one\ntwo"
    assert Injection.model_validate({"place": "after", "text": "one", "letters": "tags"}).words == "one"
