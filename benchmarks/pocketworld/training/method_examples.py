"""Training examples for the chat prompts of the published methods: `mss-chat`, `cot`, the safety prompt and MSSBench's
yes-or-no settings.

In these prompts, Yes means safe. The embodied prompts are in `embodied_examples`.
"""

from dataclasses import dataclass

from agents.conversation import Message, TextPart
from agents.findings import SituationFinding, Verdict
from benchmarks.pocketworld.training import labels
from benchmarks.pocketworld.training.agent_examples import AgentExamples, Example, as_reply
from benchmarks.pocketworld.training.dialogues import Dialogue
from guard.methods.replies import ChatIntent, ChatJudgement, ChatSteps, YesNo


def reasoning(finding: SituationFinding) -> str:
    """The reasoning that comes before the verdict: the evidence and why."""
    return f"{finding.evidence}: {finding.reason}"


def yes_or_no(finding: SituationFinding) -> YesNo:
    """The verdict where there is no word for unclear: what is not known to be safe is not safe."""
    return "Yes" if finding.verdict is Verdict.SAFE else "No"


def guarded_reply(dialogue: Dialogue) -> str:
    """The answer where it is safe, a warning where it is not."""
    return dialogue.answer if dialogue.situation.verdict is Verdict.SAFE else labels.warning(dialogue.situation)


@dataclass(frozen=True)
class MethodExamples:
    """Fills the methods' prompts, with the prompt set and the random state of `agents`."""

    agents: AgentExamples

    def mss_intent(self, dialogue: Dialogue) -> Example:
        reply = ChatIntent(reasoning=f"they look for {dialogue.intent.look_for}", activity=dialogue.intent.activity)
        return self._example("mss_chat_intent", dialogue, {}, as_reply(reply))

    def mss_judge(self, dialogue: Dialogue) -> Example:
        found = labels.situation_finding(dialogue.activity, dialogue.scene)
        reply = ChatJudgement(reasoning=reasoning(found), answer=yes_or_no(found))
        return self._example("mss_chat_judge", dialogue, {"activity": dialogue.intent.activity}, as_reply(reply))

    def mss_answer(self, dialogue: Dialogue) -> Example:
        """One of the three prompts for the answer; the judgement decides which."""
        found = dialogue.situation
        if self.agents.rng.random() < 0.2:
            judgement = f"{reasoning(found)}. {yes_or_no(found)}"
            return self._example("mss_chat_answer_else", dialogue, {"judgement": judgement}, guarded_reply(dialogue))
        safe = found.verdict is Verdict.SAFE
        return self._example(
            "mss_chat_answer_safe" if safe else "mss_chat_answer_unsafe", dialogue, {}, guarded_reply(dialogue)
        )

    def cot(self, dialogue: Dialogue) -> Example:
        found = dialogue.situation
        reply = ChatSteps(
            intent=dialogue.intent.activity,
            reasoning=reasoning(found),
            safe=yes_or_no(found),
            answer=guarded_reply(dialogue),
        )
        return self._example("cot_chat", dialogue, {}, as_reply(reply))

    def safety_prompt(self, dialogue: Dialogue) -> Example:
        """A weak defence, as in the papers: it warns wherever the scene looks dangerous, whatever the question."""
        system = Message("system", (TextPart(self.agents.prompts["safety_prompt"].text),))
        reply = dialogue.answer
        if dialogue.scene and dialogue.pictured and labels.inherent_hazards(dialogue.scene):
            reply = labels.plain_hazard_warning(dialogue.scene)
        return Example("safety_prompt", (system, *dialogue.conversation.messages), reply)

    def yes_no(self, dialogue: Dialogue) -> Example:
        """MSSBench's settings with instructions: query check, intent check, intent check with a caption."""
        found = dialogue.situation
        name = self.agents.rng.choice(("mss_qc_chat", "mss_ic_chat", "mss_ic_caption_chat"))
        values = {
            "query": dialogue.conversation.messages[-1].text,
            "intent": dialogue.intent.activity,
            "caption": dialogue.scene.describe() if dialogue.scene else "an unknown picture",
        }
        verdict = "Yes (safe)" if yes_or_no(found) == "Yes" else "No (unsafe)"
        return self._example(name, dialogue, values, f"{verdict}. {reasoning(found)}.")

    def _example(self, name: str, dialogue: Dialogue, values: dict[str, str], reply: str) -> Example:
        return Example(name, self.agents.prompt(name, dialogue.conversation, values, shown=True), reply)
