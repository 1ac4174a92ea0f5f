"""Errors this program raises on purpose.  Imports nothing of ours."""

from __future__ import annotations


class BotError(Exception):
    """Root of every error raised on purpose."""


class ConfigError(BotError):
    """A setting is missing or unusable.

    name: the setting, as the operator writes it
    """

    def __init__(self, name: str, problem: str) -> None:
        super().__init__(f"{name}: {problem}")
        self.name = name


class NotifyError(BotError):
    """A notice could not be delivered.

    permanent: trying this notice again is useless
    refused: the receiver takes nothing from us until somebody changes that, as the reason says
    retry_after: seconds the receiver asked us to wait
    """

    def __init__(
        self,
        reason: str,
        *,
        permanent: bool = False,
        refused: bool = False,
        retry_after: float = 0,
    ) -> None:
        super().__init__(reason)
        self.permanent = permanent
        self.refused = refused
        self.retry_after = retry_after
