"""The words of the world: plain, distinct, and the same way round in every scene."""

from itertools import chain

import pytest

from benchmarks.pocketworld.world.ontology import (
    EDGES,
    INDOORS,
    OBJECTS,
    OPEN_AIR,
    PLACES,
    SIGNS,
    STATES,
    THINGS,
    Scene,
    Thing,
)


def test_the_world_is_as_large_as_promised() -> None:
    assert len(PLACES) >= 16
    assert len(OBJECTS) >= 50
    assert len(SIGNS) >= 15
    assert len(STATES) >= 8


def test_no_word_means_two_things() -> None:
    words = [*PLACES, *OBJECTS, *(sign.lower() for sign in SIGNS if sign != "POISON")]
    assert len(words) == len(set(words))
    assert sorted(PLACES) == sorted({*INDOORS, *EDGES, *OPEN_AIR})


@pytest.mark.parametrize("name", [*PLACES, *OBJECTS])
def test_names_are_one_or_two_plain_words(name: str) -> None:
    assert name == name.lower()
    assert len(name.split()) <= 2
    assert name.replace(" ", "").isalpha()


@pytest.mark.parametrize("sign", SIGNS)
def test_signs_are_one_or_two_short_words_in_capitals(sign: str) -> None:
    assert sign == sign.upper()
    assert len(sign.split()) <= 2
    assert max(map(len, sign.split())) <= 8


def test_only_things_with_states_have_them() -> None:
    assert set(STATES) <= set(OBJECTS)
    assert len(THINGS) == len(OBJECTS) + sum(len(states) - 1 for states in STATES.values())
    assert all((thing.state is None) or thing.state in STATES[thing.name] for thing in THINGS)


@pytest.mark.parametrize("thing", THINGS, ids=lambda thing: thing.label)
def test_a_label_leads_back_to_its_thing(thing: Thing) -> None:
    assert Thing.parse(thing.label) == thing


def test_the_order_in_which_things_are_named_does_not_matter() -> None:
    vase, knife = Thing("vase"), Thing("knife", "in hand")
    assert Scene("park", (vase, knife)) == Scene("park", (knife, vase))
    assert Scene("park", (vase, knife)).objects == ("knife (in hand)", "vase")


def test_a_scene_describes_itself_in_a_line() -> None:
    assert Scene("park").describe() == "park, empty"
    described = Scene("park", (Thing("stove", "on"),), "EXIT").describe()
    assert all(word in described for word in chain(("park",), ("stove (on)", "EXIT")))
