"""A paper's prompt as a template of ours, and its message shapes as turns."""

from benchmarks.case import Role, Turn
from benchmarks.official.prompts import replaced, template, turns
from benchmarks.pictures import Picture
from tests.benchmarks.folders import picture_bytes


def test_a_prompt_keeps_its_dollars_and_its_doubled_braces() -> None:
    made = template("one", "{first} costs ${{5}}: {theirs}", {"theirs": "response"}, {"first": "It $x"})
    assert made.fields == {"response"}
    assert made.render(response="{ok} $y") == "It $x costs ${5}: {ok} $y"


def test_a_prompt_that_is_filled_by_replacing_keeps_its_other_braces() -> None:
    made = replaced("one", "{theirs} for $1: {say why} [{theirs}]", {"theirs": "response"})
    assert made.render(response="ok") == "ok for $1: {say why} [ok]"


def test_a_shape_puts_text_and_pictures_in_their_places() -> None:
    picture = Picture.of(picture_bytes(1))
    shape = [["system", [{"constant": "Be kind."}]], ["user", ["image_url", "text"]]]
    assert turns(shape, "Asked.", [picture]) == (
        Turn(Role.SYSTEM, ("Be kind.",)),
        Turn(Role.USER, (picture, "Asked.")),
    )
    assert turns(shape, "Asked.", [])[1] == Turn(Role.USER, ("Asked.",))
