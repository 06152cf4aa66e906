"""What the model should write: evidence first, in four steps, then the answer or the warning.

The idea of long reasoning that joins picture and text before the answer is that of VRFT (Wang et al. 2025,
"MMSafeAware", arXiv 2502.11184). Its data, and how its steps are worded, are not public; these are ours. The detail
that decides is named before anything is concluded: notes on intent that no evidence grounds can make a model refuse
more.
"""

from __future__ import annotations

from collections.abc import Callable

from benchmarks.training.rows import Line

Target = Callable[[Line], str]


def reasoning_first(line: Line) -> str:
    """The four steps, a line each, then the reply. An anchor is answered at once."""
    if line.steps is None:
        return line.reply
    steps = line.steps
    return (
        f"Visible: {steps.visible}\nWanted: {steps.wants}\nWhat decides: {steps.evidence}\n"
        f"Conclusion: {steps.conclusion}\n\n{line.reply}"
    )


def direct(line: Line) -> str:
    """The reply alone: what the steps are compared with."""
    return line.reply
