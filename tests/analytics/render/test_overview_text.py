"""/analytics on a phone: every figure with its change, every gap with its reason."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, timedelta
from zoneinfo import ZoneInfo

from bot.analytics.render import overview_text
from bot.analytics.render.words import Words
from bot.analytics.reports.overview import CommandUse, Figure, Overview, Unknown
from bot.analytics.reports.period import last_days
from tests.analytics.moments import NOON

ENGLISH = Words()
UP = Figure(value=3, before=2)
GAP = Figure(
    value=None, before=None, unknown=Unknown.NO_UPDATES, unknown_before=Unknown.NO_UPDATES
)
REPORT = Overview(
    period=last_days(7, NOON, UTC),
    recorded_since=NOON - timedelta(days=60),
    people=UP,
    new_people=UP,
    messages=Figure(value=1234, before=0),
    commands=Figure(value=2, before=4),
    top_commands=(CommandUse("help", 2), CommandUse("<b>", 1)),
    updates=Figure(value=5, before=5),
    failed=Figure(value=1, before=None, unknown_before=Unknown.NOT_RECORDED_THEN),
    error_rate=Figure(value=0.25, before=0.1),
    mean_seconds=GAP,
    payments=UP,
    stars=UP,
    refunded_stars=UP,
)


def shown(report: Overview) -> list[str]:
    return overview_text.overview(report, ENGLISH).splitlines()


def test_the_title_says_which_days() -> None:
    lines = shown(REPORT)

    assert lines[0] == "<b>Last 7 days</b> · 26 Dec 2025 to 1 Jan 2026, UTC"
    assert lines[1] == "<i>Compared with the 7 days before, up to the same time.</i>"


def test_one_day_is_called_today() -> None:
    zone = ZoneInfo("Europe/Berlin")
    lines = shown(replace(REPORT, period=last_days(1, NOON, zone)))

    assert lines[0] == "<b>Today</b> · 1 Jan 2026, Europe/Berlin"
    assert lines[1] == "<i>Compared with yesterday up to the same time.</i>"


def test_changes_are_shown_up_down_and_level() -> None:
    lines = shown(REPORT)

    assert "new: <b>3</b> ▲ 50%" in lines
    assert "commands: <b>2</b> ▼ 50%" in lines
    assert "updates: <b>5</b> = 0%" in lines


def test_without_a_base_there_is_no_percentage() -> None:
    lines = shown(REPORT)

    assert "messages: <b>1,234</b> (before: 0)" in lines
    assert "failed: <b>1</b> (before: unknown, the records began later)" in lines


def test_a_percentage_is_compared_with_a_percentage() -> None:
    assert "error rate: <b>25%</b> (before: 10%)" in shown(REPORT)


def test_people_of_today_are_not_measured_against_whole_days_in_percent() -> None:
    assert "active: <b>3</b> (whole days before: 2)" in shown(REPORT)


def test_what_is_unknown_has_a_reason() -> None:
    assert "mean time: unknown, there were no updates" in shown(REPORT)


def test_the_top_commands_are_escaped() -> None:
    assert "/help 2 · /&lt;b&gt; 1" in shown(REPORT)


def test_records_that_began_within_the_period_are_dated() -> None:
    young = replace(REPORT, recorded_since=NOON - timedelta(days=1))

    assert "<i>Recorded since 31 Dec 2025 12:00:00.</i>" in shown(young)
    assert not any("Recorded since" in line for line in shown(REPORT))


def test_a_bot_that_never_wrote_anything_says_so() -> None:
    gap = Figure(value=None, before=None, unknown=Unknown.NOTHING_RECORDED)

    assert "active: unknown, nothing was recorded yet" in shown(replace(REPORT, people=gap))
