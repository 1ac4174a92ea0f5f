"""parse_mode HTML: tags to entities, mistakes in Telegram's words."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from html import unescape

from bot.sandbox.params import ApiError, Json, bad_request
from bot.sandbox.rich import Rich

PLAIN_TAGS = {
    "b": "bold",
    "strong": "bold",
    "i": "italic",
    "em": "italic",
    "u": "underline",
    "ins": "underline",
    "s": "strikethrough",
    "strike": "strikethrough",
    "del": "strikethrough",
    "tg-spoiler": "spoiler",
    "code": "code",
    "pre": "pre",
}
TAGS = {*PLAIN_TAGS, "a", "span", "tg-emoji", "blockquote"}
ATTRIBUTE = re.compile(r"""\s*([^\s=>]+)\s*(?:=\s*("[^"]*"|'[^']*'|[^\s>"']+))?""")
# Telegram knows four names; any other &name; stays as it was written.
REFERENCE = re.compile(r"&(?:lt|gt|amp|quot|#\d{1,7}|#[xX][0-9a-fA-F]{1,6});")


@dataclass(slots=True)
class _Tag:
    name: str
    entity: Json | None
    start: int
    part: int  # where its text begins among the parts


@dataclass(slots=True)
class _Reader:
    source: str
    at: int = 0
    rich: Rich = field(default_factory=Rich)
    stack: list[_Tag] = field(default_factory=list)

    def read(self) -> None:
        """Walk the source once."""
        while self.at < len(self.source):
            tag_at = self.source.find("<", self.at)
            end = len(self.source) if tag_at < 0 else tag_at
            self.rich.add(REFERENCE.sub(lambda m: unescape(m[0]), self.source[self.at : end]))
            self.at = end
            if tag_at >= 0:
                self._tag()
        if self.stack:
            raise _broken(
                f'Can\'t find end tag corresponding to start tag "{self.stack[-1].name}"'
            )

    def _tag(self) -> None:
        where = len(self.source[: self.at].encode())
        end = _tag_end(self.source, self.at)
        if end < 0:
            raise _broken(f"Unclosed start tag at byte offset {where}")
        inside, self.at = self.source[self.at + 1 : end], end + 1
        if inside.startswith("/"):
            self._close(inside[1:].strip().lower(), where)
        else:
            self._open(inside, where)

    def _open(self, inside: str, where: int) -> None:
        name = re.split(r"[\s/]", inside, maxsplit=1)[0].lower()
        if name not in TAGS:
            raise _broken(f'Unsupported start tag "{name}" at byte offset {where}')
        attributes = {
            key.lower(): unescape(value.strip("\"'"))
            for key, value in ATTRIBUTE.findall(inside[len(name) :])
        }
        entity = self._entity(name, attributes, where)
        self.stack.append(_Tag(name, entity, self.rich.length, len(self.rich.parts)))

    def _close(self, name: str, where: int) -> None:
        if not self.stack:
            raise _broken(f"Unexpected end tag at byte offset {where}")
        tag = self.stack.pop()
        if name and name != tag.name:
            raise _broken(
                f"Unmatched end tag at byte offset {where}, "
                f'expected "</{tag.name}>", found "</{name}>"'
            )
        entity = tag.entity
        if tag.name == "a" and entity is None:  # a link without href links to its own text
            entity = link_entity("".join(self.rich.parts[tag.part :]))
        if entity:
            self.rich.close(tag.start, entity)

    def _entity(self, name: str, attributes: dict[str, str], where: int) -> Json | None:
        if name == "code" and self.stack and self.stack[-1].name == "pre":
            return self._language(attributes)
        if name in PLAIN_TAGS:
            return {"type": PLAIN_TAGS[name]}
        if name == "blockquote":
            return {"type": "expandable_blockquote" if "expandable" in attributes else name}
        if name == "tg-emoji":
            return {"type": "custom_emoji", "custom_emoji_id": attributes.get("emoji-id", "")}
        if name == "span":
            return _spoiler(attributes, where)
        return link_entity(attributes.get("href", ""))

    def _language(self, attributes: dict[str, str]) -> Json | None:
        language = attributes.get("class", "").removeprefix("language-")
        pre = self.stack[-1]
        if language and pre.entity is not None:
            pre.entity = {"type": "pre", "language": language}
            return None
        return {"type": "code"}


def parse_html(source: str) -> tuple[str, list[Json]]:
    """Text and entities of an HTML text, or ApiError 400 in Telegram's words."""
    reader = _Reader(source)
    reader.read()
    return reader.rich.done()


def _tag_end(source: str, at: int) -> int:
    """Where the tag that begins at *at* ends; a > within quotes does not end it."""
    quote = ""
    for index in range(at + 1, len(source)):
        char = source[index]
        if quote:
            quote = "" if char == quote else quote
        elif char in "\"'" and "=" in source[at:index]:
            quote = char
        elif char == ">":
            return index
    return -1


def _spoiler(attributes: dict[str, str], where: int) -> Json:
    if attributes.get("class") != "tg-spoiler":
        raise _broken(
            f'Tag "span" must have class "tg-spoiler" at byte offset {where}',
        )
    return {"type": "spoiler"}


def link_entity(address: str) -> Json | None:
    """The entity of a link to *address*; None when Telegram would show the text alone."""
    user = re.fullmatch(r"tg://user\?id=(\d+)", address)
    if user:
        return {"type": "text_mention", "user": {"id": int(user[1])}}
    if "." not in address and "://" not in address:
        return None  # Telegram shows the text alone when the address is none
    whole = address if "://" in address or address.startswith("mailto:") else f"http://{address}"
    return {"type": "text_link", "url": _with_path(whole)}


def _with_path(address: str) -> str:
    return f"{address}/" if re.fullmatch(r"https?://[^/?#]+", address) else address


def _broken(problem: str) -> ApiError:
    return bad_request(f"can't parse entities: {problem}")
