"""A verdict of the embedded model is acted on before its reply has ended, and is the same as without."""

from __future__ import annotations

import pytest

pytest.importorskip("torch", reason="needs local: the extra of that name")

from benchmarks.speed.early import measure, table


async def test_the_verdict_stands_before_the_reply_ends_and_is_the_same() -> None:
    judged = await measure(quads=1, seed=7)
    assert len(judged) == 4
    assert all(each.before == each.whole for each in judged)
    assert all(each.early == each.whole.model_copy(update={"reason": ""}) for each in judged)
    assert all(0 < at < end for at, end in (each.tokens for each in judged))
    assert table(judged).count("\n") == 3
