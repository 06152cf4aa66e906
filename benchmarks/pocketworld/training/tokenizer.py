"""The tokenizer: byte-level BPE, in which each fixed stretch of a prompt is one token.

A model this small should spend its steps on what varies. So every stretch of a compact prompt between two fields is a
single token, and so is the punctuation between the values of a JSON reply. All other text is plain BPE.
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
# Between the values of a JSON object or list: everything from the end of one value to the start of the next.
PUNCTUATION = re.compile(
    r'(?:^\{|(?:null|\[\]|"\]?), )"\w+": (?:\["?|"|(?:true|false)\})?(?!\])|", "|"\]?\}$|\[\]\}$|(?<=: )\[\](?=, )'
)
# Around what the agents fill in: a scene on one line, the turns and pictures of a transcript.
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
# Around the findings in a reply that has three of them.
NESTED = (
    '{"intent": {"activity": "',
    ', "scene": {"place": "',
    ', "scene": null, "situation": {"evidence": "',
    ', "situation": {"evidence": "',
    '"}}',
)
# A nonce, a word with the space before it, a single digit, other characters, or white space.
WORDS = r"[0-9a-f]{8}(?=>)| ?\p{L}+| ?\p{N}| ?[^\s\p{L}\p{N}]+|\s+"


def stretches(prompts: PromptSet) -> Iterator[str]:
    """The fixed text of the prompts, between their fields."""
    for name in sorted(prompts.prompts):
        for stretch in FIELD.split(prompts[name].text)[::2]:
            if len(stretch) >= SHORTEST_STRETCH:
                yield stretch


def punctuation(replies: Iterable[str]) -> list[str]:
    """The punctuation that is frequent between the values of the corpus's JSON replies, sorted."""
    found = Counter(match for reply in replies if reply.startswith("{") for match in PUNCTUATION.findall(reply))
    return sorted(piece for piece, times in found.items() if times >= RAREST_PUNCTUATION and len(piece) > 1)


def fixed_pieces(prompts: PromptSet, replies: Iterable[str]) -> list[str]:
    """What is a token as a whole: the prompts' stretches, the replies' punctuation, what agents fill in."""
    return list(dict.fromkeys((*stretches(prompts), *punctuation(replies), *FILLED, *NESTED)))


def build_tokenizer(prompts: PromptSet, texts: list[str], replies: list[str]) -> PreTrainedTokenizerFast:
    """Train the tokenizer on a corpus: the texts of messages, and replies."""
    fixed = fixed_pieces(prompts, replies)
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
