"""What one check of 50 alert rules takes from the event loop, on a real SQLite file.

The whole bot is built, with the 14 rules of the catalogue and as many own rules (value, rate,
increase and p95, from an alerts.toml) as make 50, an hour of traffic in memory and thousands of
samples in the registry; nothing is sent.  Measured is the CPU time of the event loop's thread
(time.thread_time) from the beginning of the job check_alerts to its end: all that it could keep
others waiting, though in reality it lets them in at every visit to the database.  The threads of
the database and of the registry are not counted: the loop does not wait for them.

    python benchmarks/alert_check.py [--checks 300]
"""

from __future__ import annotations

import argparse
import asyncio
import statistics
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import structlog
import uvloop

from bot.analytics.events import ApiCalled, UpdateHandled
from bot.analytics.recent import Share
from bot.app import App
from bot.config import Settings

TOKEN = "4242:benchmark-benchmark-benchmark"  # noqa: S105  nobody's
RULES = 50
# The bot's own: the catalogue, RulesRefused, EvaluationFailed.
BUILT_IN = 16
MINUTE = timedelta(minutes=1)
START = datetime(2026, 1, 1, tzinfo=UTC)
SHARES = ("updates", "latency", "queries", "calls", "downloads", "attempts", "checkouts")
WAYS = (
    'series = "bot_updates_total"\nread = "rate"\nthreshold = 1e9',
    'series = "bot_api_requests_total"\nread = "increase"\nthreshold = 1e9',
    'series = "bot_update_duration_seconds"\nread = "p95"\nthreshold = 1e3',
    'series = "bot_updates_in_flight"\nthreshold = 0.5',
)


class Clock:
    """A minute later at each check."""

    def __init__(self) -> None:
        self.now = START

    def __call__(self) -> datetime:
        return self.now


def own_rules() -> str:
    """An alerts.toml with the rest of the 50 rules."""
    rules = (
        f'[[rule]]\nname = "Own{n}"\n{WAYS[n % len(WAYS)]}\n' for n in range(RULES - BUILT_IN)
    )
    return "\n".join(rules)


def fill(app: App, at: datetime) -> None:
    """An hour of traffic, and some two thousand series."""
    for name in SHARES:
        for age in range(3600, 0, -15):
            app.core.recent.restore(name, age, Share(1, 100))
    for n in range(100):
        method, handler = f"method{n}", f"handler{n}"
        app.core.metrics(ApiCalled(at=at, method=method, outcome="ok", seconds=0.1))
        app.core.metrics(
            UpdateHandled(
                at=at, update_id=n, kind="message", handler=handler, outcome="handled", seconds=0.1
            )
        )


async def measured(app: App, clock: Clock, checks: int, before: Callable[[int], None]) -> None:
    """Print what *checks* checks took; before each of them the world is made ready."""
    taken = []
    for number in range(checks):
        clock.now += MINUTE
        before(number)
        await asyncio.sleep(0)
        started = time.thread_time()
        await app.alarm.check()
        taken.append((time.thread_time() - started) * 1000)
    median, late = statistics.median(taken), statistics.quantiles(taken, n=20)[-1]
    print(f"median {median:.2f} ms, 95 % below {late:.2f} ms, longest {max(taken):.2f} ms")


async def compare(folder: Path, checks: int) -> None:
    """Quiet checks, and checks in which a quarter of the own rules fires or ends."""
    file, clock = folder / "alerts.toml", Clock()
    file.write_text(own_rules(), encoding="utf-8")
    settings = Settings(
        _env_file=None,
        bot_token=TOKEN,
        admin_ids="1",
        database_url=f"sqlite:///{folder / 'bot.db'}",
        alert_rules_file=file,
    )
    app = App(settings, TOKEN, clock)
    await app.core.start()
    await app.alarm.rulebook.load()
    fill(app, clock.now)
    rules = len(app.alarm.rulebook.rules) + 1
    series = sum(len(one.samples) for one in app.core.metrics.registry.collect())
    print(f"{rules} rules, {series:,} samples in the registry, {checks} checks")
    print("nothing happens:   ", end="")
    await measured(app, clock, checks, lambda _: None)

    def flicker(number: int) -> None:
        # Two checks to fire, two to end.
        app.timer.in_flight = int(number % 4 < 2)  # noqa: PLR2004  half of four

    print("8 fire, 8 end …:   ", end="")
    await measured(app, clock, checks, flicker)
    await app.alarm.stop()
    await app.bot.session.close()
    await app.core.stop()


def main() -> None:
    """Measure once."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--checks", type=int, default=300)
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(40))
    with tempfile.TemporaryDirectory() as folder:
        uvloop.run(compare(Path(folder), parser.parse_args().checks))


if __name__ == "__main__":
    main()
