"""What is read out of a Python file, and what is not there."""

from typing import Any, Literal

import pytest
from openai.lib._parsing._completions import type_to_response_format_param
from pydantic import BaseModel

from benchmarks.official.source import (
    Added,
    Assigned,
    Code,
    MessageShape,
    NotThere,
    Passed,
    Place,
    Returned,
    Schema,
    SourceFile,
)
from tests.benchmarks.official.clones import (
    MSSBENCH_ASKING,
    MSSBENCH_JUDGE,
    MSSBENCH_LOADER,
    VLSBENCH_JUDGE,
    VLSBENCH_LOADER,
)

BRANCHES = """
def ask(kind, text):
    if kind == Kind.first:
        return ("One.", text)
    elif kind == Kind.second:
        return ("Two.", None)
    if kind == "safe":
        template = "safe {response}"
    if kind == "useful":
        template = "useful {response}"
"""


@pytest.mark.parametrize(
    ("text", "place", "value"),
    [
        ('A = "one"\nA = "two" "three"', Assigned("A"), "twothree"),
        ("A = {'x': [1, None, 0.5]}", Assigned("A"), {"x": [1, None, 0.5]}),
        ('def f():\n    A = " one "\nA = "two"', Assigned("A", "f"), " one "),
        ('class C:\n    def f(self):\n        A = """\n  one\n""".strip()', Assigned("A", "C.f"), "one"),
        (BRANCHES, Assigned("template", "ask", when="safe"), "safe {response}"),
        (BRANCHES, Assigned("template", "ask", when="useful"), "useful {response}"),
        (BRANCHES, Returned("ask", when="second"), "Two."),
        (MSSBENCH_LOADER, Passed("max_tokens", "call_model"), 1234),
        (MSSBENCH_LOADER, Passed("temperature", "call_model"), None),
        (MSSBENCH_LOADER, MessageShape("call_model"), [["user", ["text", "image_url"]]]),
        (MSSBENCH_JUDGE, MessageShape("llm"), [["user", ["text"]]]),
        (
            VLSBENCH_LOADER,
            MessageShape("model_inference"),
            [["system", [{"constant": "Be kind."}]], ["user", ["text", "image_url"]]],
        ),
        (
            VLSBENCH_JUDGE,
            MessageShape("evaluate_vlsbench_function", "message"),
            [["system", [{"constant": "Judge kindly."}]], ["user", ["image_url", "text"]]],
        ),
        (MSSBENCH_ASKING, Added("test_each_mss"), "\nSeen: "),
        ("def f():  \n    return 1\n\nx = 2", Code("f"), "def f():\n    return 1"),
        ("x = 1  \r\ny = 2", Code(), "x = 1\ny = 2"),
    ],
)
def test_values_are_read_where_they_stand(text: str, place: Place, value: object) -> None:
    assert place.read(SourceFile.parse(text)) == value


@pytest.mark.parametrize(
    ("text", "place", "words"),
    [
        ("B = 1", Assigned("A"), "A"),
        ("A = open('secrets').read()", Assigned("A"), "a constant in line 1"),
        ("A = f'{name}'", Assigned("A"), "a constant in line 1"),
        ("A = 1", Assigned("A", "f"), "no f"),
        (BRANCHES, Assigned("template", "ask", when="kind"), "a branch for kind"),
        (BRANCHES, Returned("ask", when="safe"), "safe"),
        ("def f():\n    pass", Passed("x", "f"), "a call of create in f"),
        ("def f():\n    create(messages=[])", MessageShape("f"), "a call of create in f"),
        ("def f():\n    c.create(messages=made())", MessageShape("f"), "the list"),
        ("def f():\n    c.create(messages=[made()])", MessageShape("f"), "a dict in line 2"),
        ("def f():\n    return a + 'one' + b + 'two'", Added("f"), "exactly one text"),
        ("class C:\n    x: list[int]", Schema("C"), "one of several values in line 2"),
    ],
)
def test_what_is_not_there_or_no_constant_is_said(text: str, place: Place, words: str) -> None:
    with pytest.raises(NotThere, match=words):
        place.read(SourceFile.parse(text))


def test_a_class_becomes_the_schema_that_the_client_would_send() -> None:
    class VLSBENCHOUTPUT(BaseModel):
        label: Literal[1, 2, 3]
        label_str: Literal["refuses", "warns", "goes along"]
        explanation: str

    sent: Any = type_to_response_format_param(VLSBENCHOUTPUT)
    assert sent["json_schema"]["schema"] == Schema("VLSBENCHOUTPUT").read(SourceFile.parse(VLSBENCH_JUDGE))
