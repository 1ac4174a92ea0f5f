"""Sizes, overlap and growth of parts of the audience."""

from __future__ import annotations

from hypothesis import given

from bot.analytics.reports.figure import Figure, Unknown
from bot.analytics.reports.segments import Overlap, segments
from bot.analytics.reports.source import Source
from bot.database.engine import Database
from tests.analytics.reports.crowd import (
    HISTORIES,
    Came,
    Template,
    asked,
    crowd,
    few,
    template,
)

__all__ = ["template"]  # a fixture

# Odd numbers speak German, even ones English.
GOLDEN: Came = {8: {1, 2}, 1: {1, 3}, 0: {2, 3, 5}, 30: {9}}


async def test_a_small_history_by_hand(database: Database) -> None:
    source = await crowd(database, GOLDEN)

    report = await segments(source, asked(7, segment="language:de", other_segment="new"))

    assert [(one.segment, one.people, one.share) for one in report.sizes] == [
        ("active", Figure(value=4, before=2), 1.0),
        ("language:de", Figure(value=3, before=1), 0.75),
        ("new", Figure(value=2, before=2), 0.5),
        ("language:en", Figure(value=1, before=1), 0.25),
    ]
    # German: 1, 3, 5; new in the week: 3, 5.
    assert report.overlap == Overlap(
        both=2,
        only_first=1,
        only_second=0,
        share_of_first=2 / 3,
        share_of_second=1.0,
        similarity=2 / 3,
    )
    assert [(one.first, one.second) for one in report.growth][-2:] == [(2, 1), (2, 1)]


async def test_one_segment_has_no_overlap(sqlite: Database) -> None:
    report = await segments(await crowd(sqlite, GOLDEN), asked(2))

    assert report.overlap is None
    assert [(one.first, one.second) for one in report.growth] == [(2, None), (3, None)]


async def test_segments_without_anybody_share_nothing(sqlite: Database) -> None:
    source = await crowd(sqlite, GOLDEN)

    overlap = (await segments(source, asked(7, segment="x", other_segment="y"))).overlap

    assert overlap
    assert (overlap.both, overlap.share_of_first, overlap.similarity) == (0, None, None)


async def test_without_records_there_is_nothing(sqlite: Database) -> None:
    report = await segments(await crowd(sqlite, {}), asked(7))

    assert (report.sizes, report.growth, report.recorded_since) == ((), (), None)


async def test_before_the_records_a_size_is_unknown(sqlite: Database) -> None:
    report = await segments(await crowd(sqlite, {0: {1}}), asked(7))

    assert report.sizes[0].people.unknown_before == Unknown.NOT_RECORDED_THEN


@few
@given(came=HISTORIES)
def test_any_history_person_by_person(template: Template, came: Came) -> None:
    week = {n for day, some in came.items() if day < 7 for n in some}
    german = {n for n in week if n % 2}
    new = {n for n in week if max(day for day, some in came.items() if n in some) < 7}

    async def check(source: Source) -> None:
        query = asked(7, segment="language:de", other_segment="new")
        overlap = (await segments(source, query)).overlap
        assert overlap
        assert overlap.both == len(german & new)
        assert overlap.only_first == len(german - new)
        assert overlap.only_second == len(new - german)
        assert overlap.similarity == (
            len(german & new) / len(german | new) if german | new else None
        )

    template.run(came, check)
