"""How often one person may write to the admins: enough for help, too little for a nuisance."""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable

A_DAY = 3
DAY_SECONDS = 86_400.0
PEOPLE_REMEMBERED = 10_000


class Allowance:
    """At most 3 in any 24 hours for each person; a restart forgets what was used."""

    def __init__(self, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._monotonic = monotonic
        self._used: OrderedDict[int, list[float]] = OrderedDict()

    def take(self, user_id: int) -> bool:
        """Use one up; False when none is left."""
        now = self._monotonic()
        used = [at for at in self._used.pop(user_id, []) if now - at < DAY_SECONDS]
        is_free = len(used) < A_DAY
        self._used[user_id] = [*used, now] if is_free else used
        if len(self._used) > PEOPLE_REMEMBERED:
            self._used.popitem(last=False)
        return is_free

    def give_back(self, user_id: int) -> None:
        """The one used last was for nothing."""
        if used := self._used.get(user_id):
            used.pop()
