"""Where a process begins: signals first, because what is imported next takes seconds."""

from __future__ import annotations

import os
import signal

SIGNALS = (signal.SIGTERM, signal.SIGINT)
# What shells say of a process that ended by a signal.
BY_SIGNAL = 128


def main() -> None:
    """Entry point of `telegauge`.  An unusable setting is one line and exit code 2.

    Before and after the bot runs, SIGTERM and SIGINT end the process at once and without a word.
    """
    for number in SIGNALS:
        signal.signal(number, _leave)
    from bot.cli import obey  # noqa: PLC0415  whoever stops us meanwhile wants no traceback

    obey()


def _leave(number: int, _frame: object) -> None:
    # Not the system's own way: it ignores signals of a container's first process.
    os._exit(BY_SIGNAL + number)


if __name__ == "__main__":
    main()
