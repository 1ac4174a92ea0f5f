"""What a link shows of a report: blocks that name nobody, no chat, nothing that people said."""

from __future__ import annotations

from dataclasses import replace

from bot.analytics.render.sheet import Sheet

# Named one by one: a block that is new is shown to nobody until somebody has thought about it.
# Not here are lists of people, chats and conversations, errors' texts, sites, and sources: the
# name of a source is whatever stood in a link, such as the id of whoever sent it around.
BLOCKS: dict[str, frozenset[str]] = {
    name: frozenset(keys.split())
    for name, keys in {
        "analytics": "people downloads health business commands formats",
        "audience": "people series frequency",
        "lifecycle": "about stages",
        "retention": "about cohorts means",
        "segments": "about growth",
        "users": "summary languages",
        "engagement": "summary",
        "messages": "summary types",
        "timeline": "summary parts",
        "chats": "summary types",
        "peak": "summary week",
        "blocks": "summary parts",
        "languages": "summary languages",
        "commands": "summary commands",
        "handlers": "summary handlers",
        "api": "summary methods outcomes timeline",
        "errors": "summary categories timeline",
        "alerts": "summary rules timeline",
        "daily": "days",
        "forecast": "summary days",
        "unusual": "summary unusual hours",
        "funnel": "steps",
        "revenue": "summary recurring sales all_time timeline movements plans failures",
        "downloads": "summary times timeline formats qualities waits errors retry_errors refusals",
        "quizzes": "summary answers times topics scores hours",
        "assistant": "summary tokens costs times timeline models statuses errors",
    }.items()
}


def without_people(sheet: Sheet) -> Sheet:
    """*sheet* with those blocks, and charts of them, that whoever has a link may see."""
    allowed = BLOCKS.get(sheet.name, frozenset())
    return replace(
        sheet,
        blocks=[block for block in sheet.blocks if block.key in allowed],
        charts=[chart for chart in sheet.charts if chart.block in allowed],
    )
