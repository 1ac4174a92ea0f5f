"""A rule asked about the past fires when the manager would have let it fire."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import pytest

from bot.alerts.own_shapes import built
from bot.alerts.rehearsal import Act, Figure, Rehearsal, rehearse, thinned
from tests.alerts.own_scene import rule
from tests.alerts.scene import NOON

MINUTE = timedelta(minutes=1)


def minutes(*values: float | None) -> list[Figure]:
    """A figure a minute, from noon."""
    return [(NOON + place * MINUTE, value) for place, value in enumerate(values)]


def rehearsed(figures: Sequence[Figure], **said: Any) -> Rehearsal:
    """What a rule about more than 3 would have done."""
    return rehearse([(built(rule(**said), "stored", 60), Act(figures=figures, interval=60))])


def spans(done: Rehearsal) -> list[tuple[int, int | None]]:
    """The minutes from noon in which it would have fired."""
    return [
        (
            int((one.start - NOON) / MINUTE),
            None if one.end is None else int((one.end - NOON) / MINUTE),
        )
        for one in done.firings
    ]


@pytest.mark.parametrize(
    ("said", "values", "expected"),
    [
        ({}, (0, 4, 4, 4, 0, 0, 0), [(2, 5)]),
        ({}, (4, 0, 4, 0), []),
        ({"severity": "critical"}, (0, 4, 0, 0), [(1, 3)]),
        ({"for": "3m"}, (4, 4, 4, 4, 4), [(3, None)]),
        ({"comparison": "<"}, (2, 2, 9, 9), [(1, 3)]),
        ({}, (4, 4, None, None, 4, 0, 0), [(1, 6)]),
        ({}, (4, 4, 2.8, 2.8, 0, 0), [(1, 5)]),
    ],
    ids=[
        "two bad checks",
        "a blip",
        "critical at once",
        "for",
        "too little",
        "unknown",
        "unclear",
    ],
)
def test_it_fires_and_ends_as_the_manager_would_have_it(
    said: dict[str, Any], values: tuple[float | None, ...], expected: list[object]
) -> None:
    assert spans(rehearsed(minutes(*values), **said)) == expected


@pytest.mark.parametrize("no_data", ["keep", "ok", "fire"])
def test_what_nobody_knows_is_never_taken_for_good_or_bad(no_data: str) -> None:
    done = rehearsed(minutes(4, 4, None, None, None), no_data=no_data)
    quiet = rehearsed(minutes(None, None, None), no_data=no_data)

    assert (spans(done), done.unknown) == ([(1, None)], 3)
    assert spans(quiet) == []


def test_checks_are_counted_and_the_time_it_fired() -> None:
    done = rehearsed(minutes(4, 4, 4, 0, 0, 4, 4))

    assert (done.checks, done.bad, done.unknown) == (7, 5, 0)
    assert done.seconds(NOON + 10 * MINUTE) == (3 + 4) * 60


def test_bad_checks_on_both_sides_of_a_hole_are_not_in_a_row() -> None:
    late = [(at + timedelta(hours=1), value) for at, value in minutes(4)]

    assert spans(rehearsed([*minutes(4), *late])) == []


def test_the_time_in_which_nobody_checked_does_not_count_as_fired() -> None:
    late = [(at + timedelta(hours=1), value) for at, value in minutes(4, 0, 0)]
    done = rehearsed([*minutes(4, 4), *late])

    assert spans(done) == [(1, 62)]
    assert done.seconds(NOON) == (1 + 1) * 60


def test_what_began_in_one_act_goes_on_in_the_next() -> None:
    mine, later = rule(), [(at + 2 * MINUTE, value) for at, value in minutes(4, 0, 0)]
    acts = [
        (built(mine, "stored", 60), Act(figures=minutes(0, 4), interval=60)),
        (built(mine, "stored", 60), Act(figures=later, interval=60)),
    ]

    assert spans(rehearse(acts)) == [(2, 4)]


def test_without_a_figure_there_is_nothing_to_rehearse() -> None:
    done = rehearsed([])

    assert (done.checks, done.firings) == (0, [])


def test_of_many_the_worst_neighbours_are_kept() -> None:
    some = [0.0] * 995 + [9.0] + [0.0] * 4

    assert len(thinned(some, float, 100)) == 100
    assert max(thinned(some, float, 100)) == 9
    assert min(thinned(some, lambda one: -one, 100)) == 0


def test_what_is_few_stays_as_it_is() -> None:
    assert thinned([3, 1, 2], float, 3) == [3, 1, 2]
    assert thinned([], float) == []


def test_what_nobody_knows_is_kept_only_where_nothing_is_known() -> None:
    some = [None, 5.0, None, None]

    assert thinned(some, lambda one: one, 2) == [5.0, None]
