"""What somebody asks of a report: the time, how it is cut, and what it is narrowed to."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from bot.analytics.reports.period import Period

Step = Literal["hour", "day", "week", "month"]
Mode = Literal["on", "on_or_after"]

# How long the lists of those with the most are, unless somebody says.
SIZE = 10


@dataclass(frozen=True, kw_only=True, slots=True)
class Query:
    """One question; equal questions have equal answers, so it can be a cache's key.

    step: how timelines, lifecycles and cohorts are cut
    mode: whether retention counts who came back in a period, or in it or any later one
    chat_id: only this chat; user_id: only this person (Telegram's id)
    segment, other_segment: sets of the audience, such as "active" or "language:de"
    size: how many are in each list of those with the most
    """

    period: Period
    step: Step = "day"
    mode: Mode = "on"
    chat_id: int | None = None
    user_id: int | None = None
    segment: str = "active"
    other_segment: str = ""
    size: int = SIZE
