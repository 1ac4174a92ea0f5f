"""A real Prometheus with our own files beside a busy bot: every figure moves, every panel and rule
gets its answer.

One story for all of it, because it takes half a minute to be told.
"""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path
from typing import Any

import yaml

from bot.sandbox.server import Sandbox
from deploy.panels.boards import BOARDS
from deploy.panels.grafana import FIRED
from tests.busy import busy, use_everything
from tests.deploy.test_prometheus import FOLDER, RULES, rules
from tests.driver import Driver
from tests.prometheus import Config, asked, needs_prometheus, prometheus, samples
from tests.waiting import until_true
from tests.watched import still, watched

TOKEN = "a-token-for-one-test"
# What Grafana puts in place of its variables.
FILLED = {
    "$__rate_interval": "1m",
    "$__interval": "1m",
    "$__range": "5m",
    **{f"${name}": ".*" for name in ("instance", "handler", "plan", "format")},
}
# What does not happen in the story, so that there is nothing to show; and the first payment of
# all, because a counter that begins with it has not risen.
QUIET = {
    "Checkouts that were paid",
    "Errors by category",
    "Facts given up, updates set aside",
    "Heartbeats",
    "Notices to the admins",
    "Who signed in, and who tried",
    "Who watched and is gone",
    "People slowed down, and the bot",
    "yt-dlp",
}


def config(folder: Path, target: str) -> Config:
    """deploy/prometheus as it is, but for where the bot and the files are, and in a hurry."""
    found: Config = yaml.safe_load((FOLDER / "prometheus.yml").read_text(encoding="utf-8"))
    found["global"] = {
        "scrape_interval": "1s",
        "scrape_timeout": "1s",
        "evaluation_interval": "1s",
    }
    found["rule_files"] = [str(FOLDER / name) for name in RULES]
    job = found["scrape_configs"][0]
    del job["dns_sd_configs"]
    job["static_configs"] = [{"targets": [target]}]
    secret = folder / "metrics_token"
    secret.write_text(TOKEN, encoding="utf-8")
    job["authorization"]["credentials_file"] = str(secret)
    found["scrape_configs"] = [job]
    return found


def filled(expression: str) -> str:
    """*expression* as Grafana sends it."""
    for name, value in FILLED.items():
        expression = expression.replace(name, value)
    return expression


async def without_data(server: str) -> set[str]:
    """The panels that would be empty."""
    return {
        panel.title
        for board in BOARDS
        for panel in board.panels
        for query in panel.queries
        if not await samples(server, filled(query.expression))
    }


async def evaluated(server: str) -> list[dict[str, Any]]:
    """Every rule, as Prometheus sees it."""
    groups = (await asked(server, "rules"))["groups"]
    return [rule for group in groups for rule in group["rules"]]


@needs_prometheus
async def test_every_figure_moves_and_every_panel_and_every_rule_has_its_answer(
    sandbox: Sandbox, driver: Driver, tmp_path: Path
) -> None:
    async with (
        busy(sandbox, tmp_path, metrics_token=TOKEN) as app,
        watched(app) as figures,
        prometheus(tmp_path, config(tmp_path, f"127.0.0.1:{app.site.port}")) as server,
    ):

        async def has_come() -> bool:
            return bool(await samples(server, "count_over_time(up[1m]) >= 3"))

        await until_true(has_come, patience=60)
        await use_everything(app, sandbox, driver)

        async def is_complete() -> bool:
            return not still(figures) and await without_data(server) <= QUIET

        with suppress(TimeoutError):  # what is missing says more
            await until_true(is_complete, patience=20)
        empty = await without_data(server)
        await samples(server, filled(FIRED))
        found = await evaluated(server)
        recorded = [await samples(server, rule["record"]) for rule in rules("recording.yml")]

    assert still(figures) == []
    assert empty <= QUIET
    assert {rule["health"] for rule in found} == {"ok"}
    assert len(found) == sum(len(rules(name)) for name in RULES)
    assert all(recorded)
    assert [rule["name"] for rule in found if rule.get("state") == "firing"] == []
