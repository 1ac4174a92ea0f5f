"""Text under construction: characters, and entities in UTF-16 code units as Telegram counts."""

from __future__ import annotations

from dataclasses import dataclass, field

from bot.sandbox.params import Json


def units(text: str) -> int:
    """The length of *text* in UTF-16 code units."""
    return len(text.encode("utf-16-le")) // 2


@dataclass(slots=True)
class Rich:
    """Grows by `add`; `open` and `close` bracket what an entity covers."""

    parts: list[str] = field(default_factory=list)
    length: int = 0
    entities: list[Json] = field(default_factory=list)

    def add(self, text: str) -> None:
        """Append plain text."""
        self.parts.append(text)
        self.length += units(text)

    def close(self, start: int, entity: Json, without: int = 0) -> None:
        """Let *entity* cover all since *start* but the last *without*; an empty one is dropped."""
        length = self.length - start - without
        if length > 0:
            self.entities.append({"offset": start, "length": length, **entity})

    def done(self) -> tuple[str, list[Json]]:
        """The text without outer white space, and its entities in order."""
        return trimmed("".join(self.parts), self.entities)


def trimmed(text: str, entities: list[Json]) -> tuple[str, list[Json]]:
    """*text* without outer white space, as Telegram sends it, its entities moved along."""
    bare = text.strip()
    lead = units(text[: len(text) - len(text.lstrip())])
    moved = [_moved(entity, lead, units(bare)) for entity in entities]
    kept = [entity for entity in moved if entity["length"] > 0]
    return bare, sorted(kept, key=lambda one: (one["offset"], -one["length"]))


def _moved(entity: Json, lead: int, length: int) -> Json:
    start = max(0, entity["offset"] - lead)
    end = min(length, entity["offset"] + entity["length"] - lead)
    return {**entity, "offset": start, "length": end - start}
