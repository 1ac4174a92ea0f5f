"""Names that other programs give: few, as in code, so that no label grows without end."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from bot.analytics.tracking.trouble import FactError

# Of each kind: so that one program that goes wrong leaves room for the others.
MOST_OF_ONE = 100
# Of all programs together; with the bot's own below the fuse of bot/analytics/families.py.
MOST = 300


class Names:
    """Every name since the start that was written, by its kind: command, button, model, method."""

    def __init__(self, most: int = MOST, most_of_one: int = MOST_OF_ONE) -> None:
        self._most = most
        self._most_of_one = most_of_one
        # How many batches gave a name of a kind: all of a sender's, and of everybody's.
        self._given: dict[tuple[str, str], Counter[str]] = {}
        self._all: dict[str, Counter[str]] = {}

    @contextmanager
    def admitted(self, sender: str, given: Iterable[tuple[str, str, str]]) -> Iterator[None]:
        """Names, each with its kind and its field; those of a batch that fails are not kept.

        Raises FactError for one too many.
        """
        taken: list[tuple[Counter[str], str]] = []
        try:
            for kind, name, field in given:
                own = self._given.setdefault((sender, kind), Counter())
                everybody = self._all.setdefault(kind, Counter())
                self._check(own, everybody, name, field)
                for known in (own, everybody):
                    known[name] += 1
                    taken.append((known, name))
            yield
        except BaseException:
            for known, name in taken:
                known[name] -= 1
                if not known[name]:
                    del known[name]
            raise

    def _check(self, own: Counter[str], everybody: Counter[str], name: str, field: str) -> None:
        if name not in own and len(own) >= self._most_of_one:
            problem = f"is one name too many: {self._most_of_one} different ones are the most"
            raise FactError(field, problem)
        if name not in everybody and len(everybody) >= self._most:
            problem = f"is one name too many: all programs together have given {self._most}"
            raise FactError(field, problem)
