"""The tokenizer: byte-level BPE over what the tasks say, where each fixed stretch of a prompt is one token.

A model this small should spend its steps on what changes. So every stretch of a compact prompt between two fields is
a token of its own, and so is the punctuation between the values of a JSON reply. Text that differs is plain BPE.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator

from tokenizers import AddedToken, Regex, Tokenizer, decoders, models, pre_tokenizers, trainers
from transformers import PreTrainedTokenizerFast

from agents.prompts import FIELD, PromptSet

PAD, START, END, IMAGE = "<|pad|>", "<|im_start|>", "<|im_end|>", "<image>"
SPECIAL = (PAD, START, END, IMAGE)
VOCABULARY = 2048
SHORTEST_STRETCH = 4  # characters; shorter ones are tokens already
RAREST_PUNCTUATION = 20  # occurrences in the corpus
LONGEST_PROMPT = 2048  # tokens
# Between the values of a JSON object or list: everything from one value's end to the next one's start.
PUNCTUATION = re.compile(r'(?:^\{|(?:null|\[\]|"\]?), )"\w+": (?:\["?|")?(?!\])|", "|"\]?\}$|\[\]\}$|(?<=: )\[\](?=, )')
# Around the words that the product fills in: a scene in one line, a transcript's turns and pictures.
FILLED = (
    "; objects: ",
    "; people: ",
    "; text: ",
    "; hazards: ",
    "\nuser: ",
    "\nassistant: ",
    "user: ",
    " [picture 1]",
    "[picture 1] ",
)
# A nonce, one word with the space before it, a number's digits one by one, or signs.
WORDS = r"[0-9a-f]{8}(?=>)| ?\p{L}+| ?\p{N}| ?[^\s\p{L}\p{N}]+|\s+"


def stretches(prompts: PromptSet) -> Iterator[str]:
    """The fixed text of the prompts, between their fields."""
    for name in sorted(prompts.prompts):
        for stretch in FIELD.split(prompts[name].text)[::2]:
            if len(stretch) >= SHORTEST_STRETCH:
                yield stretch


def punctuation(replies: Iterable[str]) -> list[str]:
    """What stands between values in the corpus' JSON replies, the frequent ones, in a stable order."""
    found = Counter(match for reply in replies if reply.startswith("{") for match in PUNCTUATION.findall(reply))
    return sorted(piece for piece, times in found.items() if times >= RAREST_PUNCTUATION and len(piece) > 1)


def build_tokenizer(prompts: PromptSet, texts: list[str], replies: list[str]) -> PreTrainedTokenizerFast:
    """Train on a corpus of prompts' texts and replies."""
    fixed = list(dict.fromkeys((*stretches(prompts), *punctuation(replies), *FILLED)))
    core = Tokenizer(models.BPE())
    core.pre_tokenizer = pre_tokenizers.Sequence(
        [
            pre_tokenizers.Split(Regex(WORDS), "isolated"),
            pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False),
        ]
    )
    core.decoder = decoders.ByteLevel()
    cut = re.compile("|".join(re.escape(piece) for piece in sorted(fixed, key=len, reverse=True)))
    trainer = trainers.BpeTrainer(
        vocab_size=VOCABULARY - len(fixed),
        special_tokens=list(SPECIAL),
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
        show_progress=False,
    )
    core.train_from_iterator((part for text in (*texts, *replies) for part in cut.split(text)), trainer)
    core.add_tokens([AddedToken(piece, normalized=False, special=False) for piece in fixed])
    return PreTrainedTokenizerFast(
        tokenizer_object=core,
        pad_token=PAD,
        eos_token=END,
        bos_token=None,
        unk_token=None,
        padding_side="left",
        model_max_length=LONGEST_PROMPT,
        clean_up_tokenization_spaces=False,
        model_input_names=["input_ids", "attention_mask"],
        extra_special_tokens={"image_token": IMAGE},
    )
