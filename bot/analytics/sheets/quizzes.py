"""Quizzes, laid out."""

from __future__ import annotations

from datetime import date, timedelta

from babel.dates import format_date

from bot.analytics.render.sheet import (
    Block,
    Chart,
    Column,
    Figures,
    Grid,
    Line,
    Sheet,
    Table,
    Unit,
    Value,
    line,
)
from bot.analytics.render.words import Words
from bot.analytics.reports.figure import share
from bot.analytics.reports.quizzes import BINS, Player, QuizChat, Quizzes, TopicPlay
from bot.analytics.sheets.entries import known, since, spread_columns, spread_values, times

MONDAY = date(2024, 1, 1)


def quizzes(report: Quizzes, words: Words) -> Sheet:
    """Figures, topics, scores, people, chats, and when people answer."""
    _ = words.gettext
    title = _("Answers by weekday and hour")
    return Sheet(
        name="quizzes",
        title=_("Quizzes"),
        period=report.period,
        notes=since(report.recorded_since, report.period, words),
        blocks=[
            *_figures(report, words),
            _topics(report.topics, words),
            _scores(report.scores, words),
            _players(report, words),
            _chats(report, words),
            _hours(report, title, words),
        ],
        charts=[
            Chart(kind="heat", block="hours", title=title),
            Chart(kind="bars", block="scores", title=_("Results"), x="right", y=["results"]),
        ],
    )


def _figures(report: Quizzes, words: Words) -> list[Block]:
    _ = words.gettext
    return [
        Figures(key="summary", title=_("Quizzes"), sign="🎲", lines=_played(report, words)),
        Figures(key="answers", title=_("Answers"), sign="✅", lines=_answered(report, words)),
        times(_("From the start to the result"), report, words),
    ]


def _played(report: Quizzes, words: Words) -> list[Line]:
    _ = words.gettext
    return [
        line("started", _("started"), Unit.COUNT, report.started),
        line("in_groups", _("in groups"), Unit.COUNT, report.in_groups),
        line("completed", _("completed"), Unit.COUNT, report.completed),
        line("abandoned", _("abandoned"), Unit.COUNT, report.abandoned),
        line(
            "completion_rate",
            _("completed of those that ended"),
            Unit.SHARE,
            report.completion_rate,
        ),
        line("players", _("people who answered"), Unit.COUNT, report.players),
        line("chats", _("chats"), Unit.COUNT, report.chats),
    ]


def _answered(report: Quizzes, words: Words) -> list[Line]:
    _ = words.gettext
    seconds = Unit.SECONDS
    return [
        line("answers", _("answers"), Unit.COUNT, report.answers),
        line("correct_share", _("right"), Unit.SHARE, report.correct_share),
        line("answers_each", _("for each person"), Unit.RATIO, report.answers_each),
        line("question_mean_seconds", _("mean time"), seconds, report.question_mean),
        line("question_p50_seconds", _("median time"), seconds, report.question_p50),
        line("question_p95_seconds", _("95 % are quicker than"), seconds, report.question_p95),
    ]


def _topics(topics: tuple[TopicPlay, ...], words: Words) -> Table:
    _ = words.gettext
    columns = [
        Column(key="topic", label=_("Topic"), unit=Unit.FOREIGN),
        Column(key="started", label=_("Started"), unit=Unit.COUNT),
        Column(key="completed", label=_("Completed"), unit=Unit.COUNT),
        Column(key="players", label=_("People"), unit=Unit.COUNT, is_extra=True),
        Column(key="answers", label=_("Answers"), unit=Unit.COUNT, is_extra=True),
        Column(key="correct_share", label=_("Right"), unit=Unit.SHARE),
        *spread_columns(words, is_extra=True),
    ]
    return Table(
        key="topics", title=_("Topics"), columns=columns, rows=[_topic(one) for one in topics]
    )


def _topic(one: TopicPlay) -> list[Value]:
    counts: list[Value] = [one.started, one.completed, one.players, one.answers]
    return [one.topic, *counts, known(one.correct_share), *spread_values(one.took)]


def _scores(scores: tuple[int, ...], words: Words) -> Table:
    _ = words.gettext
    columns = [
        Column(key="right", label=_("Right answers"), unit=Unit.TEXT),
        Column(key="results", label=_("Results"), unit=Unit.COUNT),
    ]
    rows: list[list[Value]] = [[_tenth(place, words), count] for place, count in enumerate(scores)]
    return Table(key="scores", title=_("Results"), columns=columns, rows=rows)


def _tenth(place: int, words: Words) -> str:
    """30% to 39%; the last one is everything right."""
    if place == BINS - 1:
        return words.percent(1)
    return words.span(words.percent(place / 10), words.percent(place / 10 + 0.09))


def _players(report: Quizzes, words: Words) -> Table:
    _ = words.gettext
    columns = [
        Column(key="person", label=_("Person"), unit=Unit.FOREIGN),
        Column(key="telegram_id", label=_("Id"), unit=Unit.TEXT, is_extra=True),
        Column(key="quizzes", label=_("Quizzes"), unit=Unit.COUNT),
        Column(key="answers", label=_("Answers"), unit=Unit.COUNT),
        Column(key="correct_share", label=_("Right"), unit=Unit.SHARE),
    ]
    rows = [_player(one) for one in report.top_players]
    total = round(report.players.value or 0)
    return Table(key="players", title=_("People"), columns=columns, rows=rows, total=total)


def _player(one: Player) -> list[Value]:
    number = str(one.telegram_id)
    correct = known(share(one.right, one.answers))
    return [one.name or number, number, one.quizzes, one.answers, correct]


def _chats(report: Quizzes, words: Words) -> Table:
    _ = words.gettext
    columns = [
        Column(key="chat", label=_("Chat"), unit=Unit.FOREIGN),
        Column(key="chat_id", label=_("Id"), unit=Unit.TEXT, is_extra=True),
        Column(key="quizzes", label=_("Quizzes"), unit=Unit.COUNT),
        Column(key="answers", label=_("Answers"), unit=Unit.COUNT),
        Column(key="players", label=_("People"), unit=Unit.COUNT),
    ]
    rows = [_chat(one, words) for one in report.top_chats]
    return Table(key="chats", title=_("Chats"), columns=columns, rows=rows)


def _chat(one: QuizChat, words: Words) -> list[Value]:
    number = words.gettext("forgotten") if one.chat_id is None else str(one.chat_id)
    return [one.title or number, number, one.quizzes, one.answers, one.players]


def _hours(report: Quizzes, title: str, words: Words) -> Grid:
    days = [MONDAY + timedelta(days=n) for n in range(7)]
    return Grid(
        key="hours",
        title=title,
        unit=Unit.COUNT,
        row_title=words.gettext("Weekday"),
        rows=[format_date(day, "EEE", locale=words.locale) for day in days],
        columns=[f"{hour:02}" for hour in range(24)],
        values=report.hours,
    )
