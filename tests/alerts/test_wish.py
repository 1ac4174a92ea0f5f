"""What /silence takes, and what it refuses by the name of the part that is wrong."""

from __future__ import annotations

import pytest

from bot.alerts.terms import Terms
from bot.alerts.wish import LONGEST, REASON, Target, Wish, WishError, named, targets, understood

CONCERNS = (
    Terms(name="HighErrorRate"),
    Terms(name="HighLatency"),
    Terms(name="DownloadFailures", labels={"feature": "downloads"}),
)


@pytest.mark.parametrize(
    ("text", "wish"),
    [
        ("HighLatency 30m", Wish(Target("rule", "HighLatency"), 1_800)),
        ("highlatency 4H", Wish(Target("rule", "HighLatency"), 14_400)),
        ("rule=HighLatency 2d", Wish(Target("rule", "HighLatency"), 172_800)),
        ("Down 1w", Wish(Target("rule", "DownloadFailures"), LONGEST)),
        ("all 1m", Wish(Target(), 60)),
        ("severity=warning 1h", Wish(Target("severity", "warning"), 3_600)),
        ("Feature=downloads 1h", Wish(Target("feature", "downloads"), 3_600)),
        ("all 1h  we \n move", Wish(Target(), 3_600, "we move")),
    ],
)
def test_a_wish_is_understood(text: str, wish: Wish) -> None:
    assert understood(text, CONCERNS) == wish


@pytest.mark.parametrize(
    ("text", "field", "given"),
    [
        ("", "target", ""),
        ("Nothing 1h", "target", "Nothing"),
        ("High 1h", "target", "High"),
        ("feature=quiz 1h", "target", "feature=quiz"),
        ("=x 1h", "target", "=x"),
        ("4h all", "target", "4h"),
        ("all", "duration", ""),
        ("all soon", "duration", "soon"),
        ("all 0m", "duration", "0m"),
        ("all -1h", "duration", "-1h"),
        ("all 1.5h", "duration", "1.5h"),
        ("all ٣h", "duration", "٣h"),
        ("all 8d", "duration", "8d"),
        ("all 99999999999999999h", "duration", "99999999999999999h"),
        ("all 1h " + "x" * (REASON + 1), "reason", "x" * (REASON + 1)),
    ],
)
def test_what_is_wrong_is_named(text: str, field: str, given: str) -> None:
    with pytest.raises(WishError) as caught:
        understood(text, CONCERNS)

    assert (caught.value.field, caught.value.given) == (field, given)


def test_an_unknown_target_lists_all_there_are() -> None:
    with pytest.raises(WishError) as caught:
        understood("Nothing 1h", CONCERNS)

    assert [str(one) for one in caught.value.known] == [
        "DownloadFailures",
        "HighErrorRate",
        "HighLatency",
        "all",
        "severity=critical",
        "severity=warning",
        "feature=downloads",
    ]
    assert list(caught.value.known) == targets(CONCERNS)


def test_a_beginning_of_several_lists_those() -> None:
    with pytest.raises(WishError) as caught:
        understood("high 1h", CONCERNS)

    assert [str(one) for one in caught.value.known] == ["HighErrorRate", "HighLatency"]


def test_a_reason_may_be_as_long_as_it_says() -> None:
    assert understood("all 1h " + "x" * REASON, CONCERNS).reason == "x" * REASON


@pytest.mark.parametrize(
    "given", ["all", "ALL", "highlatency", "rule=HighLatency", "RULE=highlatency"]
)
def test_a_program_names_a_target_in_full(given: str) -> None:
    assert named(given, targets(CONCERNS)) in targets(CONCERNS)


@pytest.mark.parametrize("given", ["", "rule=", "HighL", "download", "feature=", "al"])
def test_the_beginning_of_a_name_is_no_name(given: str) -> None:
    assert named(given, targets(CONCERNS)) is None
