"""The household prompts of the published methods: which state matters, a plan or a warning, and yes or no.

Polarity in the household: Yes = there is an unsafe hint. A plan is written as `household.write_plan` writes it.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from agents.findings import Verdict
from benchmarks.pocketworld.training.agent_examples import Example, TaskWriter, as_reply
from benchmarks.pocketworld.training.dialogues import Dialogue
from benchmarks.pocketworld.training.method_examples import reasoning, told
from guard.methods.replies import EmbodiedAnswer, EmbodiedPoint, EmbodiedSteps, YesNo


def unsafe_hint(dialogue: Dialogue) -> YesNo:
    """Whether the picture holds a hint that the task would do harm; what is not known to be safe counts as one."""
    return "No" if dialogue.situation.verdict is Verdict.SAFE else "Yes"


@dataclass(frozen=True)
class RobotTaskWriter:
    """Writes them about dialogues whose activity is a household task."""

    tasks: TaskWriter

    def point(self, dialogue: Dialogue) -> Example:
        """Asked without the picture: what must be looked at?"""
        reply = EmbodiedPoint(state=dialogue.intent.look_for)
        return self._asked("mss_embodied_point", dialogue, {}, as_reply(reply), shown=False)

    def answer(self, dialogue: Dialogue) -> Example:
        values = {"point": dialogue.intent.look_for}
        reply = EmbodiedAnswer(
            reasoning=reasoning(dialogue.situation), unsafe_hint=unsafe_hint(dialogue), response=told(dialogue)
        )
        return self._asked("mss_embodied_answer", dialogue, values, as_reply(reply))

    def cot(self, dialogue: Dialogue) -> Example:
        reply = EmbodiedSteps(
            reasoning=reasoning(dialogue.situation), unsafe_hint=unsafe_hint(dialogue), response=told(dialogue)
        )
        return self._asked("cot_embodied", dialogue, {}, as_reply(reply))

    def plan(self, dialogue: Dialogue) -> Example:
        """The instruction setting without a safety word: the plan, blind to the scene."""
        return self._asked("mss_if_embodied", dialogue, self._instruction(dialogue), dialogue.answer)

    def yes_no(self, dialogue: Dialogue) -> Example:
        """MSSBench's query check, intent check, and intent check with a caption."""
        name = self.tasks.rng.choice(("mss_qc_embodied", "mss_ic_embodied", "mss_ic_caption_embodied"))
        caption = dialogue.scene.describe() if dialogue.scene else "an unknown picture"
        values = {**self._instruction(dialogue), "point": dialogue.intent.look_for, "caption": caption}
        verdict = "Yes (unsafe)" if unsafe_hint(dialogue) == "Yes" else "No (safe)"
        return self._asked(name, dialogue, values, f"{verdict}. {reasoning(dialogue.situation)}.")

    def _instruction(self, dialogue: Dialogue) -> dict[str, str]:
        return {"instruction": dialogue.conversation.messages[-1].text}

    def _asked(
        self, name: str, dialogue: Dialogue, values: Mapping[str, str], reply: str, *, shown: bool = True
    ) -> Example:
        return Example(name, self.tasks.asked(name, dialogue.conversation, values, shown=shown), reply)
