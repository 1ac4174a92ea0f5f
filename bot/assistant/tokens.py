"""Tokens by types that never overlap, told by the endpoint or, failing that, estimated."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

TYPES = ("input", "cached_input", "output", "reasoning")
# "1 token ~= 4 chars in English" (OpenAI's help, "What are tokens and how to count them").  We
# count bytes of UTF-8, since these models' tokens are made of bytes: the same for English, and
# nearer the truth where a letter takes two bytes or three.
BYTES_A_TOKEN = 4
# What chat models add to each message, and before the answer (OpenAI's cookbook, "How to count
# tokens with tiktoken").
MESSAGE_TOKENS = 3
REPLY_TOKENS = 3


@dataclass(frozen=True, kw_only=True, slots=True)
class Tokens:
    """What one answer took.  The types are disjoint, so their sum is all of it.

    input: of the prompt, read anew; cached_input: of the prompt, known to the endpoint
    output: what the person reads; reasoning: what the model thought and did not say
    is_estimated: the endpoint did not tell
    """

    input: int = 0
    cached_input: int = 0
    output: int = 0
    reasoning: int = 0
    is_estimated: bool = False

    @property
    def total(self) -> int:
        """All types together."""
        return sum(self.by_type().values())

    def by_type(self) -> dict[str, int]:
        """The number of each type, in the order of TYPES."""
        return {name: getattr(self, name) for name in TYPES}


def told(prompt: int, completion: int, *, cached: int = 0, reasoning: int = 0) -> Tokens:
    """Disjoint tokens from what endpoints tell, whose cached and reasoning are parts of a whole.

    A part that is larger than its whole counts as all of it, and nothing is below 0.
    """
    prompt, completion = max(prompt, 0), max(completion, 0)
    cached = min(max(cached, 0), prompt)
    reasoning = min(max(reasoning, 0), completion)
    return Tokens(
        input=prompt - cached,
        cached_input=cached,
        output=completion - reasoning,
        reasoning=reasoning,
    )


def estimate(text: str) -> int:
    """About how many tokens *text* has: one for every four bytes begun."""
    return -(-len(text.encode("utf-8", "surrogatepass")) // BYTES_A_TOKEN)


def estimated(texts: Iterable[str], answer: str) -> Tokens:
    """About what it took to send the messages *texts* and to get *answer*."""
    prompt = sum(estimate(text) + MESSAGE_TOKENS for text in texts) + REPLY_TOKENS
    return Tokens(input=prompt, output=estimate(answer), is_estimated=True)
