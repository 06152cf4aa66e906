"""OpenAI's moderation endpoint as a guard: what it is sent, and how its reply is read."""

from __future__ import annotations

from tests.benchmarks.harness.guards.served import Body, checked


def result(flagged: bool, **scores: float) -> Body:
    categories = {name: score > 0.5 for name, score in scores.items()}
    return {"flagged": flagged, "categories": categories, "category_scores": scores, "category_applied_input_types": {}}


def test_texts_and_pictures_are_sent_and_the_highest_score_is_the_guards() -> None:
    sent: list[Body] = []

    def script(path: str, body: Body) -> tuple[int, Body]:
        sent.append({"path": path, **body})
        scores = {"violence": 0.91, "self-harm/intent": 0.2, "harassment": 0.6}
        return 200, {"id": "m", "model": "omni", "results": [result(True, **scores)]}

    says = checked(script, "openai-moderation")
    assert sent[0]["path"] == "/moderations"
    assert [part["type"] for part in sent[0]["input"]] == ["text", "image_url"]
    assert sent[0]["input"][1]["image_url"]["url"].startswith("data:image/")
    assert (says.verdict, says.score, says.model) == ("unsafe", 0.91, "omni")
    assert says.categories == ("harassment", "violence")


def test_what_is_not_flagged_is_safe_whatever_the_score() -> None:
    says = checked(
        lambda path, body: (200, {"id": "m", "model": "omni", "results": [result(False, violence=0.4)]}),
        "openai-moderation",
    )
    assert (says.verdict, says.score, says.categories) == ("safe", 0.4, ())
