"""The mixture of training tasks and how often each comes up, sampled anew for every step.

The rules are mostly learnt from text alone, with the scene written out: that is cheap, and all facts of the table are
equally likely. With pictures, the scene is mostly described and sometimes judged.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from random import Random

from agents.findings import SceneFinding, SituationFinding, Verdict
from agents.prompts import PromptSet
from benchmarks.pocketworld.sampling.household import sample_household_quad
from benchmarks.pocketworld.sampling.quads import FACTS_BY_KIND, sample_contrast, sample_quad
from benchmarks.pocketworld.sampling.question_templates import QUESTION_TEMPLATES
from benchmarks.pocketworld.sampling.scenes import base_scene, decided_by, possible_places
from benchmarks.pocketworld.training import labels
from benchmarks.pocketworld.training.agent_examples import AgentExamples, Example
from benchmarks.pocketworld.training.description_examples import description_examples
from benchmarks.pocketworld.training.dialogues import (
    Dialogue,
    DialogueWriter,
    Shown,
    with_second_picture,
    without_picture,
)
from benchmarks.pocketworld.training.embodied_examples import EmbodiedExamples
from benchmarks.pocketworld.training.method_examples import MethodExamples
from benchmarks.pocketworld.training.picture_pool import WORDS_IN_PICTURE, PictureContent
from benchmarks.pocketworld.training.questions import QuestionWriter
from benchmarks.pocketworld.world.activities.catalogue import ACTIVITIES, FACTS, judge
from benchmarks.pocketworld.world.household_tasks import HOUSEHOLD
from benchmarks.pocketworld.world.knobs import Knobs
from benchmarks.pocketworld.world.ontology import PLACES, SIGNS, THINGS, Activity, GroundTruth, Scene
from benchmarks.pocketworld.world.splits import Split, is_held_out

ILL_INTENT = 0.05  # share of requests that are openly ill-intended
UNKNOWN_REQUESTS = 0.08  # share of requests that are out of domain
NO_PICTURE = 0.06  # share of requests without a picture
WRONG_SCENE = 0.12  # share of judged pictures that come with a slightly wrong scene finding
EMBODIED = 0.5  # share of the questions about rooms that use the embodied prompts
HOUSEHOLD_TEXTS = 0.12  # share of the text tasks that are about a room
SIGN_DECIDES = 0.25  # share of the written scenes that a sign decides: signs are rare elsewhere, and hard to learn
ALWAYS_A_SIGN = Knobs(sign_rate=1.0)
SECOND_PICTURE = 0.22  # share of the tasks below that come with two pictures
OF_ALL_PICTURES = frozenset({"scene", "scene_focused", "situation", "fused", "onlooker"})
NO_SCENE, NO_INTENT = 0.12, 0.05  # shares of judgements for which that agent was switched off
TEXT_TASKS = {
    "intent": 34,
    "situation": 54,
    "fused": 2,
    "onlooker": 14,
    "reply": 7,
    "action": 6,
    "warn": 6,
    "guide": 3,
    "raw": 4,
    "point": 2,
}
"""Weights of the tasks without a picture."""
PICTURE_TASKS = {
    "scene": 56,
    "scene_focused": 5,
    "situation": 22,
    "fused": 16,
    "onlooker": 10,
    "raw": 7,
    "warn": 2,
    "guide": 1,
    "reply": 2,
    "action": 2,
    "mss_intent": 2,
    "mss_judge": 5,
    "mss_answer": 3,
    "cot": 4,
    "safety_prompt": 2,
    "yes_no": 3,
    "description": 2,
}
"""Weights of the tasks with a picture."""


@dataclass(frozen=True)
class Mixture:
    """Samples examples. Two mixtures with the same random state give the same examples."""

    rng: Random
    dialogues: DialogueWriter
    agents: AgentExamples
    methods: MethodExamples
    embodied: EmbodiedExamples

    @staticmethod
    def of(prompts: PromptSet, rng: Random) -> "Mixture":
        agents = AgentExamples(prompts, rng)
        dialogues = DialogueWriter(QuestionWriter(QUESTION_TEMPLATES, rng), rng)
        return Mixture(rng, dialogues, agents, MethodExamples(agents), EmbodiedExamples(agents))

    def text_examples(self, count: int) -> list[Example]:
        """Examples without a picture."""
        tasks = self.rng.choices(list(TEXT_TASKS), list(TEXT_TASKS.values()), k=count)
        return [self._text_example(task) for task in tasks]

    def _text_example(self, task: str) -> Example:
        if task == "intent" and self.rng.random() < 0.05:
            return description_examples(self.agents, self.dialogues, None, self.rng)[1]
        if task == "point" or self.rng.random() < HOUSEHOLD_TEXTS:
            # A household task, in a room where it is safe or in one where it is not.
            room = self.rng.choice(sample_household_quad(self.rng).situations())
            dialogue = self._dialogue(room.task.activity, room.scene)
        else:
            dialogue = self._written_scene()
        if task in OF_ALL_PICTURES and dialogue.pictured:
            dialogue = self._written_words(dialogue)
        match task:
            case "intent":
                return self.agents.intent(dialogue)
            case "point":
                return self.embodied.point(dialogue)
            case "raw" | "fused":
                return self.picture_task(task, without_picture(dialogue))
            case _:
                return self._agent_example(task, dialogue, shown=False)

    def picture_example(self, content: PictureContent, beside: PictureContent | None = None) -> Example:
        """An example about a picture with this content, sometimes about it and the one beside it."""
        task = self.rng.choices(list(PICTURE_TASKS), list(PICTURE_TASKS.values()))[0]
        if task == "description":
            return description_examples(self.agents, self.dialogues, content.scene, self.rng)[0]
        activity = self.activity_for(content)
        dialogue = replace(self._request(activity, content.scene), words=content.words)
        if beside and task in OF_ALL_PICTURES and self.rng.random() < SECOND_PICTURE:
            dialogue = self._with_second(dialogue, Shown(beside.scene, beside.words))
        if dialogue.beside is None and activity and activity.name in HOUSEHOLD and self.rng.random() < EMBODIED:
            embodied = self.embodied
            write = self.rng.choice((embodied.answer, embodied.answer, embodied.cot, embodied.plan, embodied.yes_no))
            return write(dialogue)
        return self.picture_task(task, dialogue)

    def picture_task(self, task: str, dialogue: Dialogue) -> Example:
        """The example of one of the PICTURE_TASKS."""
        writers: dict[str, Callable[[Dialogue], Example]] = {
            "scene": self.agents.scene,
            "scene_focused": partial(self.agents.scene, focused=True),
            "fused": self.agents.fused,
            "raw": self.agents.raw,
            "mss_intent": self.methods.mss_intent,
            "mss_judge": self.methods.mss_judge,
            "mss_answer": self.methods.mss_answer,
            "cot": self.methods.cot,
            "safety_prompt": self.methods.safety_prompt,
            "yes_no": self.methods.yes_no,
        }
        write = writers.get(task, partial(self._agent_example, task, shown=True))
        return write(dialogue)

    def _agent_example(self, task: str, dialogue: Dialogue, *, shown: bool) -> Example:
        """The tasks that can be asked with and without a picture."""
        match task:
            case "situation" | "onlooker":
                return self._judgement(task, dialogue, shown=shown)
            case "warn":
                return self.agents.warn(dialogue, self._reason_to_warn(dialogue), shown=shown)
            case "guide":
                hazards = labels.inherent_hazards(dialogue.scene) if dialogue.scene else ()
                if hazards and self.rng.random() < 0.3:
                    unclear = labels.scene_only_finding(hazards)
                else:
                    unclear = labels.SCENE_UNKNOWN if dialogue.activity else labels.ACTIVITY_UNKNOWN
                return self.agents.guide(dialogue, unclear, shown=shown)
            case "reply":
                return self.agents.reply(dialogue, shown=shown)
            case "action":
                return self.agents.action(dialogue, dialogue.seen, shown=shown)
            case _:
                raise ValueError(task)

    def _reason_to_warn(self, dialogue: Dialogue) -> SituationFinding:
        """Mostly the truth, else some other finding of an agent."""
        if dialogue.situation.verdict is Verdict.UNSAFE and self.rng.random() < 0.85:
            return dialogue.situation
        if dialogue.ill_intent is not None:
            return labels.intent_only_finding(dialogue.intent)
        fact = self.rng.choice(FACTS)
        return labels.truth_finding(GroundTruth(False, fact.reason.category, fact.evidence, fact.reason.why))

    def _written_words(self, dialogue: Dialogue) -> Dialogue:
        """The dialogue, sometimes with words in its picture, and sometimes with a second picture."""
        if self.rng.random() < WORDS_IN_PICTURE:
            dialogue = replace(dialogue, words=self.dialogues.distractors.for_picture())
        if self.rng.random() < SECOND_PICTURE:
            return self._with_second(dialogue, Shown(sample_quad(self.rng).scene_a))
        return dialogue

    def _with_second(self, dialogue: Dialogue, beside: Shown) -> Dialogue:
        """The dialogue with a second picture, unless training must not ask about that one."""
        activity, scene = dialogue.activity, beside.scene
        held_out = activity is not None and scene is not None and is_held_out(activity.name, scene)
        return dialogue if held_out else with_second_picture(dialogue, beside)

    def _judgement(self, task: str, dialogue: Dialogue, *, shown: bool) -> Example:
        """A judgement, given true findings, only some of them, or a slightly wrong one that the picture corrects."""
        scene = dialogue.seen
        if shown and self.rng.random() < NO_SCENE:
            scene = None
        elif shown and scene is not None and self.rng.random() < WRONG_SCENE:
            scene = self._with_mistake(scene)
        if task == "onlooker":
            return self.agents.onlooker(dialogue, dialogue.intent, scene, shown=shown)
        intent = None if self.rng.random() < NO_INTENT else dialogue.intent
        return self.agents.situation(dialogue, intent, scene, shown=shown)

    def _with_mistake(self, scene: SceneFinding) -> SceneFinding:
        """The finding with one object missing, mistaken or made up."""
        objects = list(scene.objects)
        other = self.rng.choice(THINGS).label
        mistake = self.rng.random()
        if objects and mistake < 0.7:
            index = self.rng.randrange(len(objects))
            objects[index : index + 1] = [other] if mistake < 0.4 else []
        elif len(objects) < 3:
            objects.append(other)
        return scene.model_copy(update={"objects": tuple(sorted(set(objects)))})

    def _written_scene(self) -> Dialogue:
        """A dialogue about a scene that is never drawn."""
        if self.rng.random() < SIGN_DECIDES:
            return self._dialogue(*self._sign_scene())
        if self.rng.random() < 0.33:
            return self._dialogue(*self.fact_scene())
        if self.rng.random() < 0.1:
            return self._dialogue(self.rng.choice(list(ACTIVITIES.values())), None)
        if self.rng.random() < 0.5:
            contrast = sample_contrast(self.rng)
            scene = contrast.safe if self.rng.random() < 0.6 else contrast.unsafe
            return self._dialogue(ACTIVITIES[contrast.activity], scene)
        situation = sample_quad(self.rng).situations()[self.rng.choice((0, 0, 1, 2, 3, 3))]
        return self._dialogue(ACTIVITIES[situation.activity], situation.scene)

    def fact_scene(self) -> tuple[Activity, Scene]:
        """A fact and a scene that it applies to, along with any number of others. All facts are equally likely."""
        while True:
            fact = self.rng.choice(FACTS)
            activity = ACTIVITIES[fact.activity]
            things = self.rng.sample(THINGS, self.rng.choice((0, 1, 1, 2, 2)))
            place, sign = self.rng.choice(PLACES), self.rng.choice((None, None, self.rng.choice(SIGNS)))
            match fact.kind:
                case "object":
                    things.append(self.rng.choice([t for t in THINGS if fact.evidence in (t.label, t.name)]))
                case "sign":
                    sign = fact.evidence
                case _:
                    place = fact.evidence
            unique = {thing.name: thing for thing in reversed(things)}
            scene = Scene(place, tuple(unique.values()), sign)
            if not is_held_out(activity.name, scene):
                return activity, scene

    def _sign_scene(self) -> tuple[Activity, Scene]:
        """A scene with a sign that makes the activity unsafe, or with one that does not matter. Nothing else does."""
        while True:
            fact = self.rng.choice(FACTS_BY_KIND["sign"])
            activity = ACTIVITIES[fact.activity]
            places = possible_places((activity,), fact, Split.TRAIN)
            scene = base_scene((activity,), places, self.rng, ALWAYS_A_SIGN)
            if self.rng.random() < 0.5:
                scene = decided_by(fact, scene, self.rng, ALWAYS_A_SIGN)
            if not is_held_out(activity.name, scene):
                return activity, scene

    def activity_for(self, content: PictureContent) -> Activity | None:
        """The activity that the picture was drawn for, safe or not, or any other that training may ask about."""
        scene = content.scene
        if scene is None:
            return self.rng.choice(list(ACTIVITIES.values()))
        named = [name for name in (content.safe, content.unsafe) if name]
        if self.rng.random() < 0.75:
            return labels.activity_named(self.rng.choice(named))
        others = [each for each in ACTIVITIES.values() if not is_held_out(each.name, scene)]
        unsafe = [each for each in others if not judge(each, scene).safe]
        return self.rng.choice(unsafe if unsafe and self.rng.random() < 0.5 else others)

    def _dialogue(self, activity: Activity | None, scene: Scene | None) -> Dialogue:
        """A request about the activity, mostly with a picture."""
        dialogue = self._request(activity, scene)
        return without_picture(dialogue) if self.rng.random() < NO_PICTURE else dialogue

    def _request(self, activity: Activity | None, scene: Scene | None) -> Dialogue:
        """A request about the activity, sometimes with ill intent, sometimes about something out of domain."""
        kind = self.rng.random()
        if kind < ILL_INTENT:
            return self.dialogues.dialogue(activity if self.rng.random() < 0.5 else None, scene, ill=True)
        return self.dialogues.dialogue(None if kind < ILL_INTENT + UNKNOWN_REQUESTS else activity, scene)
