"""parse_mode MarkdownV2: marks to entities, mistakes in Telegram's words."""

from __future__ import annotations

from dataclasses import dataclass, field

from bot.sandbox.html_text import link_entity
from bot.sandbox.params import ApiError, Json, bad_request
from bot.sandbox.rich import Rich

RESERVED = "_*[]()~`>#+-=|{}.!"
MARKS = {"__": "underline", "||": "spoiler", "*": "bold", "_": "italic", "~": "strikethrough"}


@dataclass(slots=True)
class _Reader:
    source: str
    at: int = 0
    rich: Rich = field(default_factory=Rich)
    stack: list[tuple[str, int, int]] = field(default_factory=list)  # mark, start, byte offset
    quote: int = -1

    def read(self) -> None:
        """Walk the source once."""
        while self.at < len(self.source):
            self._line_start()
            if self.at < len(self.source):
                self._step()
        self._end_quote()
        if self.stack:
            mark, _, where = self.stack[-1]
            kind = "TextUrl" if mark == "[" else MARKS[mark].capitalize()
            raise _broken(f"Can't find end of {kind} entity at byte offset {where}")

    def _line_start(self) -> None:
        if self.at and self.source[self.at - 1] != "\n":
            return
        if self.source.startswith(">", self.at):
            self.quote = self.rich.length if self.quote < 0 else self.quote
            self.at += 1
        else:
            self._end_quote()

    def _step(self) -> None:
        char = self.source[self.at]
        if char == "\\" and self.source[self.at + 1 : self.at + 2].isascii():
            self._plain(self.source[self.at + 1 : self.at + 2], 2)
        elif char == "`":
            self._code()
        elif char == "[":
            self._push("[", 1)
        elif char == "]" and any(mark == "[" for mark, _, _ in self.stack):
            self._link()
        elif mark := self._mark():
            self._toggle(mark)
        elif char in RESERVED:
            raise _broken(
                f"Character '{char}' is reserved and must be escaped with the preceding '\\'"
            )
        else:
            self._plain(char, 1)

    def _plain(self, text: str, step: int) -> None:
        self.rich.add(text)
        self.at += step

    def _mark(self) -> str | None:
        return next((mark for mark in MARKS if self.source.startswith(mark, self.at)), None)

    def _push(self, mark: str, step: int) -> None:
        self.stack.append((mark, self.rich.length, self._where()))
        self.at += step

    def _toggle(self, mark: str) -> None:
        if not self.stack or self.stack[-1][0] != mark:
            self._push(mark, len(mark))
            return
        _, start, _ = self.stack.pop()
        self.rich.close(start, {"type": MARKS[mark]})
        self.at += len(mark)

    def _code(self) -> None:
        fence = "```" if self.source.startswith("```", self.at) else "`"
        end = _unescaped(self.source, fence, self.at + len(fence))
        if end < 0:
            kind = "Pre" if fence == "```" else "Code"
            raise _broken(f"Can't find end of {kind} entity at byte offset {self._where()}")
        inside, self.at = self.source[self.at + len(fence) : end], end + len(fence)
        entity: Json = {"type": "pre" if fence == "```" else "code"}
        if fence == "```":
            entity, inside = _with_language(entity, inside)
        start = self.rich.length
        self.rich.add(_bare(inside))
        self.rich.close(start, entity)

    def _link(self) -> None:
        mark, start, where = self.stack.pop()
        if mark != "[":
            raise _broken(
                f"Can't find end of {MARKS[mark].capitalize()} entity at byte offset {where}"
            )
        end = _unescaped(self.source, ")", self.at + 2)
        if not self.source.startswith("](", self.at) or end < 0:
            raise _broken(f"Can't find end of a URL at byte offset {self._where()}")
        entity = link_entity(_bare(self.source[self.at + 2 : end]))
        if entity:
            self.rich.close(start, entity)
        self.at = end + 1

    def _end_quote(self) -> None:
        if self.quote >= 0:
            self.rich.close(self.quote, {"type": "blockquote"}, without=self._line_break())
            self.quote = -1

    def _line_break(self) -> int:
        return int(self.rich.parts[-1:] == ["\n"])

    def _where(self) -> int:
        return len(self.source[: self.at].encode())


def parse_markdown(source: str) -> tuple[str, list[Json]]:
    """Text and entities of a MarkdownV2 text, or ApiError 400 in Telegram's words."""
    reader = _Reader(source)
    reader.read()
    return reader.rich.done()


def _unescaped(source: str, mark: str, at: int) -> int:
    """Where *mark* comes next without a backslash before it, or -1."""
    while at < len(source):
        if source[at] == "\\":
            at += 2
        elif source.startswith(mark, at):
            return at
        else:
            at += 1
    return -1


def _bare(text: str) -> str:
    """*text* without its escaping backslashes."""
    parts, at = [], 0
    while at < len(text):
        at += text[at] == "\\" and at + 1 < len(text)
        parts.append(text[at])
        at += 1
    return "".join(parts)


def _with_language(entity: Json, inside: str) -> tuple[Json, str]:
    language, newline, code = inside.partition("\n")
    if not newline:
        return entity, inside
    if language and " " not in language:
        return {**entity, "language": language}, code
    return entity, code if not language else inside


def _broken(problem: str) -> ApiError:
    return bad_request(f"can't parse entities: {problem}")
