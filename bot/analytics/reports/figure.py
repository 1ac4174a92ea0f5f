"""One number with the same number before, and why it may be missing: what reports are made of."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Unknown(StrEnum):
    """Why a number cannot be known; stands where the number would."""

    NOTHING_RECORDED = "nothing_recorded"  # the bot has not written anything yet
    NOT_RECORDED_THEN = "not_recorded_then"  # the period began before the records
    NO_UPDATES = "no_updates"  # a share or a mean of nothing
    NOT_OVER = "not_over"  # the period has not ended
    TOO_LITTLE = "too_little"  # fewer records than the method needs
    NO_PRICE = "no_price"  # nobody said what it costs
    NOT_TRIED = "not_tried"  # nobody has looked yet
    REMOVED = "removed"  # the single records are gone, and the sums do not tell


@dataclass(frozen=True, kw_only=True, slots=True)
class Figure:
    """One number, and the same number in the period before.

    None means unknown; unknown and unknown_before say why
    """

    value: float | None
    before: float | None
    unknown: Unknown | None = None
    unknown_before: Unknown | None = None

    @property
    def change(self) -> float | None:
        """(value - before) / before; None where that says nothing."""
        if self.value is None or not self.before:
            return None
        return (self.value - self.before) / self.before


def share(part: float, whole: float) -> float | None:
    """part / whole; None of nothing."""
    return part / whole if whole else None
