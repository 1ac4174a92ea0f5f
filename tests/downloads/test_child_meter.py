from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pytest

from bot.downloads.child_meter import Meter
from bot.downloads.trouble import DownloadError

Json = dict[str, Any]


def told(news: Iterable[Json], *, total: int | None = None, each: float = 1) -> list[Json]:
    """What a meter says to *news* that come every *each* seconds."""
    said: list[Json] = []
    now = iter(n * each for n in range(1000))
    meter = Meter(said.append, "mp4", total, 1, monotonic=lambda: next(now))
    for one in news:
        meter.hear(one)
    return [one["progress"] for one in said]


def moving(done: int, **known: object) -> Json:
    return {"status": "downloading", "downloaded_bytes": done} | known


def test_it_speaks_twice_a_second_at_most() -> None:
    said = told([moving(n) for n in range(100)], each=0.05)

    assert 3 <= len(said) <= 100 * 0.05 * 2


def test_it_adds_up_the_parts() -> None:
    parts = [moving(100), {"status": "finished", "downloaded_bytes": 100}, moving(50)]

    assert [one["done_bytes"] for one in told(parts, total=300)] == [100, 150]


def test_it_knows_the_time_that_is_left() -> None:
    (said,) = told([moving(100, total_bytes=300, speed=50.0)])

    assert (said["total_bytes"], said["seconds_left"]) == (300, 4)


def test_an_estimate_that_is_passed_was_none() -> None:
    (said,) = told([moving(400, speed=50.0)], total=300)

    assert said["total_bytes"] is None
    assert said["seconds_left"] == 0


@pytest.mark.parametrize(
    "news",
    [
        [moving(1_000_001)],
        [moving(1, total_bytes=1_000_001)],
        [moving(600_000), {"status": "finished", "downloaded_bytes": 600_000}, moving(600_000)],
    ],
)
def test_what_is_grows_or_adds_up_to_too_much_is_stopped(news: list[Json]) -> None:
    with pytest.raises(DownloadError, match="too_large 1"):
        told(news)
