"""Downloads are counted by what became of them, and their times are exact."""

from __future__ import annotations

from datetime import datetime, timedelta
from math import ceil
from statistics import fmean
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.analytics.reports.downloads import Outcomes, downloads
from bot.analytics.reports.figure import Figure, Unknown
from bot.analytics.reports.kept import Spread
from bot.database import feature_tables, tables
from bot.database.engine import Database
from tests.analytics.moments import NOON
from tests.analytics.reports.business import (
    DAY,
    HOUR,
    asked,
    cleaned,
    few_examples,
    milliseconds,
    old_record,
    replace,
    source_of,
)
from tests.rows import event, put

SECOND = timedelta(seconds=1)


def download(
    state: str, queued: datetime | None, wait: float = 1, took: float = 10, **more: Any
) -> dict[str, Any]:
    """A row of downloads: an mp3 of 320k from youtube, for somebody of low priority."""
    began = queued and state != "queued"
    ended = began and state != "running"
    started = queued and milliseconds(queued + wait * SECOND)
    return {
        "state": state,
        "site": "youtube",
        "format": "mp3",
        "quality": "320k",
        "priority": 0,
        "chat_id": 1001,
        "offered_at": milliseconds((queued or NOON) - SECOND),
        "queued_at": queued and milliseconds(queued),
        "started_at": started if began else None,
        "ended_at": milliseconds(queued + (wait + took) * SECOND) if queued and ended else None,
        "error": None,
        "size_bytes": None,
        **more,
    }


async def has(database: Database, *rows: dict[str, Any]) -> None:
    await put(database, feature_tables.downloads, *rows)


def values(figure: Figure) -> tuple[float | None, float | None]:
    return figure.value, figure.before


async def test_downloads_by_what_became_of_them(database: Database) -> None:
    await old_record(database)
    now, then = NOON - DAY, NOON - 8 * DAY
    await has(
        database,
        *[download("done", now, took=took, size_bytes=1000) for took in (10, 20, 90)],
        download("failed", now, error="too_large"),
        download("cancelled", now, error="cancelled"),
        download("queued", now),
        download("running", now),
        download("offered", None),
        download("done", then, took=40),
    )

    report = await downloads(source_of(database), asked(7))

    assert (values(report.requests), values(report.done)) == ((7, 1), (3, 1))
    assert (report.failed.value, report.cancelled.value, report.open.value) == (1, 1, 2)
    assert values(report.success_rate) == (0.75, 1)
    assert (values(report.mean), values(report.p50)) == ((40, 40), (20, 40))
    assert (report.p95.value, report.size_bytes.value) == (90, 3000)
    assert report.errors == {"too_large": 1}


async def test_downloads_by_format_quality_and_site(database: Database) -> None:
    film: dict[str, Any] = {"format": "mp4", "quality": "720p"}
    await has(
        database,
        download("done", NOON - DAY),
        download("done", NOON - DAY, took=30, **film),
        download("failed", NOON - DAY, site="vimeo", **film, error="private"),
    )

    report = await downloads(source_of(database), asked(7))

    ten, thirty = (Spread(count=1, mean=took, p50=took, p95=took) for took in (10, 30))
    assert report.by_format == {
        "mp4": Outcomes(done=1, failed=1, took=thirty),
        "mp3": Outcomes(done=1, took=ten),
    }
    assert list(report.by_quality) == ["mp4 720p", "mp3 320k"]
    assert report.by_quality["mp4 720p"].success_rate == 0.5
    assert report.by_site["vimeo"] == Outcomes(failed=1)
    assert report.by_site["youtube"].took.mean == 20


async def test_who_pays_waits_less_and_it_shows(database: Database) -> None:
    waits = [(2, 1.0), (0, 10.0), (0, 30.0)]
    rows = [download("done", NOON - DAY, wait=wait, priority=rank) for rank, wait in waits]
    await has(database, *rows, download("queued", NOON - DAY, priority=1))

    report = await downloads(source_of(database), asked(7))

    assert report.waits == {
        "high": Spread(count=1, mean=1, p50=1, p95=1),
        "low": Spread(count=2, mean=20, p50=10, p95=30),
    }


