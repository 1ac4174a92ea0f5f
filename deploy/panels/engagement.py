"""The dashboard Engagement: who uses the bot, and for what."""

from __future__ import annotations

from deploy.panels.panel import INSTANCE, Board, Panel, Query, Row, stat
from deploy.panels.promql import gauge, increase, or_zero, quantile, share
from deploy.panels.shapes import counted

DAY = "1d"


def active(window: str) -> str:
    """Distinct people; every instance knows the same ones."""
    return gauge("active_users", how="max", window=window)


PEOPLE = Row(
    title="People",
    panels=(
        stat("Today", "Distinct people active today (DAU).", active("day")),
        stat("7 days", "Distinct people active in 7 days up to today (WAU).", active("week")),
        stat("30 days", "Distinct people active in 30 days up to today (MAU).", active("month")),
        stat(
            "Stickiness",
            "DAU of MAU: how many of a month's people came today.",
            share(active("day"), active("month")),
            "percentunit",
        ),
        stat("Known", "People the bot has met.", gauge("known_users", how="max")),
        stat("Blocked", "People who block the bot.", gauge("blocked_users", how="max")),
    ),
)

COURSE = Row(
    title="Course",
    panels=(
        Panel(
            title="Active people",
            description="Exact, not sampled; days are days of TIMEZONE.",
            queries=(Query(gauge("active_users", by=["window"], how="max"), "{{window}}"),),
        ),
        Panel(
            title="New people",
            description="People met for the first time, a day.",
            queries=(Query(or_zero(increase("new_users_total", over=DAY)), "new"),),
            kind="bars",
        ),
        Panel(
            title="Blocks",
            description="A day; taken back ones beside them.",
            queries=(
                Query(or_zero(increase("blocks_total", over=DAY)), "blocks"),
                Query(or_zero(increase("unblocks_total", over=DAY)), "taken back"),
            ),
            kind="bars",
        ),
        Panel(
            title="Conversations with the assistant",
            description="Begun, a day.",
            queries=(Query(or_zero(increase("conversations_started_total", over=DAY)), "begun"),),
            kind="bars",
        ),
    ),
)

USE = Row(
    title="What they do",
    panels=(
        Panel(
            title="Commands",
            description="An hour, the ten that are typed most.",
            queries=(
                Query(
                    f"topk(10, {increase('command_usage_total', by=['command'], over='1h')})",
                    "/{{command}}",
                ),
            ),
            kind="bars",
        ),
        counted("Messages", "An hour, by what they contain.", "messages_total", "content_type"),
        counted("Messages by kind of chat", "An hour.", "messages_total", "chat_type"),
        counted("Formats asked for", "An hour.", "format_requests_total", "format"),
        Panel(
            title="Quizzes",
            description="An hour, begun and finished.",
            queries=(
                Query(or_zero(increase("quizzes_started_total", over="1h")), "begun"),
                Query(or_zero(increase("quizzes_completed_total", over="1h")), "finished"),
            ),
            kind="bars",
        ),
        counted("Answers by topic", "An hour.", "questions_answered_total", "topic"),
        Panel(
            title="Time of a quiz",
            description="From its start to its result; half of the quizzes are over sooner.",
            queries=(Query(quantile(0.5, "quiz_duration_seconds"), "median"),),
            unit="s",
        ),
    ),
)

ENGAGEMENT = Board(
    uid="telegauge-engagement",
    title="Telegauge · Engagement",
    description="Who uses the bot, and for what.",
    rows=(PEOPLE, COURSE, USE),
    variables=(INSTANCE,),
)
