"""What a person wrote, blacked out wherever an error quotes it."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Iterator

from aiogram.types import CallbackQuery, TelegramObject, Update

MARK = "█"
SHORTEST = 3
# The fields in which Telegram passes on people's own words and names.
WORDS = {
    "text", "caption", "data", "query", "title", "first_name", "last_name", "username",
    "author_signature", "file_name", "phone_number", "email", "address", "question",
}  # fmt: skip
# In a quotation (repr) a line's end is \n and a rare letter \xe9: neither may hide a word.
ESCAPED = r"\\x[0-9a-fA-F]{2}|\\u[0-9a-fA-F]{4}|\\U[0-9a-fA-F]{8}"
LETTER = re.compile(ESCAPED)
LINE_END = re.compile(r"\A\\[abfnrtv]")
TOKEN = re.compile(rf"(?:\\[abfnrtv])?(?:\w|{ESCAPED})+")
WORD = re.compile(r"\w+")


def mask_of(update: Update) -> Callable[[str], str]:
    """A function that blacks out in any text what *update* says and whose it is.

    Whole texts, then single words of three characters or more, however they are capitalised.
    """
    said = sorted(set(_said(update)), key=len, reverse=True)
    words = {one.casefold() for text in said for one in WORD.findall(text)}
    hidden = {one for one in words if len(one) >= SHORTEST}
    phrases = [text for text in said if len(text) >= SHORTEST and not WORD.fullmatch(text)]

    def masked(found: re.Match[str]) -> str:
        quoted = found.group()
        plain = LINE_END.sub("", quoted)
        parts = WORD.findall(f"{quoted} {plain} {LETTER.sub(_letter, plain)}")
        return MARK if any(part.casefold() in hidden for part in parts) else quoted

    def mask(text: str) -> str:
        for phrase in phrases:
            for form in (phrase, repr(phrase)[1:-1]):
                text = text.replace(form, MARK)
        return TOKEN.sub(masked, text)

    return mask


def _said(thing: object, field: str = "") -> Iterator[str]:
    if isinstance(thing, str):
        if field in WORDS:
            yield thing.strip()
    elif isinstance(thing, list):
        for one in thing:
            yield from _said(one, field)
    elif isinstance(thing, TelegramObject):
        for name, value in thing:
            if not _is_ours(thing, name):
                yield from _said(value, name)


def _is_ours(thing: TelegramObject, field: str) -> bool:
    """Whether the bot wrote it: its buttons, and the message below which one was pressed."""
    return field == "reply_markup" or (field == "message" and isinstance(thing, CallbackQuery))


def _letter(escaped: re.Match[str]) -> str:
    code = int(escaped.group().lstrip(r"\xuU"), base=16)
    return chr(code) if code <= sys.maxunicode else ""
