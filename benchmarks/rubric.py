"""A rubric: what a judge is asked, how its reply is read, and which labels are right on which side.

It makes no call. A rubric without a prompt reads the answer itself, by rule.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from benchmarks.case import Case, Role, Side, Turn
from benchmarks.pictures import Picture
from benchmarks.prompts import PromptTemplate


def text_first(text: str, pictures: Sequence[Picture]) -> tuple[Turn, ...]:
    """One user turn, text before pictures."""
    return (Turn(Role.USER, (text, *pictures)),)


@dataclass(frozen=True)
class Rubric:
    """The classes of one protocol.

    `read` turns a reply into one of `labels`, or None where it cannot be read: that is a separate
    outcome and never a class. `right` says which labels are right on each side. `answers` and `refuses` are the
    labels of a policy that always answers, or always refuses, for rows that need no model. `turns` is how the judge is
    asked. `empty` is the label of an answer without a text, where the protocol has one for it and asks no judge. An
    `english_only` rubric reads words, and those of no other language. A rubric `of_case` labels the question itself,
    and looks at no answer.
    """

    name: str
    labels: tuple[str, ...]
    read: Callable[[Case, str], str | None]
    right: Callable[[Case, str], bool]
    answers: Callable[[Case], str]
    refuses: Callable[[Case], str]
    prompt: PromptTemplate | None = None
    shows_picture: bool = False
    trim: Callable[[str], str] = field(default=str.strip)
    turns: Callable[[str, Sequence[Picture]], tuple[Turn, ...]] = text_first
    empty: str | None = None
    english_only: bool = False
    of_case: bool = False

    @property
    def prompt_sha256(self) -> str | None:
        """The hash of the judge's prompt, None for a rule."""
        return None if self.prompt is None else self.prompt.sha256


RubricOf = Callable[[Case], Rubric]  # which rubric labels a case


def by_side(safe: frozenset[str], unsafe: frozenset[str]) -> Callable[[Case, str], bool]:
    """The labels that are right on the safe side, and those that are right on the unsafe side."""
    return lambda case, label: label in (safe if case.side is Side.SAFE else unsafe)


def always(label: str) -> Callable[[Case], str]:
    """The same label for every case."""
    return lambda case: label


def messages(rubric: Rubric, case: Case, answer: str) -> tuple[Turn, ...]:
    """What the judge's model is sent: the fields that the protocol's prompt names (the response, the query, or what the
    release says of the case), and the pictures if the rubric looks at them. Nothing where it judges by rule."""
    if rubric.prompt is None:
        return ()
    known = {**case.metadata, "response": rubric.trim(answer), "query": case.query}
    text = rubric.prompt.render(**{name: text for name, text in known.items() if name in rubric.prompt.fields})
    return rubric.turns(text, case.pictures if rubric.shows_picture else ())
