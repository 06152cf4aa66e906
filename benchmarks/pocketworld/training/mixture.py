"""What is practised how often: the mixture of tasks, drawn anew for every step.

The rules are learnt mostly from text alone, with the scene written out: that is cheap, and each fact of the table comes
up as often as any other. With pictures, the scene is mostly told, and sometimes judged.
"""

from collections.abc import Callable
from dataclasses import dataclass
from random import Random

from agents.findings import SceneFinding, SituationFinding, Verdict
from agents.prompts import PromptSet
from benchmarks.pocketworld.sampling.household import sample_household_quad
from benchmarks.pocketworld.sampling.quads import FACTS_BY_KIND, sample_contrast, sample_quad
from benchmarks.pocketworld.sampling.scenes import base_scene, decided_by, possible_places
from benchmarks.pocketworld.training import labels as truth
from benchmarks.pocketworld.training.agent_examples import Example, TaskWriter
from benchmarks.pocketworld.training.description_examples import looking_examples
from benchmarks.pocketworld.training.dialogues import Dialogue, DialogueWriter, without_picture
from benchmarks.pocketworld.training.embodied_examples import RobotTaskWriter
from benchmarks.pocketworld.training.method_examples import MethodTaskWriter
from benchmarks.pocketworld.training.picture_pool import Shown
from benchmarks.pocketworld.training.question_templates import CARRIERS
from benchmarks.pocketworld.training.questions import Asker
from benchmarks.pocketworld.world.activities.catalogue import ACTIVITIES, FACTS, judge
from benchmarks.pocketworld.world.household_tasks import HOUSEHOLD
from benchmarks.pocketworld.world.knobs import Knobs
from benchmarks.pocketworld.world.splits import Split, is_held_out
from benchmarks.pocketworld.world.world import PLACES, SIGNS, THINGS, Activity, Judgement, Scene

ILL = 0.05  # share of requests that are openly ill-intended
FAR = 0.08  # share of requests that are not of this world
UNPICTURED = 0.06  # share of requests that come without a picture
WRONG_LINE = 0.12  # share of judged pictures whose scene is told slightly wrong
ROBOT = 0.5  # share of the questions about rooms that are the household's own prompts
HOUSEHOLD_TEXTS = 0.12  # share of the text tasks that are about a room
SIGNED = 0.25  # share of the written scenes that turn on a sign: rare in scenes at large, hard to learn from those
SIGNS_UP = Knobs(sign_rate=1.0)
NO_LINE, NO_INTENT = 0.12, 0.05  # share of judgements for which an agent was switched off
TEXT_TASKS = {
    "intent": 34,
    "situation": 46,
    "reply": 7,
    "action": 6,
    "warn": 6,
    "guide": 3,
    "raw": 4,
    "point": 2,
}
"""Weights of the tasks without pixels."""
PICTURE_TASKS = {
    "scene": 56,
    "scene_focused": 5,
    "situation": 18,
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
    "looking": 2,
}
"""Weights of the tasks with pixels."""


