"""What players are called: heard in their votes, else asked for; kept in memory only."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable

from bot.quiz.stage import Stage

REMEMBERED = 10_000
ASKED_FOR = 10  # at a time: each is a call


class Names:
    """Names by Telegram's id."""

    def __init__(self, stage: Stage) -> None:
        self._stage = stage
        self._known: OrderedDict[int, str] = OrderedDict()

    def hear(self, telegram_id: int, name: str) -> None:
        """Remember what somebody is called."""
        if name:
            self._known[telegram_id] = name
            self._known.move_to_end(telegram_id)
        while len(self._known) > REMEMBERED:
            self._known.popitem(last=False)

    async def of(self, chat_id: int, people: Iterable[int]) -> dict[int, str]:
        """The names of *people* of a chat, as far as they can be known."""
        people = list(people)
        unknown = [one for one in people if one not in self._known]
        for one in unknown[:ASKED_FOR]:
            self.hear(one, await self._stage.name(chat_id, one) or "")
        return {one: self._known[one] for one in people if one in self._known}
