"""Why a batch of reported facts was not taken."""

from __future__ import annotations

from bot.errors import BotError


class TrackError(BotError):
    """Nothing of the batch was taken; the text says why."""


class FactError(TrackError):
    """A fact cannot be taken.

    field: where it stands in the batch, such as facts.3.at; problem: what is wrong with it
    """

    def __init__(self, field: str, problem: str) -> None:
        super().__init__(f"{field}: {problem}")
        self.field = field
        self.problem = problem


class ReusedError(TrackError):
    """The key was sent before, with something else."""


class BusyError(TrackError):
    """The same batch may be taken a little later.  seconds: how much later"""

    def __init__(self, text: str, seconds: int) -> None:
        super().__init__(text)
        self.seconds = seconds
