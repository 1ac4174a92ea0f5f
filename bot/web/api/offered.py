"""Which report the API offers under which name, and what each is about."""

from __future__ import annotations

from dataclasses import dataclass

from bot.analytics.shelf import SHELF, Kind
from bot.web.api.params import Dated, about


@dataclass(frozen=True, slots=True)
class Asked:
    """One of the API's reports.

    path: below /api/v1/; report: its name on the shelf; about: a sentence; longest: days
    """

    path: str
    report: str
    about: str
    longest: int = 365

    @property
    def kind(self) -> Kind:
        """The report itself."""
        return SHELF[self.report]

    @property
    def params(self) -> type[Dated]:
        """What may be asked of it."""
        return about(self.kind, longest=self.longest)


REPORTS = (
    Asked(
        "analytics/summary",
        "users",
        "Known, new, active and blocked people, their languages and Telegram Premium.",
    ),
    Asked(
        "analytics/dashboard",
        "analytics",
        "The overview: people, use, downloads, health and business.",
        longest=90,
    ),
    Asked(
        "analytics/messages",
        "messages",
        "Messages by kind, who sent them, and how long they are.",
    ),
    Asked(
        "analytics/timeline",
        "timeline",
        "Messages by hour, day, week or month.",
    ),
    Asked(
        "analytics/engagement",
        "engagement",
        "How many of all people are active, and how many are engaged.",
        longest=90,
    ),
    Asked(
        "analytics/top",
        "top",
        "The people and chats with the most messages or activity.",
    ),
    Asked(
        "analytics/chats",
        "chats",
        "Groups and channels: participants, active ones, messages, age.",
    ),
    Asked(
        "analytics/audience",
        "audience",
        "Distinct people a day, in 7 and in 30 days, and how often they come.",
    ),
    Asked(
        "analytics/lifecycle",
        "lifecycle",
        "Who is new, returning, resurrecting and dormant.",
    ),
    Asked(
        "analytics/retention",
        "retention",
        "Cohorts by when people first came, and the share that is active later.",
    ),
    Asked(
        "analytics/segments",
        "segments",
        "Two sets of people: sizes, overlap, growth.",
    ),
    Asked(
        "analytics/languages",
        "languages",
        "Active people by language, and with Telegram Premium.",
    ),
    Asked(
        "analytics/blocks",
        "blocks",
        "Who blocked and unblocked the bot.",
    ),
    Asked(
        "analytics/funnel",
        "funnel",
        "From the first step to the last one: how many go on, and how fast.",
    ),
    Asked(
        "analytics/sources",
        "sources",
        "Where people came from, and what became of them.",
    ),
    Asked(
        "analytics/peak-hours",
        "peak",
        "Distinct people by weekday and hour.",
    ),
    Asked(
        "analytics/revenue",
        "revenue",
        "Gross, refunds and net by plan, MRR and what moved it, checkouts.",
    ),
    Asked(
        "analytics/downloads",
        "downloads",
        "Downloads: success, durations, waiting, retries, errors by type.",
    ),
    Asked(
        "analytics/quizzes",
        "quizzes",
        "Quizzes: started, completed, answers, scores, topics.",
    ),
    Asked(
        "analytics/assistant",
        "assistant",
        "The assistant: conversations, tokens, cost, response times.",
    ),
    Asked(
        "analytics/conversations",
        "conversations",
        "Conversations with the assistant: how many, how long, the last ones.",
    ),
    Asked(
        "analytics/api-usage",
        "api",
        "Calls of the Bot API by method and outcome, with response times.",
    ),
    Asked(
        "analytics/commands",
        "commands",
        "Uses of each command, with response times.",
    ),
    Asked(
        "analytics/handlers",
        "handlers",
        "Updates by handler: how many, how many failed, response times.",
    ),
    Asked(
        "analytics/errors",
        "errors",
        "Errors by category and type, the last ones with their context.",
    ),
    Asked(
        "analytics/alerts",
        "alerts",
        "How often each rule fired, for how long, and who took care of it.",
    ),
    Asked(
        "analytics/daily-stats",
        "daily",
        "Each day in a row: people, messages, calls, response time, errors.",
    ),
    Asked(
        "analytics/forecast",
        "forecast",
        "Active people in the next 14 days, with bands.",
    ),
    Asked(
        "analytics/unusual",
        "unusual",
        "Hours that were not as in the four weeks before.",
    ),
)
