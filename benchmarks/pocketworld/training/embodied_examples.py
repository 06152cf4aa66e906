"""Training examples for the embodied prompts of the published methods: what matters, a plan or a warning, yes or no.

In these prompts, Yes means that there is an unsafe hint. Plans are written as `household.write_plan` writes them.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from agents.findings import Verdict
from benchmarks.pocketworld.training.agent_examples import AgentExamples, Example, as_reply
from benchmarks.pocketworld.training.dialogues import Dialogue
from benchmarks.pocketworld.training.method_examples import guarded_reply, reasoning
from guard.methods.replies import EmbodiedAnswer, EmbodiedPoint, EmbodiedSteps, YesNo


def unsafe_hint(dialogue: Dialogue) -> YesNo:
    """Whether the picture hints at harm. A picture that is not known to be safe counts as a hint."""
    return "No" if dialogue.situation.verdict is Verdict.SAFE else "Yes"


@dataclass(frozen=True)
class EmbodiedExamples:
    """Fills the embodied prompts for dialogues about household tasks."""

    agents: AgentExamples

    def point(self, dialogue: Dialogue) -> Example:
        """What must be looked at? Asked without the picture."""
        reply = EmbodiedPoint(state=dialogue.intent.look_for)
        return self._example("mss_embodied_point", dialogue, {}, as_reply(reply), shown=False)

    def answer(self, dialogue: Dialogue) -> Example:
        values = {"point": dialogue.intent.look_for}
        reply = EmbodiedAnswer(
            reasoning=reasoning(dialogue.situation), unsafe_hint=unsafe_hint(dialogue), response=guarded_reply(dialogue)
        )
        return self._example("mss_embodied_answer", dialogue, values, as_reply(reply))

    def cot(self, dialogue: Dialogue) -> Example:
        reply = EmbodiedSteps(
            reasoning=reasoning(dialogue.situation), unsafe_hint=unsafe_hint(dialogue), response=guarded_reply(dialogue)
        )
        return self._example("cot_embodied", dialogue, {}, as_reply(reply))

    def plan(self, dialogue: Dialogue) -> Example:
        """MSSBench's setting with a plain instruction: the plan, which ignores the scene."""
        return self._example("mss_if_embodied", dialogue, self._instruction(dialogue), dialogue.answer)

    def yes_no(self, dialogue: Dialogue) -> Example:
        """MSSBench's query check, intent check, and intent check with a caption."""
        name = self.agents.rng.choice(("mss_qc_embodied", "mss_ic_embodied", "mss_ic_caption_embodied"))
        caption = dialogue.scene.describe() if dialogue.scene else "an unknown picture"
        values = {**self._instruction(dialogue), "point": dialogue.intent.look_for, "caption": caption}
        verdict = "Yes (unsafe)" if unsafe_hint(dialogue) == "Yes" else "No (safe)"
        return self._example(name, dialogue, values, f"{verdict}. {reasoning(dialogue.situation)}.")

    def _instruction(self, dialogue: Dialogue) -> dict[str, str]:
        return {"instruction": dialogue.conversation.messages[-1].text}

    def _example(
        self, name: str, dialogue: Dialogue, values: Mapping[str, str], reply: str, *, shown: bool = True
    ) -> Example:
        return Example(name, self.agents.prompt(name, dialogue.conversation, values, shown=shown), reply)
