"""Names that other programs give: few, as in code, so that no label grows without end."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from bot.analytics.tracking.trouble import FactError

# Of each kind; together with the bot's own far from the fuse of bot/analytics/families.py.
MOST = 100


class Names:
    """Every name since the start, by its kind: command, button, model, method."""

    def __init__(self, most: int = MOST) -> None:
        self._most = most
        self._known: defaultdict[str, set[str]] = defaultdict(set)

    def admit(self, given: Iterable[tuple[str, str, str]]) -> None:
        """Remember names, each given with its kind and its field; FactError for one too many."""
        new: defaultdict[str, set[str]] = defaultdict(set)
        for kind, name, field in given:
            if name in self._known[kind]:
                continue
            new[kind].add(name)
            if len(self._known[kind]) + len(new[kind]) > self._most:
                problem = f"is one name too many: {self._most} different ones are the most"
                raise FactError(field, problem)
        for kind, names in new.items():
            self._known[kind] |= names
