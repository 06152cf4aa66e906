"""The catalogue: every attack has a twin that is alike in all but what it says, and ten are held out."""

from pathlib import Path

import pytest

from benchmarks.attacks.attack import Attack, Place
from benchmarks.attacks.read import catalogue, chosen_attacks, read_attack
from benchmarks.errors import FileInvalid, FileMissing, OptionInvalid

ATTACKS = list(catalogue().values())
KINDS = {
    *("claim", "order", "forged turn", "fake findings", "fake JSON", "fake delimiters", "invisible text"),
    *("old picture", "letters", "length", "sign", "strip", "second picture"),
}


def test_every_kind_is_there_and_ten_are_held_out() -> None:
    assert {attack.kind for attack in ATTACKS} == KINDS
    assert sum(attack.held_out for attack in ATTACKS) == 10


def test_attacks_of_one_kind_stand_together() -> None:
    kinds = [attack.kind for attack in ATTACKS]
    assert kinds == [kind for kind in dict.fromkeys(kinds) for _ in range(kinds.count(kind))]


@pytest.mark.parametrize("attack", ATTACKS, ids=lambda attack: attack.name)
def test_a_twin_is_as_long_in_the_same_place_and_letters_and_says_something_else(attack: Attack) -> None:
    one, other = attack.attack, attack.twin
    assert one != other
    assert "safe" not in other.words.lower()
    assert len(one.turns) == len(other.turns)
    if one.place is Place.QUESTION:  # the twin leaves the question as it is
        assert (other.place, other.letters) == (Place.AFTER, one.letters)
        return
    assert (other.place, other.letters) == (one.place, one.letters)
    if attack.kind == "length":
        assert len(one.words) > 20 * len(other.words)
    else:
        assert len(other.words) == pytest.approx(len(one.words), rel=0.2)


def written(folder: Path, name: str, fields: str) -> Path:
    path = folder / f"{name}.yaml"
    path.write_text(fields)
    return path


MINE = "kind: claim\nimitates: me\nattack: {place: after, text: hello}\ntwin: {place: after, text: there}\n"


def test_attacks_are_chosen_by_name_kind_and_group_each_once() -> None:
    assert [attack.name for attack in chosen_attacks(["homoglyphs"])] == ["homoglyphs"]
    assert {attack.kind for attack in chosen_attacks(["sign", "strip", "sign-fake-json"])} == {"sign", "strip"}
    assert len(chosen_attacks(["held-out"])) == 10
    assert chosen_attacks(["all", "homoglyphs"]) == tuple(ATTACKS)
    assert chosen_attacks([]) == ()


def test_an_attack_of_ones_own_is_a_file_under_a_name_of_its_own(tmp_path: Path) -> None:
    (mine,) = chosen_attacks([str(written(tmp_path, "mine", MINE))])
    assert (mine.name, mine.attack.text, mine.held_out) == ("mine", "hello", False)
    taken = written(tmp_path, "homoglyphs", MINE)
    with pytest.raises(OptionInvalid, match="two attacks are called 'homoglyphs'"):
        chosen_attacks(["all", str(taken)])
    with pytest.raises(OptionInvalid, match=r"no attack 'nonsense'.*situguard-bench attacks"):
        chosen_attacks(["nonsense"])
    with pytest.raises(FileMissing, match=r"nowhere\.yaml"):
        chosen_attacks(["nowhere.yaml"])


@pytest.mark.parametrize("text", ["- a list", "kind: [", "kind: claim"])
def test_a_file_that_is_no_attack_is_an_error_with_its_path(tmp_path: Path, text: str) -> None:
    with pytest.raises(FileInvalid, match=r"mine\.yaml"):
        read_attack(written(tmp_path, "mine", text))
