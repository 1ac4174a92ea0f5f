"""How an answer can fail: a fixed list, because each becomes a metric's label and a sentence."""

from __future__ import annotations

from enum import StrEnum

from bot.errors import BotError


class Trouble(StrEnum):
    """What went wrong with the model.

    refused: the endpoint does not know our key; broken: the stream ended in the middle;
    too_long: the conversation does not fit into the model; cancelled: nobody could be shown it
    interrupted: the bot was stopped; internal: our own mistake
    """

    TIMEOUT = "timeout"
    RATE_LIMITED = "rate_limited"
    SERVER = "server"
    NETWORK = "network"
    REFUSED = "refused"
    BAD_REQUEST = "bad_request"
    EMPTY = "empty"
    BROKEN = "broken"
    TOO_LONG = "too_long"
    CANCELLED = "cancelled"
    INTERRUPTED = "interrupted"
    INTERNAL = "internal"


PASSING = frozenset(
    {
        Trouble.TIMEOUT,
        Trouble.RATE_LIMITED,
        Trouble.SERVER,
        Trouble.NETWORK,
        Trouble.EMPTY,
        Trouble.BROKEN,
    }
)


class AssistantError(BotError):
    """The model gave no (whole) answer.

    retry_after: seconds the endpoint asked us to wait, None if it did not
    """

    def __init__(
        self, trouble: Trouble, reason: str = "", *, retry_after: float | None = None
    ) -> None:
        super().__init__(f"{trouble}: {reason}" if reason else str(trouble))
        self.trouble = trouble
        self.retry_after = retry_after

    @property
    def is_passing(self) -> bool:
        """Whether another try may go well."""
        return self.trouble in PASSING
