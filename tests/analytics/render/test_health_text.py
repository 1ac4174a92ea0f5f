"""/health: a light for each check."""

from __future__ import annotations

from bot.analytics.health import Check, Health
from bot.analytics.render import health_text
from bot.analytics.render.words import Words
from tests.analytics.moments import NOON

CHECKS = (
    Check(name="disk", status="warn", value=1234.56789, unit="bytes", output="<full>"),
    Check(name="own_check", status="pass"),
)


def shown(*, is_ready: bool) -> list[str]:
    health = Health(
        status="warn",
        checks=CHECKS,
        version="1.2",
        uptime_seconds=3_660,
        is_ready=is_ready,
        at=NOON,
    )
    return health_text.health(health, Words()).splitlines()


def test_the_first_line_is_the_whole_and_each_check_has_one() -> None:
    assert shown(is_ready=True) == [
        "🟡 <b>Something needs a look</b> · ready · up 1 hr 1 min · 1.2",
        "",
        "🟡 Free on the disk: 1.2 kB · &lt;full&gt;",
        "🟢 own check",
        "",
        "<i>1 Jan 2026 12:00:00</i>",
    ]


def test_a_process_that_takes_no_updates_says_so() -> None:
    assert "not ready" in shown(is_ready=False)[0]
