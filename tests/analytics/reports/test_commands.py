"""Commands: uses are those typed, times are those of their updates."""

from __future__ import annotations

from collections import Counter
from datetime import datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from bot.analytics.events import Event
from bot.analytics.reports.commands import Commands, commands
from bot.analytics.reports.figure import Figure, Unknown
from bot.database.engine import Database
from bot.database.tables import events, marks, metric_aggregates
from tests.analytics.moments import NOON, handled
from tests.analytics.reports.business import asked, few_examples, replace, source_of
from tests.analytics.summing import DAY, HOUR, summed_up, used, wrote


def typed(at: datetime, command: str, seconds: float) -> list[Event]:
    """A command and its update."""
    number = round(at.timestamp())
    return [used(at, command), handled(number, at, command=command, seconds=seconds)]


async def report(database: Database) -> Commands:
    return await commands(source_of(database), asked(7))


async def test_commands_come_with_their_uses_and_times(database: Database) -> None:
    some = typed(NOON - DAY, "help", 0.2) + typed(NOON - 2 * DAY, "help", 0.4)
    some += typed(NOON - HOUR, "start", 1.0) + typed(NOON - 9 * DAY, "quiz", 1.0)
    await wrote(database, [*some, *typed(NOON - 16 * DAY, "help", 1.0)])
    await summed_up(database)

    found = await report(database)

    helped, started, quizzed = found.commands
    assert (helped.name, helped.uses, helped.uses_before) == ("help", 2, 0)
    assert helped.share == 2 / 3
    assert helped.mean and round(helped.mean, 6) == 0.3
    assert helped.p95 and 0.4 / 1.19 <= helped.p95 <= 0.4 * 1.19
    assert (started.name, started.uses) == ("start", 1)
    assert (quizzed.uses, quizzed.uses_before, quizzed.mean) == (0, 1, None)
    assert (found.uses, found.kinds) == (Figure(value=3, before=1), Figure(value=2, before=1))


async def test_updates_without_a_command_are_no_command(sqlite: Database) -> None:
    await wrote(sqlite, [handled(1, NOON - DAY), *typed(NOON - DAY, "help", 0.1)])

    assert [one.name for one in (await report(sqlite)).commands] == ["help"]


async def test_times_from_before_they_were_measured_are_unknown(sqlite: Database) -> None:
    await wrote(sqlite, [used(NOON - DAY)])

    found = await report(sqlite)

    assert found.timed_since is None
    assert (found.mean.value, found.mean.unknown) == (None, Unknown.NOTHING_RECORDED)
    assert found.uses.value == 1


some = st.lists(
    st.tuples(st.integers(1, 9 * 24 * 60), st.sampled_from(["help", "start", "other"])),
    max_size=25,
)


@few_examples
@given(some, st.integers(0, 100))
async def test_any_commands_are_counted_as_one_would_by_hand(
    sqlite: Database, minutes: list[tuple[int, str]], hours: int
) -> None:
    for table in (events, metric_aggregates, marks):
        await replace(sqlite, table, [])
    times = [(NOON - timedelta(minutes=n), name) for n, name in minutes]
    await wrote(sqlite, [one for at, name in times for one in typed(at, name, 0.1)])
    await summed_up(sqlite, NOON - hours * HOUR)

    found = await report(sqlite)

    first = (NOON - 6 * DAY).replace(hour=0)
    by_hand = Counter(name for at, name in times if at >= first)
    assert {one.name: one.uses for one in found.commands if one.uses} == by_hand
