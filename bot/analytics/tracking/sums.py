"""Late facts in hours and days that are summed up already: they are added to the sums."""

from __future__ import annotations

from collections.abc import Iterator

from bot.analytics.audience.days import Days
from bot.analytics.batch import NOTHING_TOOK, Batch
from bot.analytics.milestones import Milestones
from bot.analytics.rollups import EVENT, WITHOUT_LABELS, hour_start
from bot.analytics.transaction import AGGREGATE_LABELS

# name, label, when, and count, total, took_00 …
Tally = tuple[str, str, int, list[float]]


def additions(batch: Batch, known: Milestones, days: Days) -> list[tuple[object, ...]]:
    """What *batch* adds to hours and days, as add_counts() takes it.

    Sums cannot be made anew: the minutes they were made of may be gone.
    """
    sums: dict[tuple[str, str, str, int], list[float]] = {}
    for name, label, at, tally in _tallies(batch):
        if at >= known.rolled_until:
            continue  # the next run of roll_up() finds it
        day_start, day_end = days.limits(days.of(at))
        rows = [("hour", hour_start(days, at))] if at >= known.hours_since else []
        if day_end <= known.rolled_until:
            rows.append(("day", day_start))
        for step, bucket in rows:
            key = (name, label[:AGGREGATE_LABELS], step, bucket)
            found = sums.get(key)
            added = zip(found, tally, strict=True) if found else None
            sums[key] = [one + other for one, other in added] if added else tally
    return [(*key, *tally) for key, tally in sums.items()]


def _tallies(batch: Batch) -> Iterator[Tally]:
    for (name, label, minute), tally in batch.aggregates.items():
        yield name, label, minute, tally
    for at, kind, _, _, said, value, _ in batch.events:
        named = "" if kind in WITHOUT_LABELS else said or ""
        yield EVENT + kind, named, at, [1, value or 0.0, *NOTHING_TOOK]
