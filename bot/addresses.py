"""Where people find what this process shows in a browser."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import urlsplit

from bot.config import Settings

LOOPBACK = {"127.0.0.1", "::1", "localhost"}


class DashboardAddress:
    """Where the dashboard is, for people and for Telegram.

    own: the side server's address, known once it listens
    """

    def __init__(self, settings: Settings, own: Callable[[], str]) -> None:
        self._settings = settings
        self._own = own

    @property
    def page(self) -> str:
        """The address that a browser opens."""
        return f"{self._settings.dashboard_url or reachable(self._own())}/dashboard"

    @property
    def mini_app(self) -> str | None:
        """The address that Telegram opens inside itself; None when it would not.

        Telegram takes https only; the sandbox also what is on this machine.
        """
        parts = urlsplit(self.page)
        is_near = self._settings.is_sandbox and parts.hostname in LOOPBACK
        return self.page if parts.scheme == "https" or is_near else None


def reachable(url: str) -> str:
    """*url* as a browser on this machine can open it: nobody can call "all addresses"."""
    return url.replace("//0.0.0.0:", "//127.0.0.1:").replace("//[::]:", "//[::1]:")
