"""What may go wrong with a download: a fixed list, so that it can be a label and a sentence."""

from __future__ import annotations

from enum import StrEnum

from bot.errors import BotError


class Trouble(StrEnum):
    """Why there is no file; the values are metric labels."""

    unsupported = "unsupported"
    private = "private"
    unavailable = "unavailable"
    region = "region"
    live = "live"
    protected = "protected"
    too_large = "too_large"
    too_long = "too_long"
    timeout = "timeout"
    network = "network"
    site = "site"
    disk = "disk"
    refused_address = "refused_address"
    cancelled = "cancelled"
    telegram = "telegram"
    internal = "internal"


# What is over by itself after a while, unless the thrower knows better.
PASSING = frozenset({Trouble.network, Trouble.site, Trouble.disk})


class DownloadError(BotError):
    """A download ended without a file.

    limit: the figure that was passed, without its unit: megabytes for too_large, minutes for
    too_long, seconds for timeout; else empty.  is_passing: trying again later may help
    """

    def __init__(self, trouble: Trouble, limit: str = "", *, passing: bool | None = None) -> None:
        super().__init__(f"{trouble} {limit}".rstrip())
        self.trouble = trouble
        self.limit = limit
        self.is_passing = trouble in PASSING if passing is None else passing
