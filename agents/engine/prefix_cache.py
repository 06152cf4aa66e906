"""Keys and values of what prompts began with lately: a prompt that begins the same way is read from there on.

Prompts are cut into blocks, and a block is known by the hash of what it holds and of the block before it, as in vLLM's
automatic prefix caching. So calls of one request that begin with the same pictures, and requests that begin with the
same instructions, read them once. Nothing of a reply is kept.

One cache serves one engine, and so one model of one process. All who ask this model share it, whatever their deployment
or key. Replies are the same as without it, but faster: who sends a picture or the beginning of a prompt and watches the
clock could learn that somebody sent exactly the same bytes lately. They learn no more than that, and not from whom.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise, takewhile

import torch
from transformers import DynamicCache

from agents.engine.recently_used import RecentlyUsed

BLOCK = 16  # tokens, as in vLLM: prompts share whole blocks


@dataclass(frozen=True)
class Cut:
    """The end of a block: `end` counts the tokens before it, and `digest` stands for all of them."""

    end: int
    digest: bytes
    after_pictures: bool


def cuts_of(tokens: Sequence[int], picture_token: int, pictures: Sequence[bytes]) -> tuple[Cut, ...]:
    """Where a prompt may be cut: after every `BLOCK` tokens, but not within its pictures, nor after the last token.

    All pictures stand in one block, with what is between them and before it, and are known by their hashes.
    """
    places = [place for place, token in enumerate(tokens) if token == picture_token]
    first, behind = (places[0], places[-1] + 1) if places else (len(tokens) - 1, len(tokens))
    ends = [*range(BLOCK, first + 1, BLOCK), *range(behind, len(tokens), BLOCK)]
    cuts: list[Cut] = []
    digest = b""
    for start, end in pairwise([0, *ends]):
        extra = [*pictures] if end == behind else []
        digest = hashlib.sha256(repr((digest, [*tokens[start:end]], extra)).encode()).digest()
        cuts.append(Cut(end, digest, end >= behind))
    return tuple(cuts)


@dataclass(frozen=True)
class Prefix:
    """The beginning of a prompt up to a cut. `states` is [layers x keys and values, head, token, channel]."""

    cut: Cut
    states: torch.Tensor


class PrefixCache:
    """The blocks that were used lately."""

    def __init__(self, most_bytes: int) -> None:
        self._blocks = RecentlyUsed(most_bytes)

    def known(self, cuts: Sequence[Cut]) -> list[Cut]:
        """Those of a prompt's cuts up to which everything is here."""
        return [*takewhile(lambda cut: cut.digest in self._blocks, cuts)]

    def find(self, cuts: Sequence[Cut]) -> Prefix | None:
        """The longest prefix that is here."""
        known = self.known(cuts)
        if not known:
            return None
        # The first block last, because those behind it are worth nothing without it.
        self._blocks.use(cut.digest for cut in reversed(known))
        return Prefix(known[-1], torch.cat([self._blocks[cut.digest] for cut in known], dim=2))

    def keep(self, cuts: Sequence[Cut], past_key_values: DynamicCache, row: int, length: int) -> None:
        """Keep what is new of a prompt that was read: `length` tokens, which stand on the right of a row."""
        tensors = [each[row] for layer in past_key_values.layers for each in (layer.keys, layer.values)]
        starts = [-length, *(cut.end - length for cut in cuts)]
        for cut, (start, end) in reversed([*zip(cuts, pairwise(starts), strict=True)]):
            if cut.digest not in self._blocks:
                self._blocks.put(cut.digest, torch.stack([each[:, start:end] for each in tensors]))


def collate_prefixes(prefixes: Sequence[Prefix | None], cache: DynamicCache, mask: torch.Tensor) -> torch.Tensor:
    """Put prefixes into an empty cache, a row each, padded on the left.

    Takes the mask of what is still to be read, [prompts, length], and returns that of all.
    """
    longest = max((prefix.cut.end for prefix in prefixes if prefix), default=0)
    if not longest:
        return mask
    some = next(prefix.states for prefix in prefixes if prefix)
    states = some.new_zeros((len(prefixes), *some.shape[:2], longest, some.shape[3]))
    before = mask.new_zeros((len(prefixes), longest))
    for row, prefix in enumerate(prefixes):
        if prefix:
            states[row, :, :, -prefix.cut.end :] = prefix.states
            before[row, -prefix.cut.end :] = 1
    for layer in range(some.shape[0] // 2):
        cache.update(states[:, 2 * layer], states[:, 2 * layer + 1], layer)
    return torch.cat([before, mask], dim=1)


def close_gaps(cache: DynamicCache, mask: torch.Tensor) -> torch.Tensor:
    """Move each row's tokens together on the right, and return their mask: the padding is then all on the left."""
    order = mask.argsort(dim=1, stable=True)
    for layer in cache.layers:
        layer.keys, layer.values = (
            each.gather(2, order[:, None, :, None].expand_as(each)) for each in (layer.keys, layer.values)
        )
    return mask.gather(1, order)
