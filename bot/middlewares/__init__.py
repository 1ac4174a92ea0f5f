"""What happens to every update before and after its handler."""

from __future__ import annotations

from aiogram import Dispatcher

from bot.middlewares.activity import Activity
from bot.middlewares.errors import Errors
from bot.middlewares.language import Language
from bot.middlewares.throttle import Throttle
from bot.middlewares.timer import HandlerName, UpdateTimer


def install(  # noqa: PLR0913, PLR0917  one argument a middleware, in their order
    dp: Dispatcher,
    timer: UpdateTimer,
    activity: Activity,
    language: Language,
    throttle: Throttle,
    errors: Errors,
) -> None:
    """Wrap *dp*.  Order is meaning: the first is the outermost."""
    dp.update.outer_middleware(timer)  # must see every outcome below
    dp.update.outer_middleware(activity)  # who is throttled was active all the same
    dp.update.outer_middleware(language)  # throttle and errors speak to people
    dp.update.outer_middleware(throttle)
    dp.update.outer_middleware(errors)  # next to the handler: what it catches, the timer counts
    handler_name = HandlerName()  # inner: only here is the handler known
    for kind, observer in dp.observers.items():
        if kind not in {"update", "error"}:
            observer.middleware(handler_name)
    dp.callback_query.middleware(activity.button)
