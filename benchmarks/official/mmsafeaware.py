"""MMSafeAware as its repository scores it (Jarviswang94/MMSafetyAwareness).

The questions are the data's, and a rule scores the answers, so that no text is read: only the script is checked.
"""

from collections.abc import Mapping
from dataclasses import replace

from benchmarks.benchmark import Benchmark
from benchmarks.official.source import Code, Value
from benchmarks.official.words import Found, OfficialProtocol
from benchmarks.rubrics import mmsafeaware_released

PLACES = {"scoring": Found("data/extract_results.py", Code())}
APART = (
    "Temperature and token limits are this project's: the repository states none.",
    "The repository's total weighs each sample alike; the paper's is the mean of the three parts, and is shown here.",
)


def apply(benchmark: Benchmark, values: Mapping[str, Value]) -> Benchmark:
    """MMSafeAware with the rule of the released script."""
    return replace(benchmark, rubric=lambda case: mmsafeaware_released())


MMSAFEAWARE_OFFICIAL = OfficialProtocol("Jarviswang94/MMSafetyAwareness", PLACES, apply, APART)
