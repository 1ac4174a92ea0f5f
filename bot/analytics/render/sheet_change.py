"""What a figure was before, beside it: a change in percent where that says something."""

from __future__ import annotations

from bot.analytics.render.sheet import Line, Unit
from bot.analytics.render.values import written
from bot.analytics.render.words import Words

# A change of a percentage in percent confuses; the others are no amounts.
NEVER_IN_PERCENT = {Unit.SHARE, Unit.DAY, Unit.MOMENT, Unit.TEXT, Unit.FOREIGN}


def change(line: Line, words: Words) -> str:
    """▲ 12%, or the value before in brackets, as plain text; empty without a comparison."""
    if line.before is None or not isinstance(line.value, int | float):
        return ""
    before = written(line.before, line.unit, words)
    if line.is_partial:
        note = words.gettext("whole days before: {before}")
        return f"({note.format(before=before)})"
    if (moved := _moved(line)) is None:
        note = words.gettext("before: {before}")
        return f"({note.format(before=before)})"
    sign = "▲" if moved > 0 else "▼" if moved < 0 else "="
    return f"{sign} {words.percent(abs(moved))}"


def _moved(line: Line) -> float | None:
    """(value - before) / before; None where that says nothing, such as below zero."""
    value, before = line.value, line.before
    if not isinstance(value, int | float) or not isinstance(before, int | float):
        return None
    if line.unit in NEVER_IN_PERCENT or before <= 0 or value < 0:
        return None
    return (value - before) / before
