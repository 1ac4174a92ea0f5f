"""Why there is no file: one sentence for each trouble, with the figure that was passed."""

from __future__ import annotations

import pytest

from bot.analytics.render.words import Words
from bot.downloads.excuses import WORTH_ANOTHER, Excuses
from bot.downloads.trouble import PASSING, DownloadError, Trouble
from tests.downloads.queue_scene import FREE, PREMIUM

SHOP = "/plan shows what other plans offer."
EXCUSES = Excuses(FREE, Words(), has_shop=True)


def test_each_trouble_has_a_sentence_of_its_own() -> None:
    sentences = {EXCUSES.of(DownloadError(trouble)) for trouble in Trouble}

    assert len(sentences) == len(Trouble)
    assert all(one.endswith(".") for one in sentences)


@pytest.mark.parametrize(
    ("error", "told"),
    [
        (DownloadError(Trouble.too_large, "20"), "larger than 20 MB, the most on your plan Free"),
        (DownloadError(Trouble.too_large), "larger than 20 MB, the most on your plan Free"),
        (DownloadError(Trouble.too_long, "15"), "longer than 15 min, the most on your plan Free"),
        (DownloadError(Trouble.timeout, "600"), "takes longer than 10 min"),
    ],
)
def test_a_limit_is_told_with_its_figure(error: DownloadError, told: str) -> None:
    assert told in EXCUSES.of(error)


def test_telegram_s_own_limit_is_not_blamed_on_the_plan() -> None:
    excuses = Excuses(PREMIUM, Words(), has_shop=True)

    told = excuses.of(DownloadError(Trouble.too_large, "20"))

    assert "20 MB, the most that Telegram takes" in told
    assert SHOP not in told


def test_without_a_shop_nobody_is_sent_there() -> None:
    error = DownloadError(Trouble.too_long, "15")

    assert EXCUSES.of(error).endswith(SHOP)
    assert not Excuses(FREE, Words(), has_shop=False).of(error).endswith(SHOP)


def test_what_passes_by_itself_is_worth_another_attempt_by_hand() -> None:
    assert PASSING <= WORTH_ANOTHER


def test_the_figures_of_a_day_say_when_there_is_room() -> None:
    assert "5 downloads in 24 hours. The next is possible in 2 hr" in EXCUSES.a_day(5, 7200)
    assert "possible in 1 min" in EXCUSES.a_day(5, 0.1)
    assert EXCUSES.a_day(5, 60).endswith(SHOP)


def test_the_figures_of_the_queue_name_the_way_out() -> None:
    assert "has 1 download at a time" in EXCUSES.waiting(1)
    assert EXCUSES.waiting(2).endswith("/queue")


def test_a_plan_s_name_is_escaped() -> None:
    plan = FREE.model_copy(update={"title": "<Free>"})

    assert "&lt;Free&gt;" in Excuses(plan, Words(), has_shop=True).waiting(1)
