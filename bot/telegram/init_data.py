"""Who opened the Mini App: Telegram signs it with the bot's token, and here it is checked."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qsl

from aiogram.utils.web_app import WebAppInitData, safe_parse_webapp_init_data

from bot.clock import Clock
from bot.errors import BotError

OLDEST = timedelta(hours=1)
# Telegram's clock and ours may differ by this much.
EARLIEST = timedelta(minutes=1)
# The longest real ones, a name of emoji with a picture's address, stay below 3,000.
LONGEST = 8192


class InitDataError(BotError):
    """The dashboard was not opened by an admin from Telegram, just now; the text says why."""


class InitData:
    """Tells an admin's initData from everything else.

    token: of the bot whose Mini App this is
    """

    def __init__(self, token: str, admin_ids: Iterable[int], clock: Clock) -> None:
        self._token = token
        self._admin_ids = frozenset(admin_ids)
        self._clock = clock

    def admin(self, init_data: str) -> int:
        """The id of the admin who opened the Mini App.  Raises InitDataError.

        1. Refuse what cannot be Telegram's, before any time is spent on it.
        2. Check the signature, in constant time.
        3. Only then believe what it says: when, and who.
        """
        _check_form(init_data)
        signed = self._signed(init_data)
        self._check_age(signed.auth_date)
        if signed.user is None:
            raise InitDataError("Telegram does not say who opened this; open it from the bot")
        if signed.user.id not in self._admin_ids:
            raise InitDataError("only the bot's admins may look; ADMIN_IDS names them")
        return signed.user.id

    def _signed(self, init_data: str) -> WebAppInitData:
        try:
            return safe_parse_webapp_init_data(self._token, init_data)
        except ValueError:
            # Without the cause: it would carry the data into the log.
            raise InitDataError("this is not signed by Telegram for this bot") from None

    def _check_age(self, opened: datetime) -> None:
        opened_at = opened if opened.tzinfo else opened.replace(tzinfo=UTC)
        age = self._clock() - opened_at
        if age > OLDEST:
            raise InitDataError(
                "this was opened more than an hour ago; close it and open it again"
            )
        if age < -EARLIEST:
            raise InitDataError("this was opened in the future; one of the clocks is wrong")


def _check_form(init_data: str) -> None:
    if not init_data or len(init_data) > LONGEST:
        raise InitDataError(f"Telegram's sign-in data has 1 to {LONGEST} characters")
    pairs = parse_qsl(init_data, keep_blank_values=True)
    names = [name for name, _ in pairs]
    # Which of two equal names was signed, and which one is read later, is nobody's guess.
    if len(set(names)) != len(names):
        raise InitDataError("Telegram's sign-in data names nothing twice")
    signature = dict(pairs).get("hash", "")
    # A comparison in constant time takes ASCII only.
    if not signature or not signature.isascii():
        raise InitDataError("this is not signed by Telegram for this bot")
