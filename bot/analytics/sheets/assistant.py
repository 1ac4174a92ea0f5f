"""What the assistant was asked and what it cost, laid out."""

from __future__ import annotations

from bot.analytics.render.sheet import (
    Block,
    Chart,
    Column,
    Figures,
    Line,
    Sheet,
    Table,
    Unit,
    Value,
    line,
)
from bot.analytics.render.words import Words
from bot.analytics.reports.assistant import Assistant, UsagePart
from bot.analytics.reports.figure import Unknown
from bot.analytics.reports.usage import Usage
from bot.analytics.sheets.entries import (
    is_partial,
    known,
    part_column,
    recorded,
    removed,
    since,
    spread_columns,
    spread_values,
    tally,
    times,
)


def assistant(report: Assistant, words: Words) -> Sheet:
    """Figures, tokens and cost by model, person and conversation, errors and a timeline."""
    _ = words.gettext
    return Sheet(
        name="assistant",
        title=_("Assistant"),
        period=report.period,
        notes=[
            *since(report.recorded_since, report.period, words),
            *removed(report.kept_since, words),
            *_notes(report, words),
        ],
        blocks=[
            *_figures(report, words),
            _timeline(report, words),
            _models(report, words),
            _people(report, words),
            _conversations(report, words),
            tally("statuses", _("Conversations"), _("Status"), report.statuses, words),
            tally("errors", _("Why answers failed"), _("Error"), report.errors, words),
        ],
        charts=_charts(report, words),
    )


def _notes(report: Assistant, words: Words) -> list[str]:
    unpriced = round(report.unpriced.value or 0)
    if not unpriced:
        return []
    text = words.ngettext(
        "{count} token without a known price is in no cost.",
        "{count} tokens without a known price are in no cost.",
        unpriced,
    )
    return [text.format(count=words.number(unpriced))]


def _charts(report: Assistant, words: Words) -> list[Chart]:
    _ = words.gettext
    step = report.step
    return [
        Chart(kind="bars", block="timeline", title=_("Cost"), x=step, y=["cost"]),
        Chart(kind="bars", block="timeline", title=_("Tokens"), x=step, y=["tokens"]),
    ]


def _figures(report: Assistant, words: Words) -> list[Block]:
    _ = words.gettext
    return [
        Figures(key="summary", title=_("Assistant"), sign="🤖", lines=_asked(report, words)),
        Figures(key="tokens", title=_("Tokens"), lines=_tokens(report, words)),
        Figures(
            key="costs",
            title=_("Cost"),
            sign="💵",
            lines=[
                line("cost", _("together"), Unit.USD, report.cost),
                line("cost_person", _("for each person"), Unit.USD, report.cost_person),
                line("cost_conversation", _("a conversation"), Unit.USD, report.cost_conversation),
            ],
        ),
        times(_("From a question to the end of its answer"), report, words),
    ]


def _asked(report: Assistant, words: Words) -> list[Line]:
    _ = words.gettext
    return [
        line("conversations", _("conversations begun"), Unit.COUNT, report.conversations),
        line("talks", _("conversations with questions"), Unit.COUNT, report.talks),
        line("people", _("people who asked"), Unit.COUNT, report.people),
        line("messages", _("questions"), Unit.COUNT, report.messages),
        line("answered", _("answered"), Unit.COUNT, report.answered),
        line("messages_each", _("questions a conversation"), Unit.RATIO, report.messages_each),
    ]


def _tokens(report: Assistant, words: Words) -> list[Line]:
    _ = words.gettext
    count, ratio = Unit.COUNT, Unit.RATIO
    return [
        line("tokens", _("together"), count, report.tokens),
        line("input_tokens", _("input"), count, report.input),
        line("cached_input_tokens", _("cached input"), count, report.cached_input),
        line("output_tokens", _("output"), count, report.output),
        line("reasoning_tokens", _("reasoning"), count, report.reasoning),
        line("unpriced_tokens", _("without a price"), count, report.unpriced),
        line("tokens_person", _("for each person"), ratio, report.tokens_person),
        line("tokens_conversation", _("a conversation"), ratio, report.tokens_each),
        line("estimated", _("questions with estimated tokens"), count, report.estimated),
    ]


