"""A change is shown in percent where that says something, else the value before."""

from __future__ import annotations

from bot.analytics.render.sheet import Figures, Line, Sheet, Unit, Value
from bot.analytics.render.sheet_change import change
from bot.analytics.render.sheet_text import pages
from bot.analytics.render.words import Words
from bot.analytics.reports.figure import Unknown
from tests.analytics.render import samples


def changed(value: Value, before: Value, unit: Unit = Unit.COUNT, *, partial: bool = False) -> str:
    line = Line(key="one", label="one", unit=unit, value=value, before=before, is_partial=partial)
    return change(line, Words())


def test_amounts_change_up_down_and_not_at_all() -> None:
    assert changed(3, 2) == "▲ 50%"
    assert changed(2, 4) == "▼ 50%"
    assert changed(2, 2) == "±0%"


def test_nothing_before_and_less_than_nothing_are_no_base_of_a_percentage() -> None:
    assert changed(3, 0) == "(before: 0)"
    assert changed(3, -2) == "(before: -2)"
    assert changed(-3, 2) == "(before: 2)"


def test_a_percentage_is_compared_with_a_percentage() -> None:
    assert changed(0.25, 0.1, Unit.SHARE) == "(before: 10%)"


def test_what_is_not_over_is_not_measured_in_percent() -> None:
    assert changed(3, 2, partial=True) == "(whole days before: 2)"


def test_an_unknown_value_before_has_its_reason() -> None:
    text = changed(3, Unknown.NOT_RECORDED_THEN)

    assert text == "(before: unknown, the records began later)"


def figures(*before: Value) -> Sheet:
    lines = [
        Line(key=str(at), label=f"no {at}", unit=Unit.COUNT, value=3, before=one)
        for at, one in enumerate(before)
    ]
    return samples.sheet(Figures(key="one", title="One", lines=lines))


def test_a_reason_that_several_figures_share_is_said_once() -> None:
    then = Unknown.NOT_RECORDED_THEN

    (page,) = pages(figures(then, then, 2, Unknown.NO_UPDATES), Words())

    assert page.count("the records began later") == 1
    assert "Before, where no change is shown: unknown, the records began later." in page
    assert "no 1: <b>3</b>\nno 2: <b>3</b> ▲ 50%\nno 3: <b>3</b> (before: unknown," in page


def test_where_nothing_is_known_of_before_nothing_is_said_to_be_compared() -> None:
    then = Unknown.NOT_RECORDED_THEN

    (page,) = pages(figures(then, then), Words())

    assert "Compared with" not in page


def test_a_reason_of_one_figure_stands_beside_it() -> None:
    (page,) = pages(figures(Unknown.NOT_RECORDED_THEN, 2), Words())

    assert "no 0: <b>3</b> (before: unknown, the records began later)" in page


def test_without_a_comparison_nothing_is_said() -> None:
    assert not changed(3, None)
    assert not changed(Unknown.NOTHING_RECORDED, 2)
