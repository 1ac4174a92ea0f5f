"""A step of the stop that fails keeps no other from being taken."""

from __future__ import annotations

from structlog.testing import capture_logs

from bot.ending import attempt


async def good() -> None:
    """A step as it should be."""


async def bad() -> None:
    raise ZeroDivisionError


async def refused() -> bool:
    return False


async def test_the_steps_after_one_that_fails_are_taken_and_the_error_is_logged() -> None:
    taken = []

    async def later() -> None:
        taken.append("later")

    with capture_logs() as lines:
        went_well = await attempt(bad, later)

    assert (went_well, taken) == (False, ["later"])
    assert [line["event"] for line in lines] == ["a step of the stop failed"]


async def test_a_step_may_say_itself_that_it_went_wrong() -> None:
    assert await attempt(good, good)
    assert not await attempt(refused, good)
