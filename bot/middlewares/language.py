"""Every update is answered in the language of the person behind it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, tzinfo
from functools import cache, lru_cache, partial
from gettext import GNUTranslations
from io import BytesIO
from pathlib import Path
from typing import Any

from aiogram.types import TelegramObject, User
from aiogram.utils.i18n import I18n, I18nMiddleware
from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from bot.analytics.languages import Languages, nearest
from bot.analytics.render.words import Words
from bot.middlewares.timer import Next

LOCALES = Path(__file__).parents[1] / "locales"
DEFAULT = "en"
TAGS_REMEMBERED = 1_000


class Catalogues(I18n):
    """One folder a language, bot/locales/de/LC_MESSAGES/bot.po.

    Compiled in memory, once in a process: no .mo file can be missing or older than its .po.
    """

    def __init__(self, path: Path = LOCALES) -> None:
        super().__init__(path=path, default_locale=DEFAULT, domain="bot")

    def find_locales(self) -> dict[str, GNUTranslations]:
        """The translations of each language; English is what the code itself says."""
        return dict(_translations(self.path, self.domain))

    @contextmanager
    def context(self) -> Iterator[I18n]:
        """Let aiogram's gettext speak with these catalogues."""
        # Each class has a context variable of its own, and gettext looks into that of I18n.
        token = I18n.set_current(self)
        try:
            yield self
        finally:
            I18n.reset_current(token)


class Language(I18nMiddleware):
    """Chosen by the person, else Telegram's, else English; the database never stops an update.

    Handlers get `i18n` (aiogram's) and `words` (for renderers).
    """

    def __init__(self, i18n: I18n, languages: Languages, zone: tzinfo = UTC) -> None:
        super().__init__(i18n)
        self._languages = languages
        self._words = {
            locale: Words(locale=locale, translations=texts, zone=zone)
            for locale, texts in i18n.locales.items()
        }
        # Babel takes as long to compare tags as a short handler runs, and tags are few.
        self._nearest = lru_cache(TAGS_REMEMBERED)(partial(nearest, locales=self._words))

    async def __call__(self, handler: Next, event: TelegramObject, data: dict[str, Any]) -> Any:
        """aiogram's own, without its two generators for each update."""
        locale = await self.get_locale(event, data)
        data["i18n"] = self.i18n
        current = I18n.set_current(self.i18n)
        spoken = self.i18n.ctx_locale.set(locale)
        try:
            return await handler(event, data)
        finally:
            self.i18n.ctx_locale.reset(spoken)
            I18n.reset_current(current)

    async def get_locale(self, event: TelegramObject, data: dict[str, Any]) -> str:
        """The catalogue for this update's person."""
        del event  # whoever is behind it is in data already
        locale = self._locale(data.get("event_from_user"))
        data["words"] = self._words[locale]
        return locale

    def _locale(self, user: User | None) -> str:
        if user is None:
            return self.i18n.default_locale
        chosen = self._languages.chosen(user.id)
        return chosen if chosen in self._words else self._nearest(user.language_code)


@cache
def _translations(path: Path, domain: str) -> Mapping[str, GNUTranslations]:
    found = {DEFAULT: _compiled(Catalog(DEFAULT))}
    for file in sorted(path.glob(f"*/LC_MESSAGES/{domain}.po")):
        locale = file.parts[-3]
        with file.open("rb") as lines:
            found[locale] = _compiled(read_po(lines, locale=locale))
    return found


def _compiled(catalogue: Catalog) -> GNUTranslations:
    file = BytesIO()
    write_mo(file, catalogue)
    file.seek(0)
    return GNUTranslations(file)
