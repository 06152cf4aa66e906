"""Whether a text is English, by its letters and commonest words. Crude, and enough to keep a rule for English words off
texts in other languages."""

import re

WORD = re.compile(r"[^\W\d_]+(?:'[^\W\d_]+)?")
COMMON = frozenset(
    WORD.findall(
        "the of and to is are it this that you your with for be can not should my at by from or if what how would "
        "will their they them there has have we it's don't can't shouldn't could which may might these those any some"
    )
)
# German, French, Spanish, Italian, Portuguese and Dutch, without words that English has too ("die", "den", "van").
ELSEWHERE = frozenset(
    WORD.findall(
        "der das und ist nicht ein eine einen ich sie wir mit sich auf dem soll ob für zu le les des est une pas "
        "que qui dans vous je il elle du au ce el los las una por con es lo del mi yo debo debería di che è questo "
        "questa mio della dovrei um uma não para eu devo isso het een niet ik dit"
    )
)
ACCENTED_SHARE = 0.1  # of a text's words; an English text with a few names and loan words stays below


def is_english(text: str) -> bool:
    """Whether a text reads as English; one without any telling word does where its letters are plain."""
    words = [word.lower() for word in WORD.findall(straight(text))]
    common, elsewhere = (sum(word in known for word in words) for known in (COMMON, ELSEWHERE))
    if common or elsewhere:
        return common > elsewhere
    return sum(not word.isascii() for word in words) <= ACCENTED_SHARE * len(words)


def straight(text: str) -> str:
    """The text with straight apostrophes in place of the curly ones that many models write."""
    return text.replace("\u2019", "'").replace("\u02bc", "'")
