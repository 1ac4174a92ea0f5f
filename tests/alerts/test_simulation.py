"""The simulation behind docs/alerts.md counts as it says."""

from __future__ import annotations

from random import Random

from benchmarks import alerts as simulation
from benchmarks.alerts import SLOTS_A_CHECK, SLOTS_AN_HOUR, Traffic, Verdict, firings
from bot.analytics.recent import Share

HOURS = 50


def traffic(rate: float, share: float) -> Traffic:
    return Traffic(Random(1), rate, [share] * (HOURS * SLOTS_AN_HOUR))  # noqa: S311  no secret


def test_traffic_has_its_rate_and_its_share_of_failures() -> None:
    found = traffic(1_000, 0.2)

    whole = found.share(HOURS * SLOTS_AN_HOUR, HOURS * SLOTS_AN_HOUR)
    assert abs(whole.total / (1_000 * HOURS) - 1) < 0.02
    assert abs(whole.bad / whole.total - 0.2) < 0.01


def test_the_reach_is_the_least_that_shows_enough() -> None:
    found, end = traffic(30, 0.5), 2_000

    slots = found.reach(end, 5)

    assert found.share(end, slots).total >= 5 > found.share(end, slots - 1).total


def test_a_window_before_the_beginning_is_what_there_is() -> None:
    found = traffic(1_000, 1.0)

    assert found.share(4, 1_000) == Share(found.bad[4], found.total[4])


def verdicts(word: str) -> list[int]:
    """Which checks fire when they are b(ad), g(ood) and u(nclear)."""

    def judge(_: Traffic, end: int) -> Verdict:
        letter = word[end // SLOTS_A_CHECK - 1]
        return letter == "b", letter == "g"

    slots = [0.0] * (len(word) * SLOTS_A_CHECK)
    empty = Traffic(Random(1), 1, slots)  # noqa: S311  no secret
    return [end // SLOTS_A_CHECK for end in firings(empty, judge, 0)]


def test_a_rule_fires_at_the_second_bad_check_and_ends_at_the_second_good_one() -> None:
    assert verdicts("bgbb") == [4]
    assert verdicts("bbbgbb") == [2]
    assert verdicts("bbggbb") == [2, 6]
    assert verdicts("bbgugbb") == [2]


def test_a_healthy_bot_is_left_alone_by_ours_and_not_by_a_plain_ratio() -> None:
    found = simulation.false_alarms(10, weeks=3)

    assert found["ours"] == 0
    assert found["plain ratio"] > 5


def test_the_same_seed_finds_the_same() -> None:
    assert simulation.caught(100, 0.2, trials=3) == simulation.caught(100, 0.2, trials=3)
