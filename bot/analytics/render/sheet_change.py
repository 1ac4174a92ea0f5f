"""What a figure was before, beside it: a change in percent where that says something."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

from bot.analytics.render.sheet import Block, Figures, Line, Sheet, Unit
from bot.analytics.render.sheet_words import reason
from bot.analytics.render.values import written
from bot.analytics.render.words import Words
from bot.analytics.reports.figure import Unknown

# A change of a percentage in percent confuses; the others are no amounts.
NEVER_IN_PERCENT = {Unit.SHARE, Unit.DAY, Unit.MOMENT, Unit.TEXT, Unit.FOREIGN}


def change(line: Line, words: Words) -> str:
    """▲ 12%, ±0%, or the value before in brackets, as plain text; empty without a comparison."""
    if line.before is None or not isinstance(line.value, int | float):
        return ""
    before = written(line.before, line.unit, words)
    if line.is_partial:
        note = words.gettext("whole days before: {before}")
        return f"({note.format(before=before)})"
    if (moved := _moved(line)) is None:
        note = words.gettext("before: {before}")
        return f"({note.format(before=before)})"
    if moved == 0:
        return f"±{words.percent(0)}"
    return f"{'▲' if moved > 0 else '▼'} {words.percent(abs(moved))}"


def _moved(line: Line) -> float | None:
    """(value - before) / before; None where that says nothing, such as below zero."""
    value, before = line.value, line.before
    if not isinstance(value, int | float) or not isinstance(before, int | float):
        return None
    if line.unit in NEVER_IN_PERCENT or before <= 0 or value < 0:
        return None
    return (value - before) / before


def folded(sheet: Sheet, words: Words) -> Sheet:
    """*sheet*, but why several figures have nothing before them stands once, in a note."""
    lines = [line for block in sheet.blocks if isinstance(block, Figures) for line in block.lines]
    reasons = Counter(
        line.before
        for line in lines
        if isinstance(line.before, Unknown) and isinstance(line.value, int | float)
    )
    unknown, count = next(iter(reasons.most_common(1)), (None, 0))
    if unknown is None or count == 1:
        return sheet
    text = words.gettext("Before, where no change is shown: {reason}.")
    notes = [text.format(reason=reason(unknown, words)), *sheet.notes]
    blocks = [_without(block, unknown) for block in sheet.blocks]
    return replace(sheet, notes=notes, blocks=blocks)


def _without(block: Block, unknown: Unknown) -> Block:
    if not isinstance(block, Figures):
        return block
    lines = [
        replace(line, before=None) if line.before is unknown else line for line in block.lines
    ]
    return replace(block, lines=lines)
