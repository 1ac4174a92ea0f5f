"""Nothing in the bot depends on our sandbox: it works with any Bot API server."""

from __future__ import annotations

from bot.analytics.bus import Bus
from bot.config import Settings
from bot.telegram.connect import build_bot
from bot.telegram.connection import Connection
from tests.telegram.other_telegram import OtherTelegram
from tests.telegram.rig import QUICK, Handled, message
from tests.waiting import until


async def test_a_bot_polls_answers_and_confirms_at_another_server() -> None:
    handled = Handled(answers=True)
    async with OtherTelegram() as other:
        bot = build_bot(other.token, other.url, Bus())
        settings = Settings(_env_file=None)
        connection = Connection(bot, handled.dispatcher, Bus(), settings, backoff=QUICK)
        await other.say(message("waited"))
        await connection.start()

        await other.say(message("new & <shiny>"))
        await until(lambda: len(handled) == 2)
        await connection.stop(5)

    assert {form["text"] for form in other.sent} == {"you said waited", "you said new & <shiny>"}
    assert other.updates == []
