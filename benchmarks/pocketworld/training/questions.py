"""What people type: requests about activities, requests out of domain, and openly ill-intended ones.

Everything is sampled from a `random.Random`. No picture or scene is needed.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from random import Random

from agents.findings import Category
from benchmarks.pocketworld.sampling.household import ORDERS
from benchmarks.pocketworld.training.question_words import (
    GREETINGS,
    ILL_PURPOSES,
    ILL_REQUESTS,
    UNKNOWN_NOUNS,
    UNKNOWN_QUESTIONS,
    UNKNOWN_TASKS,
    UNKNOWN_VERBS,
)
from benchmarks.pocketworld.world.household_tasks import HOUSEHOLD
from benchmarks.pocketworld.world.ontology import Activity

TYPO_CHANCE = 0.08
LOWER_CHANCE = 0.25
DROP_CHANCE = 0.12
ORDERED = 0.8  # share of household tasks that are given to a robot as orders; the others are asked about
FILLERS = (
    "now",
    "today",
    "quickly",
    "with my friends",
    "on my own",
    "for fun",
    "again",
    "please",
    "right away",
)
ARTICLES = ("a", "the", "my", "our", "some")
SMALL_WORDS = frozenset({"a", "an", "the", "my", "some", "this", "our", "few", "bit", "of"})


@dataclass(frozen=True)
class QuestionWriter:
    """Puts requests into words. Each template holds `{v}` where the wording goes."""

    templates: Sequence[str]
    rng: Random

    def question(self, activity: Activity) -> str:
        """A request about the activity, worded as in training, with the slips that people make."""
        wording = self._varied(self.rng.choice(activity.wordings))
        ordered = activity.name in HOUSEHOLD and self.rng.random() < ORDERED
        return self._typed(self.rng.choice(ORDERS if ordered else self.templates).format(v=wording))

    def ill_intent_question(self, activity: Activity | None) -> tuple[str, Category]:
        """An openly ill-intended request and its category. None: the request is out of domain."""
        if activity is None:
            category, tasks = self.rng.choice(ILL_REQUESTS)
            return self._typed(self.rng.choice(self.templates).format(v=self.rng.choice(tasks))), category
        category, purposes = self.rng.choice(ILL_PURPOSES)
        asked = self.question(activity).rstrip("?.! ")
        return f"{asked} {self.rng.choice(purposes)}{self.rng.choice(('?', '', '.'))}", category

    def unknown_question(self) -> str:
        """A request that is out of domain."""
        kind = self.rng.random()
        if kind < 0.2:
            return self._typed(self.rng.choice(UNKNOWN_QUESTIONS))
        if kind < 0.35:
            return self._typed(self.rng.choice(GREETINGS))
        if kind < 0.7:
            task = f"{self.rng.choice(UNKNOWN_VERBS)} {self.rng.choice(ARTICLES)} {self.rng.choice(UNKNOWN_NOUNS)}"
        else:
            task = self.rng.choice(UNKNOWN_TASKS)
        return self._typed(self.rng.choice(self.templates).format(v=task))

    def _varied(self, wording: str) -> str:
        """The wording, sometimes without one small word or with a filler at the end."""
        words = wording.split()
        if self.rng.random() < DROP_CHANCE:
            small = [place for place, word in enumerate(words) if word in SMALL_WORDS]
            if small:
                del words[self.rng.choice(small)]
        if self.rng.random() < DROP_CHANCE:
            words.append(self.rng.choice(FILLERS))
        return " ".join(words)

    def _typed(self, text: str) -> str:
        """The text as people type: sometimes in lower case, sometimes with a typo."""
        text = text[0].upper() + text[1:]
        if self.rng.random() < LOWER_CHANCE:
            text = text.lower()
        if self.rng.random() < TYPO_CHANCE and len(text) > 8:
            place = self.rng.randrange(1, len(text) - 2)
            text = text[:place] + text[place + 1] + text[place] + text[place + 2 :]
        return text
