"""What /health says of the ways on which notices go out: how long the oldest waits, and why."""

from __future__ import annotations

from collections.abc import Sequence

from bot.alerts.moves import Moves
from bot.alerts.outbox import Outbox
from bot.analytics.health import Probe, Reading
from bot.clock import Clock

WARN_SECONDS, FAIL_SECONDS = 60, 300
OUTPUT = 200


def chat_lane(outbox: Outbox, moves: Moves | None, clock: Clock) -> Probe:
    """The admins' chat: without it nobody hears of anything, so it may fail the whole."""

    async def probe() -> Reading:
        seconds, said = await _looked_at(outbox, clock)
        advice = moves.advice if moves else ""
        return _reading(seconds, said or advice, fail_at=FAIL_SECONDS)

    return probe


def other_lanes(outboxes: Sequence[Outbox], clock: Clock) -> Probe:
    """The worst of *outboxes*, which only warn: the chat hears of the same alerts."""

    async def probe() -> Reading:
        seen = [(*await _looked_at(outbox, clock), outbox.lane) for outbox in outboxes]
        seconds, said, lane = max(seen, key=lambda one: (bool(one[1]), one[0] or 0.0))
        return _reading(seconds, f"{lane}: {said}" if said and len(seen) > 1 else said)

    return probe


async def _looked_at(outbox: Outbox, clock: Clock) -> tuple[float | None, str]:
    """For how many seconds the oldest notice has waited, and what is wrong."""
    now = await outbox.standing()
    seconds = (clock() - now.waiting_since).total_seconds() if now.waiting_since else None
    if now.error:
        return seconds, now.error
    if now.given_up:
        return seconds, f"{now.given_up} given up: {now.last_given_up}"
    return seconds, ""


def _reading(seconds: float | None, said: str, *, fail_at: float | None = None) -> Reading:
    if seconds is None and not said:
        return Reading(value=None, unit="s", output="none waits")
    # What is wrong with an empty lane has no age, and is a warning all the same.
    return Reading(
        value=seconds or 0.0,
        unit="s",
        warn_at=0 if said and not seconds else WARN_SECONDS,
        fail_at=fail_at,
        output=said[:OUTPUT],
    )