def _timeline(report: Assistant, words: Words) -> Table:
    _ = words.gettext
    columns = [
        part_column(report.step, words),
        Column(key="messages", label=_("Questions"), unit=Unit.COUNT),
        Column(key="tokens", label=_("Tokens"), unit=Unit.COUNT),
        Column(key="cost", label=_("Cost"), unit=Unit.USD),
    ]
    rows = [_part(part) for part in report.timeline]
    return Table(
        key="timeline",
        title=_("Timeline"),
        columns=columns,
        rows=recorded(report, rows),
        is_last_partial=is_partial(report.period, report.step),
    )


def _part(part: UsagePart) -> list[Value]:
    if part.messages is None:
        return [part.name, *[Unknown.REMOVED] * 3]
    return [part.name, part.messages, part.tokens, known(part.cost, Unknown.NO_PRICE)]


def _usage_columns(words: Words) -> list[Column]:
    _ = words.gettext
    count = Unit.COUNT
    return [
        Column(key="messages", label=_("Questions"), unit=count),
        Column(key="tokens", label=_("Tokens"), unit=count),
        Column(key="input_tokens", label=_("Input"), unit=count, is_extra=True),
        Column(key="cached_input_tokens", label=_("Cached input"), unit=count, is_extra=True),
        Column(key="output_tokens", label=_("Output"), unit=count, is_extra=True),
        Column(key="reasoning_tokens", label=_("Reasoning"), unit=count, is_extra=True),
        Column(key="unpriced_tokens", label=_("Without a price"), unit=count, is_extra=True),
        Column(key="cost", label=_("Cost"), unit=Unit.USD),
    ]


def _usage(usage: Usage) -> list[Value]:
    types: list[Value] = [usage.input, usage.cached_input, usage.output, usage.reasoning]
    cost = known(usage.cost, Unknown.NO_PRICE)
    return [usage.messages, usage.tokens, *types, usage.unpriced, cost]


def _models(report: Assistant, words: Words) -> Table:
    _ = words.gettext
    model = Column(key="model", label=_("Model"), unit=Unit.FOREIGN)
    columns = [model, *_usage_columns(words), *spread_columns(words, is_extra=True)]
    rows = [[one.model, *_usage(one.usage), *spread_values(one.took)] for one in report.models]
    return Table(key="models", title=_("Models"), columns=columns, rows=rows)


def _people(report: Assistant, words: Words) -> Table:
    _ = words.gettext
    columns = [
        Column(key="person", label=_("Person"), unit=Unit.FOREIGN),
        Column(key="telegram_id", label=_("Id"), unit=Unit.TEXT, is_extra=True),
        *_usage_columns(words),
    ]
    rows: list[list[Value]] = []
    for one in report.top_people:
        number = _("forgotten") if one.telegram_id is None else str(one.telegram_id)
        rows.append([one.name or number, number, *_usage(one.usage)])
    return Table(key="people", title=_("People"), columns=columns, rows=rows)


def _conversations(report: Assistant, words: Words) -> Table:
    _ = words.gettext
    columns = [
        Column(key="conversation", label=_("Conversation"), unit=Unit.TEXT),
        Column(key="status", label=_("Status"), unit=Unit.TEXT),
        Column(key="started_at", label=_("Begun"), unit=Unit.MOMENT, is_extra=True),
        *_usage_columns(words),
    ]
    rows = [
        [str(one.id), one.status, one.started_at, *_usage(one.usage)]
        for one in report.top_conversations
    ]
    talks = report.talks.value
    total = None if talks is None else round(talks)
    title = _("Longest conversations")
    return Table(key="conversations", title=title, columns=columns, rows=rows, total=total)
