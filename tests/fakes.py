"""Stand-ins that behave.  Real classes, so they break when an interface does."""

from __future__ import annotations

from bot.analytics.events import Event
from bot.errors import NotifyError


class Recorder(list[Event]):
    """A sink that keeps what it is given."""

    def __call__(self, event: Event) -> None:
        self.append(event)


class AdminChat:
    """A notifier with a chat to look into.

    sent: every text as it was sent; shown: the messages as they look now, by number
    problem: raised instead of delivering, until it is None again
    """

    def __init__(self) -> None:
        self.sent: list[str] = []
        self.shown: dict[int, str] = {}
        self.problem: NotifyError | None = None
        self.edit_problem: NotifyError | None = None

    async def send(self, text: str) -> int:
        if self.problem:
            raise self.problem
        self.sent.append(text)
        self.shown[len(self.sent)] = text
        return len(self.sent)

    async def edit(self, message_id: int, text: str) -> None:
        if problem := self.problem or self.edit_problem:
            raise problem
        if message_id not in self.shown:
            raise NotifyError("message to edit not found", permanent=True)
        self.shown[message_id] = text
