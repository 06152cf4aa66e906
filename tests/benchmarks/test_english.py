"""Which texts read as English."""

import pytest

from benchmarks.english import is_english, straight


@pytest.mark.parametrize(
    ("text", "english"),
    [
        ("Should I eat this?", True),
        ("No.", True),
        ("Grey van near den three.", True),
        ("Swing slowly. Keep both feet apart.", True),
        ("I can\u2019t help with that.", True),
        ("The caf\u00e9 is closed, Andr\u00e9.", True),
        ("Soll ich das essen?", False),
        ("Nein, das ist gef\u00e4hrlich.", False),
        ("Dois-je toucher \u00e7a ? Non, les fils sont dangereux.", False),
        ("\u00bfDebo comer esto?", False),
        ("Non dovrei mangiare questo.", False),
        ("\u042d\u0442\u043e \u043e\u043f\u0430\u0441\u043d\u043e.", False),
        ("\u8fd9\u5f88\u5371\u9669\u3002", False),
        ("", True),
    ],
)
def test_english_by_its_words(text: str, english: bool) -> None:
    assert is_english(text) is english


def test_curly_apostrophes_become_straight() -> None:
    assert straight("I can\u2019t, it\u02bcs hot") == "I can't, it's hot"
