"""The feature quiz: its room, its routers and the quizzes of the last life, joined."""

from __future__ import annotations

from bot.features.feature import Feature, Ground
from bot.handlers import quiz as handlers
from bot.handlers import quiz_votes
from bot.quiz.bank import load_banks
from bot.quiz.master import Quizmaster
from bot.quiz.play import Parts
from bot.quiz.run import Rules
from bot.quiz.store import Store
from bot.quiz.telegram import Phrases, TelegramStage


def build(ground: Ground) -> Feature:
    """What quiz adds to the bot.

    Raises ConfigError about QUIZ_FOLDER.
    """
    settings, banks = ground.settings, load_banks(ground.settings.quiz_folder)
    quizzes = Quizmaster(
        Parts(
            store=Store(ground.database),
            banks=banks,
            stage=TelegramStage(ground.bot),
            words=Phrases(ground.i18n),
            bus=ground.bus,
            clock=ground.clock,
            rules=Rules(questions=settings.quiz_questions, seconds=settings.quiz_seconds),
        )
    )
    return Feature(
        routers=[handlers.build_router(), quiz_votes.build_router()],
        serves={"quizzes": quizzes, "banks": banks},
        start=quizzes.start,
        stop=quizzes.stop,
    )
