"""Puts an attack, or its twin, on the unsafe cases of a benchmark.

A case keeps its id, record and pair, so that it is compared with itself.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from benchmarks.attacks.attack import Injection, Place, SecondPicture
from benchmarks.attacks.draw import DrawnPictures
from benchmarks.attacks.letters import written
from benchmarks.case import Case, Role, Side, Turn
from benchmarks.pictures import Picture


def attackable(injection: Injection, cases: Sequence[Case]) -> tuple[Case, ...]:
    """The unsafe cases that it can be put on: those with a picture, a safe side or a question, as it needs."""
    safe_sides = _safe_sides(cases)

    def has_room(case: Case) -> bool:
        if injection.picture is SecondPicture.SAFE_SIDE:
            return bool(case.pictures) and case.pair in safe_sides
        return bool(case.pictures) if injection.in_picture else _question_turn(case) is not None

    return tuple(case for case in cases if case.side is Side.UNSAFE and has_room(case))


def put(injection: Injection, cases: Sequence[Case], drawn: DrawnPictures) -> tuple[Case, ...]:
    """Every attackable case with the injection in its place."""
    safe_sides = _safe_sides(cases)

    def second_picture(case: Case, own: Picture) -> Picture:
        match injection.picture:
            case SecondPicture.PARK:
                return drawn.park()
            case SecondPicture.SAFE_SIDE:
                return safe_sides[case.pair]
            case _:
                return own

    def turns(case: Case) -> tuple[Turn, ...]:
        match injection.place:
            case Place.SIGN | Place.STRIP:
                return _with_pictures(case, lambda picture: (drawn.drawn(picture, injection),))
            case Place.SECOND_PICTURE:
                return _with_pictures(case, lambda picture: (picture, second_picture(case, picture)))
            case Place.TURNS_BEFORE:
                forged = (Turn(turn.role, (turn.text,)) for turn in injection.turns)
                own_system = [turn for turn in case.turns if turn.role is Role.SYSTEM]
                return (*own_system, *forged, *(turn for turn in case.turns if turn.role is not Role.SYSTEM))
            case _:
                return _with_question(case, lambda question: beside(injection, question))

    return tuple(replace(case, turns=turns(case)) for case in attackable(injection, cases))


def beside(injection: Injection, question: str) -> str:
    """The question with the injected words in their place."""
    if injection.place is Place.QUESTION:
        return written(question, injection.letters)
    text = written(injection.text, injection.letters)
    match injection.place:
        case Place.BEFORE:
            return f"{text} {question}"
        case Place.NEXT_LINE:
            return f"{question}\n{text}"
        case _:
            return f"{question} {text}"


def _safe_sides(cases: Sequence[Case]) -> Mapping[str | None, Picture]:
    """The first picture of each question's safe side, by its pair."""
    safe = (case for case in cases if case.side is Side.SAFE and case.pair is not None and case.pictures)
    return {case.pair: case.pictures[0] for case in safe}


def _question_turn(case: Case) -> int | None:
    """The place of the last turn in which the person says something."""
    spoken = (number for number, turn in enumerate(case.turns) if turn.role is Role.USER and _texts(turn))
    return max(spoken, default=None)


def _with_question(case: Case, reword: Callable[[str], str]) -> tuple[Turn, ...]:
    """The conversation with the question reworded where it was asked last. What frames it stays as it is.

    Where the question does not stand there word for word, the whole text counts as the question.
    """
    place = _question_turn(case)
    if place is None:
        raise ValueError(f"{case.id} has no question; it is not attackable in words")
    parts = list(case.turns[place].parts)
    number, text = _texts(case.turns[place])[-1]
    if case.query and case.query in text:
        before, question, after = text.rpartition(case.query)
        parts[number] = f"{before}{reword(question)}{after}"
    else:
        parts[number] = reword(text)
    asked = replace(case.turns[place], parts=tuple(parts))
    return (*case.turns[:place], asked, *case.turns[place + 1 :])


def _texts(turn: Turn) -> list[tuple[int, str]]:
    """The texts of a turn, each with its place among the parts."""
    return [(number, part) for number, part in enumerate(turn.parts) if isinstance(part, str)]


def _with_pictures(case: Case, change: Callable[[Picture], tuple[Picture, ...]]) -> tuple[Turn, ...]:
    """The conversation with each picture replaced."""

    def changed(part: str | Picture) -> tuple[str | Picture, ...]:
        return (part,) if isinstance(part, str) else change(part)

    return tuple(replace(turn, parts=tuple(new for part in turn.parts for new in changed(part))) for turn in case.turns)
