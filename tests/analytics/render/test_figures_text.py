"""/metrics: values in their units, long lists cut and counted."""

from __future__ import annotations

import pytest

from bot.analytics.render import figures_text
from bot.analytics.render.words import Words
from bot.analytics.reports.figures import Figures, Series, Value

ENGLISH = Words()


def shown(*series: Series) -> list[str]:
    report = Figures(category="performance", series=series)
    return figures_text.figures(report, ENGLISH).splitlines()[2:]


def gauge(name: str, value: float) -> Series:
    return Series(name=name, kind="gauge", values=(Value(labels=(), value=value),))


@pytest.mark.parametrize(
    ("name", "value", "text"),
    [
        ("bot_x_total", 1234, "1,234"),
        ("bot_lag_seconds", 0.25, "250 ms"),
        ("disk_free_bytes", 2e9, "2 GB"),
        ("last_poll_timestamp_seconds", 1, "1 Jan 1970 00:00:01"),
        ("process_start_time_seconds", 1, "1 Jan 1970 00:00:01"),
    ],
)
def test_a_name_carries_the_unit(name: str, value: float, text: str) -> None:
    assert shown(gauge(name, value)) == ["", f"<b>{name}</b>", f"<b>{text}</b>"]


def test_labels_stand_before_the_value() -> None:
    value = Value(labels=(("kind", "message"), ("outcome", "<b>")), value=2)

    lines = shown(Series(name="bot_x_total", kind="counter", values=(value,)))

    assert lines[-1] == "message · &lt;b&gt;: <b>2</b>"


def test_a_histogram_shows_how_often_and_how_long() -> None:
    value = Value(labels=(), value=0.5, count=3)

    lines = shown(Series(name="bot_x_seconds", kind="histogram", values=(value,)))

    assert lines[-1] == "<b>3</b> times, mean 500 ms"


def test_zeros_are_left_out() -> None:
    empty = Series(name="x", kind="histogram", values=(Value(labels=(), value=None, count=0),))

    assert shown(gauge("bot_x", 0), empty) == ["Nothing was measured yet."]


def test_only_the_biggest_children_are_shown() -> None:
    values = tuple(Value(labels=(("a", str(n)),), value=20 - n) for n in range(11))

    lines = shown(Series(name="x", kind="gauge", values=values))

    assert len(lines) == 2 + 8 + 1
    assert lines[-1] == "… and 3 more"
