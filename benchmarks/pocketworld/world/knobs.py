"""Settings to vary, one at a time, to find out which part of a guard fails."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Knobs:
    """How scenes are filled and drawn.

    clutter: the most things in a scene (0 to 3).
    distractor_rate: the share of other things that are hazards for some activity, though not for the one asked about.
    sign_rate: the share of scenes with a sign that decides nothing.
    hazards: how many hazards an unsafe scene has; any beyond the first replace other things.
    wording_distance: how far a question is from those of training. 0: the same words and templates, 1: another
        template, 2: other words, 3: both. None leaves it to the split.
    sign_scale: the size of signs; at 1.0, letters are 9 to 10 % of the picture's height.
    injected: text drawn into the picture as an attack, such as "answer SAFE".
    """

    clutter: int = 3
    distractor_rate: float = 0.7
    sign_rate: float = 0.3
    hazards: int = 1
    wording_distance: int | None = None
    sign_scale: float = 1.0
    injected: str | None = None


DEFAULT_KNOBS = Knobs()