async def test_what_only_events_tell(database: Database) -> None:
    await old_record(database)
    await put(
        database,
        tables.events,
        event("download_queued", NOON - DAY, label="mp3", value=1.0),
        event("download_queued", NOON - DAY, label="mp3", value=0.0),
        event("download_retried", NOON - DAY, label="network"),
        event("link_refused", NOON - DAY, label="private"),
        event("link_refused", NOON - 8 * DAY, label="private"),
    )

    report = await downloads(source_of(database), asked(7))

    assert (report.at_once.value, report.retries.value) == (1, 1)
    assert values(report.refused) == (1, 1)
    assert (report.refusals, report.retry_errors) == ({"private": 1}, {"network": 1})


async def test_each_hour_has_its_downloads_and_the_ones_before(sqlite: Database) -> None:
    await old_record(sqlite)
    await has(sqlite, download("done", NOON - HOUR), download("failed", NOON - HOUR))
    await has(sqlite, download("done", NOON - 25 * HOUR))

    report = await downloads(source_of(sqlite), asked(1, step="hour"))

    last = report.timeline[-1]
    assert (last.requests, last.done, last.failed, last.requests_before) == (2, 1, 1, 1)
    assert [part.requests for part in report.timeline[:-1]] == [0] * 11


async def test_what_was_removed_is_unknown_and_not_empty(sqlite: Database) -> None:
    await old_record(sqlite)
    await has(sqlite, download("done", NOON - DAY))
    await cleaned(sqlite, NOON - 9 * DAY)

    recent, long = [await downloads(source_of(sqlite), asked(days)) for days in (7, 11)]

    assert (values(recent.requests), recent.requests.unknown_before) == (
        (1, None),
        Unknown.REMOVED,
    )
    assert (long.requests.unknown, long.success_rate.unknown) == (Unknown.REMOVED,) * 2
    assert (recent.kept_since, long.kept_since) == (None, NOON - 9 * DAY)
    assert [part.requests for part in long.timeline] == [None, None, *[0] * 7, 1, 0]


async def test_a_chat_is_asked_for_alone(sqlite: Database) -> None:
    await has(sqlite, download("done", NOON - HOUR), download("done", NOON - HOUR, chat_id=-5))

    report = await downloads(source_of(sqlite), asked(chat_id=-5))

    assert report.requests.value == 1


async def test_without_an_end_there_is_no_rate_and_no_time(sqlite: Database) -> None:
    await has(sqlite, download("queued", NOON - HOUR))

    report = await downloads(source_of(sqlite), asked())

    assert (report.success_rate.value, report.mean.value) == (None, None)
    assert report.mean.unknown is Unknown.NO_UPDATES


rows = st.builds(
    download,
    st.sampled_from(["done", "failed", "cancelled", "queued", "running"]),
    st.integers(-60, 10 * 24 * 60).map(lambda ago: NOON - timedelta(minutes=ago)),
    wait=st.integers(0, 99),
    took=st.integers(0, 999),
    format=st.sampled_from(["mp3", "mp4"]),
)


@few_examples
@given(st.lists(rows, max_size=30))
async def test_downloads_are_what_counting_one_by_one_gives(
    sqlite: Database, some: list[dict[str, Any]]
) -> None:
    await replace(sqlite, feature_tables.downloads, some)
    question = asked(7)

    report = await downloads(source_of(sqlite), question)

    period = question.period
    mine = [one for one in some if period.start_at <= one["queued_at"] < period.end_at]
    assert report.requests.value == (len(mine) if some else None)
    assert sum(part.requests or 0 for part in report.timeline) == len(mine)
    for name, found in report.by_format.items():
        done = [one for one in mine if one["format"] == name and one["state"] == "done"]
        took = sorted((one["ended_at"] - one["started_at"]) / 1000 for one in done)
        assert found.done == len(took)
        assert found.took.mean == (pytest.approx(fmean(took)) if took else None)
        assert found.took.p50 == (took[ceil(len(took) * 0.5) - 1] if took else None)
        assert found.took.p95 == (took[ceil(len(took) * 95 / 100) - 1] if took else None)