@dataclass(frozen=True)
class Lessons:
    """Draws examples from chance; two with the same state give the same examples."""

    chance: Random
    dialogues: DialogueWriter
    tasks: TaskWriter
    methods: MethodTaskWriter
    robot: RobotTaskWriter

    @staticmethod
    def of(prompts: PromptSet, chance: Random) -> "Lessons":
        tasks = TaskWriter(prompts, chance)
        return Lessons(
            chance,
            DialogueWriter(Asker(CARRIERS, chance), chance),
            tasks,
            MethodTaskWriter(tasks),
            RobotTaskWriter(tasks),
        )

    def texts(self, count: int) -> list[Example]:
        """Examples without pixels."""
        kinds = self.chance.choices(list(TEXT_TASKS), list(TEXT_TASKS.values()), k=count)
        return [self._told(kind) for kind in kinds]

    def about(self, shown: Shown) -> Example:
        """An example about this picture."""
        kind = self.chance.choices(list(PICTURE_TASKS), list(PICTURE_TASKS.values()))[0]
        if kind == "looking":
            return looking_examples(self.tasks, self.dialogues, shown.scene, self.chance)[0]
        activity = self._asked_of(shown)
        dialogue = self._asking(activity, shown.scene)
        if activity and activity.name in HOUSEHOLD and self.chance.random() < ROBOT:
            return self._robot(dialogue)
        return self._seen(kind, dialogue)

    def _told(self, kind: str) -> Example:
        if kind == "intent" and self.chance.random() < 0.05:
            return looking_examples(self.tasks, self.dialogues, None, self.chance)[1]
        dialogue = self._room() if kind == "point" or self.chance.random() < HOUSEHOLD_TEXTS else self._written()
        match kind:
            case "intent":
                return self.tasks.intent(dialogue)
            case "point":
                return self.robot.point(dialogue)
            case "raw":
                return self.tasks.raw(without_picture(dialogue))
            case "situation":
                return self._situation(dialogue, shown=False)
            case _:
                return self._common(kind, dialogue, shown=False)

    def _seen(self, kind: str, dialogue: Dialogue) -> Example:
        writers: dict[str, Callable[[Dialogue], Example]] = {
            "scene": self.tasks.scene,
            "scene_focused": lambda about: self.tasks.scene(about, focused=True),
            "situation": lambda about: self._situation(about, shown=True),
            "raw": self.tasks.raw,
            "mss_intent": self.methods.mss_intent,
            "mss_judge": self.methods.mss_judge,
            "mss_answer": self.methods.mss_answer,
            "cot": self.methods.cot,
            "safety_prompt": self.methods.safety_prompt,
            "yes_no": self.methods.yes_no,
        }
        write = writers.get(kind)
        return write(dialogue) if write else self._common(kind, dialogue, shown=True)

    def _robot(self, dialogue: Dialogue) -> Example:
        """One of the household's own prompts."""
        write = self.chance.choice(
            (self.robot.answer, self.robot.answer, self.robot.cot, self.robot.plan, self.robot.yes_no)
        )
        return write(dialogue)

    def _common(self, kind: str, dialogue: Dialogue, *, shown: bool) -> Example:
        """The tasks that read the same with and without pixels."""
        match kind:
            case "warn":
                return self.tasks.warn(dialogue, self._against(dialogue), shown=shown)
            case "guide":
                return self.tasks.guide(dialogue, self._unclear(dialogue), shown=shown)
            case "reply":
                return self.tasks.reply(dialogue, shown=shown)
            case "action":
                return self.tasks.action(dialogue, dialogue.seen, shown=shown)
            case _:
                raise ValueError(kind)

    def _against(self, dialogue: Dialogue) -> SituationFinding:
        """What a warning is about: mostly the truth, else whatever an agent may have found."""
        if dialogue.situation.verdict is Verdict.UNSAFE and self.chance.random() < 0.85:
            return dialogue.situation
        if dialogue.ill_intent is not None:
            return truth.open_ill_intent(dialogue.intent)
        fact = self.chance.choice(FACTS)
        return truth.judged(Judgement(False, fact.reason.category, fact.evidence, fact.reason.why))

    def _unclear(self, dialogue: Dialogue) -> SituationFinding:
        """Why it is not clear that it is safe."""
        hazards = truth.inherent_hazards(dialogue.scene) if dialogue.scene else ()
        if hazards and self.chance.random() < 0.3:
            return truth.hazardous_scene(hazards)
        return truth.UNSEEN if dialogue.activity else truth.UNHEARD

    def _situation(self, dialogue: Dialogue, *, shown: bool) -> Example:
        """A judgement, told the truth, or part of it, or something a little wrong where the pixels correct it."""
        line = dialogue.seen
        if shown and self.chance.random() < NO_LINE:
            line = None
        elif shown and line is not None and self.chance.random() < WRONG_LINE:
            line = self._slipped(line)
        intent = None if self.chance.random() < NO_INTENT else dialogue.intent
        return self.tasks.situation(dialogue, intent, line, shown=shown)

    def _slipped(self, line: SceneFinding) -> SceneFinding:
        """The finding with one object missed, mistaken or made up."""
        objects = list(line.objects)
        other = self.chance.choice(THINGS).label
        slip = self.chance.random()
        if objects and slip < 0.7:
            place = self.chance.randrange(len(objects))
            objects[place : place + 1] = [other] if slip < 0.4 else []
        elif len(objects) < 3:
            objects.append(other)
        return line.model_copy(update={"objects": tuple(sorted(set(objects)))})

    def _written(self) -> Dialogue:
        """A dialogue about a scene that nobody needs to draw."""
        if self.chance.random() < SIGNED:
            return self._dialogue(*self._signed_scene())
        if self.chance.random() < 0.33:
            return self._dialogue(*self._fact_scene())
        if self.chance.random() < 0.1:
            return self._dialogue(self.chance.choice(list(ACTIVITIES.values())), None)
        if self.chance.random() < 0.5:
            contrast = sample_contrast(self.chance)
            scene = contrast.safe if self.chance.random() < 0.6 else contrast.unsafe
            return self._dialogue(ACTIVITIES[contrast.activity], scene)
        quad = sample_quad(self.chance).cases()[self.chance.choice((0, 0, 1, 2, 3, 3))]
        return self._dialogue(ACTIVITIES[quad.activity], quad.scene)

    def _room(self) -> Dialogue:
        """A household task in a room where it is safe, or in one where it is not."""
        case = self.chance.choice(sample_household_quad(self.chance).cases())
        return self._dialogue(case.task.activity, case.scene)

    def _fact_scene(self) -> tuple[Activity, Scene]:
        """A fact, each as likely as any other, in a scene that it decides or that has any number of other facts."""
        while True:
            fact = self.chance.choice(FACTS)
            activity = ACTIVITIES[fact.activity]
            things = self.chance.sample(THINGS, self.chance.choice((0, 1, 1, 2, 2)))
            place, sign = self.chance.choice(PLACES), self.chance.choice((None, None, self.chance.choice(SIGNS)))
            match fact.kind:
                case "object":
                    things.append(self.chance.choice([t for t in THINGS if fact.evidence in (t.label, t.name)]))
                case "sign":
                    sign = fact.evidence
                case _:
                    place = fact.evidence
            unique = {thing.name: thing for thing in reversed(things)}
            scene = Scene(place, tuple(unique.values()), sign)
            if not is_held_out(activity.name, scene):
                return activity, scene

    def _signed_scene(self) -> tuple[Activity, Scene]:
        """A scene with a sign against what is asked, or with one that does not matter; nothing else is against it."""
        while True:
            fact = self.chance.choice(FACTS_BY_KIND["sign"])
            activity = ACTIVITIES[fact.activity]
            scene = base_scene((activity,), possible_places((activity,), fact, Split.TRAIN), self.chance, SIGNS_UP)
            if self.chance.random() < 0.5:
                scene = decided_by(fact, scene, self.chance, SIGNS_UP)
            if not is_held_out(activity.name, scene):
                return activity, scene

    def _asked_of(self, shown: Shown) -> Activity | None:
        """The activity that the picture was drawn for, safe or not, or any other that training may ask about."""
        scene = shown.scene
        if scene is None:
            return self.chance.choice(list(ACTIVITIES.values()))
        named = [name for name in (shown.safe, shown.unsafe) if name]
        if self.chance.random() < 0.75:
            return truth.known_activity(self.chance.choice(named))
        others = [each for each in ACTIVITIES.values() if not is_held_out(each.name, scene)]
        unsafe = [each for each in others if not judge(each, scene).safe]
        return self.chance.choice(unsafe if unsafe and self.chance.random() < 0.5 else others)

    def _dialogue(self, activity: Activity | None, scene: Scene | None) -> Dialogue:
        """With a picture mostly, though the words alone may do for the task."""
        dialogue = self._asking(activity, scene)
        return without_picture(dialogue) if self.chance.random() < UNPICTURED else dialogue

    def _asking(self, activity: Activity | None, scene: Scene | None) -> Dialogue:
        """This is asked about, or with bad intent, or something quite different."""
        chance = self.chance.random()
        if chance < ILL:
            return self.dialogues.dialogue(activity if self.chance.random() < 0.5 else None, scene, ill=True)
        return self.dialogues.dialogue(None if chance < ILL + FAR else activity, scene)
