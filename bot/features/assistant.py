"""The feature assistant: its room, its routers and its jobs, joined."""

from __future__ import annotations

import importlib.util
from datetime import timedelta
from functools import partial

from bot.assistant.assistant import Assistant, Parts
from bot.assistant.book import Book
from bot.assistant.conversation import Memory
from bot.assistant.conversations import Conversations
from bot.assistant.prices import load_prices
from bot.assistant.record import MEND_AFTER, Record
from bot.assistant.speaker import Persistent
from bot.assistant.telegram import mend
from bot.errors import ConfigError
from bot.features.feature import Feature, Ground
from bot.handlers import assistant as handlers
from bot.handlers.assistant_words import last_word
from bot.jobs import Job

MINUTE = 60
PACKAGE = "openai"


def build(ground: Ground) -> Feature:
    """/ask, plain text in private chats, and the end of what was left open.

    Raises ConfigError about FEATURES without the package, and about ASSISTANT_PRICES_FILE.
    """
    if importlib.util.find_spec(PACKAGE) is None:
        raise ConfigError("FEATURES", "assistant needs a package: pip install 'telegauge[ai]'")
    # Not before it is needed: the package behind it takes 45 MB of memory.
    from bot.assistant.provider import Patience, Provider  # noqa: PLC0415

    settings = ground.settings
    key = settings.assistant_api_key
    provider = Provider(
        settings.assistant_base_url or "",
        key.get_secret_value() if key else None,
        settings.assistant_model or "",
        reply_tokens=settings.assistant_reply_tokens,
        patience=Patience(whole=settings.assistant_timeout),
    )
    assistant = _assistant(ground, Persistent(provider))

    async def stop() -> None:
        await assistant.close(settings.drain_timeout)
        await provider.close()

    has_plans = "billing" in settings.active_features
    reception = handlers.Reception(assistant, ground.bot, ground.clock, has_plans=has_plans)
    mending = partial(mend, ground.bot, ground.i18n, assistant, last_word)
    return Feature(
        routers=[handlers.build_router()],
        late_routers=[handlers.build_text_router()],
        serves={"assistant": assistant, "reception": reception},
        jobs=[
            Job(name="mend_answers", seconds=MINUTE, run=mending, is_immediate=True),
            Job(name="end_conversations", seconds=MINUTE, run=assistant.expire),
        ],
        start=assistant.close_interrupted,
        stop=stop,
        forget=assistant.forget,
    )


def _assistant(ground: Ground, speaker: Persistent) -> Assistant:
    settings, database, bus, clock = ground.settings, ground.database, ground.bus, ground.clock
    idle = timedelta(seconds=settings.assistant_idle)
    # Two tries of one answer, and the time to show its end.
    patience = timedelta(seconds=2 * settings.assistant_timeout) + MEND_AFTER
    prices = load_prices(settings.assistant_prices_file)
    return Assistant(
        Parts(
            model=settings.assistant_model or "",
            prompt=settings.assistant_prompt,
            idle=settings.assistant_idle,
            speaker=speaker,
            memory=Memory(settings.assistant_memory_tokens),
            book=Book(database),
            conversations=Conversations(database, bus, idle, clock),
            record=Record(database, bus, prices, patience, clock),
            plan_of=ground.plan_of,
            clock=clock,
        )
    )
