"""What can be pressed below a message, as its alerts stand."""

from __future__ import annotations

import pytest

from bot.alerts.buttons import Subject, buttons_for
from bot.alerts.notifier import Buttons

ONE = Subject(history_id=7, rule="HighErrorRate")
OTHER = Subject(history_id=8, rule="QueueBackup")
ACKED = Subject(history_id=7, rule="HighErrorRate", is_acked=True)
OVER = Subject(history_id=7, rule="HighErrorRate", is_acked=True, is_over=True)


def data(buttons: Buttons) -> list[list[str]]:
    return [[button.data for button in row] for row in buttons]


@pytest.mark.parametrize(
    ("subject", "wanted"),
    [
        (ONE, [["alert:ack:7", "alert:chart:7"], ["alert:quiet1:7", "alert:quiet4:7"]]),
        (ACKED, [["alert:chart:7"], ["alert:quiet1:7", "alert:quiet4:7"]]),
        (OVER, [["alert:chart:7"]]),
    ],
)
def test_the_buttons_of_an_alert_are_those_that_make_sense(
    subject: Subject, wanted: list[list[str]]
) -> None:
    assert data(buttons_for([subject])) == wanted


def test_each_of_several_alerts_has_its_own_row_with_its_name_on_it() -> None:
    rows = buttons_for([ONE, OTHER])

    assert [row[0].text for row in rows] == ["✓ HighErrorRate", "✓ QueueBackup"]
    assert data(rows)[1] == ["alert:ack:8", "alert:quiet1:8", "alert:quiet4:8", "alert:chart:8"]


@pytest.mark.parametrize(
    ("subject", "wanted"),
    [
        (ACKED, ["alert:chart:7", "alert:quiet1:7", "alert:quiet4:7"]),
        (OVER, ["alert:chart:7"]),
    ],
)
def test_one_of_several_loses_its_buttons_alone(subject: Subject, wanted: list[str]) -> None:
    rows = buttons_for([subject, OTHER])

    assert data(rows)[0] == wanted and "HighErrorRate" in rows[0][0].text
    assert len(rows[1]) == 4


def test_nothing_to_press_below_nothing() -> None:
    assert buttons_for([]) == []
