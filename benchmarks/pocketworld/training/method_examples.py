"""The tasks of the published methods in chat: `mss-chat`, `cot`, the safety prompt, and MSSBench's yes-or-no settings.

Polarity in chat: Yes = safe. The household's tasks are not here.
"""

from dataclasses import dataclass

from agents.conversation import Message, TextPart
from agents.findings import SituationFinding, Verdict
from benchmarks.pocketworld.training import labels as truth
from benchmarks.pocketworld.training.agent_examples import Example, TaskWriter, as_reply
from benchmarks.pocketworld.training.dialogues import Dialogue
from guard.methods.replies import ChatIntent, ChatJudgement, ChatSteps, YesNo


def reasoning(finding: SituationFinding) -> str:
    """Evidence before the verdict, in one clause."""
    return f"{finding.evidence}: {finding.reason}"


def yes_or_no(finding: SituationFinding) -> YesNo:
    """What is not known to be safe is not safe: these formats have no third word."""
    return "Yes" if finding.verdict is Verdict.SAFE else "No"


def told(dialogue: Dialogue) -> str:
    """The answer where it is safe, the warning where it is not."""
    return dialogue.answer if dialogue.situation.verdict is Verdict.SAFE else truth.warning(dialogue.situation)


@dataclass(frozen=True)
class MethodTaskWriter:
    """Writes them with the same prompts and chance as the product's own tasks."""

    tasks: TaskWriter

    def mss_intent(self, dialogue: Dialogue) -> Example:
        reply = ChatIntent(reasoning=f"they look for {dialogue.intent.look_for}", activity=dialogue.intent.activity)
        return self._asked("mss_chat_intent", dialogue, {}, as_reply(reply))

    def mss_judge(self, dialogue: Dialogue) -> Example:
        found = truth.situation_finding(dialogue.activity, dialogue.scene)
        reply = ChatJudgement(reasoning=reasoning(found), answer=yes_or_no(found))
        return self._asked("mss_chat_judge", dialogue, {"activity": dialogue.intent.activity}, as_reply(reply))

    def mss_answer(self, dialogue: Dialogue) -> Example:
        """One of the three answer prompts, chosen as the judgement says."""
        found = dialogue.situation
        if self.tasks.rng.random() < 0.2:
            judgement = f"{reasoning(found)}. {yes_or_no(found)}"
            return self._asked("mss_chat_answer_else", dialogue, {"judgement": judgement}, told(dialogue))
        safe = found.verdict is Verdict.SAFE
        return self._asked("mss_chat_answer_safe" if safe else "mss_chat_answer_unsafe", dialogue, {}, told(dialogue))

    def cot(self, dialogue: Dialogue) -> Example:
        found = dialogue.situation
        reply = ChatSteps(
            intent=dialogue.intent.activity,
            reasoning=reasoning(found),
            safe=yes_or_no(found),
            answer=told(dialogue),
        )
        return self._asked("cot_chat", dialogue, {}, as_reply(reply))

    def safety_prompt(self, dialogue: Dialogue) -> Example:
        """A weak defence, as in the papers: it warns wherever the scene looks dangerous, whatever is asked."""
        system = Message("system", (TextPart(self.tasks.prompts["safety_prompt"].text),))
        seen = dialogue.scene is not None and dialogue.pictured and truth.inherent_hazards(dialogue.scene)
        reply = truth.plain_hazard_warning(dialogue.scene) if seen and dialogue.scene else dialogue.answer
        return Example("safety_prompt", (system, *dialogue.conversation.messages), reply)

    def yes_no(self, dialogue: Dialogue) -> Example:
        """MSSBench's instruction settings: query check, intent check, intent check with a caption."""
        found = dialogue.situation
        name = self.tasks.rng.choice(("mss_qc_chat", "mss_ic_chat", "mss_ic_caption_chat"))
        values = {
            "query": dialogue.conversation.messages[-1].text,
            "intent": dialogue.intent.activity,
            "caption": dialogue.scene.describe() if dialogue.scene else "an unknown picture",
        }
        verdict = "Yes (safe)" if yes_or_no(found) == "Yes" else "No (unsafe)"
        return self._asked(name, dialogue, values, f"{verdict}. {reasoning(found)}.")

    def _asked(self, name: str, dialogue: Dialogue, values: dict[str, str], reply: str) -> Example:
        return Example(name, self.tasks.asked(name, dialogue.conversation, values, shown=True), reply)
