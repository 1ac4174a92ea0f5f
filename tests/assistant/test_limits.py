"""Limits of a plan: which is reached, and the moment in which it frees."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from bot.assistant.book import Spent
from bot.assistant.limits import DAY, Reached, reached
from bot.plans import AssistantLimits

NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)


def limits(messages: int = 1000, tokens: int = 1_000_000) -> AssistantLimits:
    return AssistantLimits(messages_a_day=messages, tokens_a_day=tokens)


def spent(*tokens: int) -> list[Spent]:
    """One question a minute."""
    return [Spent(NOON + timedelta(minutes=n), count) for n, count in enumerate(tokens)]


def test_below_every_limit_nothing_is_reached() -> None:
    assert reached(limits(3, 10), spent(4, 5)) is None


def test_the_oldest_question_frees_the_next_one() -> None:
    assert reached(limits(messages=3), spent(1, 1, 1)) == Reached("messages", 3, NOON + DAY)


def test_after_a_change_to_a_smaller_plan_more_than_one_has_to_be_a_day_old() -> None:
    found = reached(limits(messages=1), spent(1, 1, 1))

    assert found == Reached("messages", 1, NOON + DAY + timedelta(minutes=2))


def test_tokens_free_when_enough_of_them_are_a_day_old() -> None:
    found = reached(limits(tokens=10), spent(1, 1, 20, 5))

    assert found == Reached("tokens", 10, NOON + DAY + timedelta(minutes=2))


def test_of_two_limits_the_one_that_lasts_longer_is_told() -> None:
    found = reached(limits(messages=2, tokens=10), spent(1, 20))

    assert found == Reached("tokens", 10, NOON + DAY + timedelta(minutes=1))


def test_a_limit_of_nothing_never_frees() -> None:
    assert reached(limits(messages=0), []) == Reached("messages", 0, None)
    assert reached(limits(tokens=0, messages=1), spent(5)) == Reached("tokens", 0, None)


@given(st.integers(1, 20), st.integers(1, 50), st.lists(st.integers(0, 30), max_size=30))
def test_when_it_frees_the_rest_is_below_the_limit_and_not_before(
    messages: int, tokens: int, counts: list[int]
) -> None:
    plan, day = limits(messages, tokens), spent(*counts)

    found = reached(plan, day)

    if found is None:
        assert len(counts) < messages
        assert sum(counts) < tokens
        return
    assert found.frees_at
    assert reached(plan, [one for one in day if one.at + DAY > found.frees_at]) is None
    assert reached(plan, [one for one in day if one.at + DAY >= found.frees_at])
