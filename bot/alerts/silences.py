"""Silences: what nobody wants to hear of for a while, and until when.  Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bot.alerts.terms import Terms

RULE = "rule"
SEVERITY = "severity"


@dataclass(frozen=True, kw_only=True, slots=True)
class Silence:
    """From starts_at until ends_at nothing it covers is told but the end of what was told before.

    key: rule, severity or the name of a rule's label; None: everything, as for maintenance
    created_by: an admin's Telegram id; created_token: or the name of a token
    """

    id: int = 0
    key: str | None
    value: str | None
    starts_at: datetime
    ends_at: datetime
    reason: str = ""
    created_by: int | None = None
    created_token: str | None = None

    def covers(self, terms: Terms, at: datetime) -> bool:
        """Whether it holds at *at* for a concern with these *terms*."""
        return self.starts_at <= at < self.ends_at and self.names(terms)

    def names(self, terms: Terms) -> bool:
        """Whether it means a concern with these *terms*, whenever it holds."""
        if self.key is None:
            return True
        named = {**terms.labels, RULE: terms.name, SEVERITY: terms.severity}
        return named.get(self.key) == self.value
