"""Which language each person chose.

Those who chose one are few, so they all live in memory: no update waits for the database.
"""

from __future__ import annotations

from collections.abc import Iterable

from babel import negotiate_locale
from sqlalchemy import select

from bot.database.engine import Database
from bot.database.statements import insert_into
from bot.database.tables import users

ENGLISH = "en"


class Languages:
    """Chosen languages.  Another replica's choice is heard of at the next load()."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._chosen: dict[int, str] = {}

    async def load(self) -> None:
        """Read every choice; what the database then cannot say is remembered as before."""
        chosen = users.c.chosen_language
        query = select(users.c.telegram_id, chosen).where(chosen.is_not(None))
        async with self._database.read("language.load") as connection:
            found = await connection.execute(query)
            self._chosen = {telegram_id: language for telegram_id, language in found}  # noqa: C416  a Row is no pair to mypy

    def chosen(self, telegram_id: int) -> str | None:
        """The code this person chose; None without a choice."""
        return self._chosen.get(telegram_id)

    async def choose(self, telegram_id: int, language: str | None) -> None:
        """Keep this person's choice; None means as in Telegram."""
        row = {"telegram_id": telegram_id, "chosen_language": language, "is_premium": False}
        statement = insert_into(self._database.dialect, users).values(row)
        statement = statement.on_conflict_do_update(
            index_elements=["telegram_id"], set_={"chosen_language": language}
        )
        async with self._database.write("language.choose", durable=True) as connection:
            await connection.execute(statement)
        self.drop(telegram_id)
        if language is not None:
            self._chosen[telegram_id] = language

    def drop(self, telegram_id: int) -> None:
        """Remember nothing of this person."""
        self._chosen.pop(telegram_id, None)


def nearest(tag: str | None, locales: Iterable[str]) -> str:
    """The one of *locales* for an IETF tag such as "pt-br"; English without any.

    A region falls back on its language.
    """
    # Babel answers in the spelling of the question, and Telegram writes pt-br.
    spelt = {locale.lower(): locale for locale in locales}
    wanted = (tag or "").replace("-", "_").lower()
    return spelt.get(negotiate_locale([wanted], list(spelt)) or "", ENGLISH)
