"""Build the bot, and find Telegram."""

from __future__ import annotations

from aiogram import Bot
from aiogram.client.default import DefaultBotProperties
from aiogram.client.telegram import TelegramAPIServer
from aiogram.enums import ParseMode
from aiogram.exceptions import (
    ClientDecodeError,
    TelegramNotFound,
    TelegramUnauthorizedError,
)
from aiogram.methods import SendMessage
from aiogram.types import Message, Update, User
from aiogram.utils.backoff import BackoffConfig
from aiogram.utils.token import TokenValidationError

from bot.analytics.bus import Bus
from bot.clock import Clock, utc_now
from bot.errors import ConfigError
from bot.telegram.backoff import PATIENT, endlessly
from bot.telegram.session import CALL_SECONDS, ApiSession


def build_bot(
    token: str, api_url: str, bus: Bus, *, clock: Clock = utc_now, seconds: float = CALL_SECONDS
) -> Bot:
    """A bot that calls the Bot API server at *api_url*; its calls are facts on *bus*.

    Texts are HTML and links have no preview unless a call says otherwise.
    seconds: how long one call may take
    """
    build_models()
    api = TelegramAPIServer.from_base(api_url)
    default = DefaultBotProperties(parse_mode=ParseMode.HTML, link_preview_is_disabled=True)
    try:
        session = ApiSession(bus, api=api, clock=clock, seconds=seconds)
        return Bot(token, session=session, default=default)
    except TokenValidationError:
        raise ConfigError("BOT_TOKEN", "is not a bot's token") from None


def build_models() -> None:
    """Build the models of what every bot hears and says, so that its first person does not wait.

    The others take some milliseconds each when they are first used.
    """
    for model in (Message, Update, SendMessage):  # an update holds messages, built by then
        model.model_rebuild()


async def introduce(bot: Bot, backoff: BackoffConfig = PATIENT) -> User:
    """Who the bot is, asked until Telegram answers.

    Raises ConfigError when Telegram answers that it does not know the token.
    """
    try:
        return await endlessly("getMe", bot.me, backoff)
    except TelegramUnauthorizedError:
        raise ConfigError("BOT_TOKEN", "was refused by Telegram") from None
    except TelegramNotFound:
        problem = "or TELEGRAM_API_URL is wrong: there is no such bot"
        raise ConfigError("BOT_TOKEN", problem) from None
    except ClientDecodeError:
        problem = "answers, but not as a Bot API server does"
        raise ConfigError("TELEGRAM_API_URL", problem) from None
