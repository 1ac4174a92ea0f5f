"""What was said before: in memory only, never on disk, and never more than fits."""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from bot.assistant.speaker import Said
from bot.assistant.tokens import MESSAGE_TOKENS, estimate

PEOPLE = 1_000

# Telegram's ids of a chat and of a person in it.
Key = tuple[int, int]


@dataclass(slots=True)
class _Talk:
    """Questions with their answers, oldest first, and when the last came."""

    pairs: list[tuple[str, str]] = field(default_factory=list)
    last: float = 0.0


class Memory:
    """The last questions and answers of each conversation, within a budget of tokens.

    A restart forgets all of it; so does whoever has not asked for longest when people are many.

    tokens: the budget of each conversation, estimated; people: how many conversations are kept
    monotonic: seconds, from a clock that nobody sets
    """

    def __init__(
        self,
        tokens: int,
        people: int = PEOPLE,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._budget = tokens
        self._people = people
        self._monotonic = monotonic
        # The one who asked last is at the end.
        self._talks: OrderedDict[Key, _Talk] = OrderedDict()

    def __len__(self) -> int:
        """How many conversations are remembered."""
        return len(self._talks)

    def recall(self, key: Key) -> list[Said]:
        """Questions and answers, oldest first."""
        found: list[Said] = []
        for question, answer in self._talks.get(key, _Talk()).pairs:
            found += [Said("user", question), Said("assistant", answer)]
        return found

    def add(self, key: Key, question: str, answer: str) -> None:
        """Remember one more pair; the oldest go first when it is too much."""
        pairs = [*self._talks.get(key, _Talk()).pairs, (question, answer)]
        while pairs and _tokens(pairs) > self._budget:
            del pairs[0]
        self._talks.pop(key, None)
        if pairs:
            self._talks[key] = _Talk(pairs, self._monotonic())
        while len(self._talks) > self._people:
            self._talks.popitem(last=False)

    def drop(self, key: Key) -> None:
        """Remember nothing of this conversation."""
        self._talks.pop(key, None)

    def forget(self, user_id: int) -> None:
        """Remember nothing of this person, in any chat."""
        for key in [one for one in self._talks if one[1] == user_id]:
            del self._talks[key]

    def expire(self, seconds: float) -> None:
        """Remember nothing that is older than this."""
        oldest = self._monotonic() - seconds
        for key in [one for one, talk in self._talks.items() if talk.last <= oldest]:
            del self._talks[key]


def _tokens(pairs: Sequence[tuple[str, str]]) -> int:
    return sum(estimate(text) + MESSAGE_TOKENS for pair in pairs for text in pair)
