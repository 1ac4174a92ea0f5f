"""What a quiz says: intro, score, result, best lists.  Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from babel import Locale
from babel.core import UnknownLocaleError

from bot.analytics.render.fit import bold, quoted, units
from bot.analytics.render.words import Words
from bot.quiz.bank import QUESTION_LENGTH, Bank
from bot.quiz.run import Reason, Rules, Run
from bot.quiz.scores import Score
from bot.quiz.stage import Buttons

# Standings that are shown; everybody is counted.
SHOWN = 10
NAME_LENGTH = 32
BUTTON = "quiz"


@dataclass(frozen=True, kw_only=True, slots=True)
class View:
    """A run as it is told.  names: of those somebody knows."""

    run: Run
    title: str
    scores: Sequence[Score]
    names: Mapping[int, str]


def data(step: str, topic: str = "") -> str:
    """Callback data of a quiz button."""
    return f"{BUTTON}:{step}:{topic}"


def topic(bank: Bank, words: Words) -> str:
    """A button's text: the topic's title, and its language if that is another one."""
    if bank.language == words.locale.partition("_")[0]:
        return bank.title
    try:
        name = Locale.parse(bank.language).get_language_name(words.locale)
    except UnknownLocaleError:
        name = None
    return f"{bank.title} ({name or bank.language})"


def question(text: str, number: int, questions: int) -> str:
    """The text of a poll: with its place, if Telegram has room for that."""
    placed = f"{number + 1}/{questions} · {text}"
    return placed if units(placed) <= QUESTION_LENGTH else text


def intro(view: View, rules: Rules, words: Words) -> str:
    """What comes before the first question."""
    count = view.run.questions
    text = words.ngettext("{count} question", "{count} questions", count)
    seconds = words.ngettext("{count} second each", "{count} seconds each", rules.seconds)
    lines = [
        _title(view, words),
        f"{text.format(count=count)} · {seconds.format(count=rules.seconds)}",
    ]
    if view.run.is_group:
        lines.append(words.gettext("Everybody here may answer; who is faster wins a tie."))
    return "\n".join(lines)


def score(view: View, words: Words) -> str:
    """The score while the quiz goes on."""
    run = view.run
    text = words.gettext("Question {number} of {count}")
    place = text.format(number=run.asked, count=run.questions)
    return "\n".join([_title(view, words), place, "", *_standings(view, run.asked - 1, words)])


def result(view: View, words: Words) -> str:
    """The score at the end."""
    title = f"🏁 {_title(view, words)}"
    return "\n".join([title, "", *_standings(view, view.run.questions, words)])


def ended(view: View, reason: Reason, words: Words) -> str:
    """The score of a quiz that ended early."""
    lines = [_title(view, words), _reason(reason, words)]
    if view.scores:
        lines += ["", *_standings(view, view.run.asked, words)]
    return "\n".join(lines)


def best_of_chat(scores: Sequence[Score], names: Mapping[int, str], words: Words) -> str:
    """The best players of a chat."""
    lines = [bold(words.gettext("The best in this chat"))]
    for place, one in enumerate(scores, 1):
        line = words.gettext("{right} right of {answered}")
        told = line.format(right=words.number(one.right), answered=words.number(one.answered))
        lines.append(f"{one.medal} {_name(one, place, names, words)} · {told}")
    return "\n".join(lines)


def best_of_person(topics: Sequence[tuple[str, Score]], words: Words) -> str:
    """How well somebody knows each topic, best first."""
    lines = [bold(words.gettext("Your topics"))]
    for title, one in topics:
        line = words.gettext("{title}: {right} right of {answered} ({share})")
        lines.append(
            line.format(
                title=quoted(title),
                right=words.number(one.right),
                answered=words.number(one.answered),
                share=words.percent(one.right / one.answered),
            )
        )
    return "\n".join(lines)


def stop_button(words: Words) -> Buttons:
    """The button that ends a quiz early."""
    return ((("⏹ " + words.gettext("Stop"), data("stop")),),)


def end_buttons(topic: str, words: Words) -> Buttons:
    """What can be done when a quiz is over."""
    again = ("🔁 " + words.gettext("Again"), data("again", topic))
    topics = ("📚 " + words.gettext("Topics"), data("topics"))
    best = ("🏆 " + words.gettext("Best list"), data("best"))
    return ((again, topics), (best,))


def _title(view: View, words: Words) -> str:
    return bold(words.gettext("Quiz: {topic}").format(topic=quoted(view.title)))


def _reason(reason: Reason, words: Words) -> str:
    match reason:
        case Reason.SILENCE:
            return words.gettext("Nobody answers any more, so the quiz is over.")
        case Reason.STOPPED:
            return words.gettext("The quiz was stopped.")
        case Reason.UNREACHABLE:
            return words.gettext("The quiz cannot go on. /quiz starts another one.")


def _standings(view: View, questions: int, words: Words) -> list[str]:
    """questions: how many are over"""
    if not view.scores:
        return [words.gettext("Nobody has answered yet.")]
    if not view.run.is_group:
        return [_line(view.scores[0], questions, words)]
    lines = [
        f"{one.medal} {_name(one, place, view.names, words)} · {_line(one, questions, words)}"
        for place, one in enumerate(view.scores[:SHOWN], 1)
    ]
    missing = len(view.scores) - SHOWN
    if missing > 0:
        more = words.ngettext("… and {count} more player", "… and {count} more players", missing)
        lines.append(more.format(count=missing))
    return lines


def _line(one: Score, questions: int, words: Words) -> str:
    line = words.gettext("{right} of {count} right ({share}) · {time}")
    count = max(questions, one.answered)
    return line.format(
        right=one.right,
        count=count,
        share=words.percent(one.right / max(count, 1)),
        time=words.seconds(round(one.seconds, 1)),
    )


def _name(one: Score, place: int, names: Mapping[int, str], words: Words) -> str:
    known = names.get(one.telegram_id, "").strip()
    if known:
        return quoted(known, NAME_LENGTH)
    return words.gettext("player {number}").format(number=place)
