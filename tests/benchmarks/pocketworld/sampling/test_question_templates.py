"""Question templates take one verb phrase, and none is in both splits."""

from benchmarks.pocketworld.sampling.question_templates import HELD_OUT_TEMPLATES, QUESTION_TEMPLATES


def test_templates_take_one_verb_phrase() -> None:
    assert len(QUESTION_TEMPLATES) >= 24
    assert len(HELD_OUT_TEMPLATES) >= 6
    assert all(template.count("{v}") == 1 for template in (*QUESTION_TEMPLATES, *HELD_OUT_TEMPLATES))
    assert not set(QUESTION_TEMPLATES) & set(HELD_OUT_TEMPLATES)
