"""When a rule should fire and end, told again in the simplest words, to compare with."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.alerts.terms import Terms

HOLE = timedelta(minutes=3)


@dataclass
class Oracle:
    """is_open: whether it should fire; bad, good: checks in a row"""

    terms: Terms
    is_open: bool = False
    bad: int = 0
    good: int = 0
    last: datetime | None = None

    def see(self, turned: str, at: datetime) -> None:
        """One saved check in which the rule could be asked."""
        if self.last and at - self.last > HOLE:
            self.bad = self.good = 0
        self.last = at
        is_bad = turned == "bad" or (turned == "missing" and self.terms.fires_without_data)
        is_good = turned == "good"
        if self.is_open:
            self.good = self.good + 1 if is_good else 0
            self.is_open = self.good < self.terms.good_checks
        else:
            self.bad = self.bad + 1 if is_bad else 0
            self.is_open = self.bad >= self.terms.pending_checks
            self.good = 0
        if self.is_open or not is_bad:
            self.bad = 0

    def alarm(self) -> None:
        """It was told without a check that could be saved."""
        self.is_open, self.bad, self.good, self.last = True, 0, 0, None
