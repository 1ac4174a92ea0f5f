"""What a real Alertmanager sends to a receiver, and what we send: the same form."""

from __future__ import annotations

import asyncio
import json
import re
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from aiohttp import ClientConnectionError, ClientSession

from bot.alerts.states import Alert
from bot.alerts.terms import Terms
from bot.alerts.webhook import NEVER, alert_json, payload
from tests.ports import free_port
from tests.receiver import Receiver, receiving
from tests.waiting import until, until_true

TERMS = Terms(
    name="HighErrorRate",
    severity="critical",
    first_aid="Look at /errors.",
    labels={"feature": "downloads", "place": "Zürich"},
)
BEGAN = datetime(2026, 3, 1, 12, tzinfo=UTC)
ALERT = Alert(
    id=1,
    rule="HighErrorRate",
    severity="critical",
    fired_at=BEGAN,
    value=50.0,
    threshold=5.0,
    unit="%",
    bad=100,
    total=200,
    details="updates that ended in an error",
)
MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?Z")
# What must be equal, and not of the same form only.
SAME = ("version", "status", "groupKey", "groupLabels", "commonLabels", "commonAnnotations")
ALIKE = ("status", "labels", "annotations", "fingerprint")
CONFIG = """
route: {{receiver: team, group_by: [alertname], group_wait: 1ms, group_interval: 1s}}
receivers:
  - name: team
    webhook_configs: [{{url: "{url}", send_resolved: true}}]
"""


@asynccontextmanager
async def alertmanager(folder: Path, url: str) -> AsyncIterator[str]:
    """Debian's Alertmanager on loopback, alone; its address."""
    config, here = folder / "alertmanager.yml", f"127.0.0.1:{free_port()}"
    config.write_text(CONFIG.format(url=url), encoding="utf-8")
    process = await asyncio.create_subprocess_exec(
        "prometheus-alertmanager",
        f"--config.file={config}",
        f"--storage.path={folder}",
        f"--web.listen-address={here}",
        "--cluster.listen-address=",
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.DEVNULL,
    )
    try:
        await until_true(lambda: is_ready(f"http://{here}"))
        yield f"http://{here}"
    finally:
        process.terminate()
        await process.wait()


async def is_ready(address: str) -> bool:
    try:
        async with ClientSession() as session, session.get(f"{address}/-/ready") as response:
            return response.status == 200
    except ClientConnectionError:
        return False


async def post_alert(address: str, alert: dict[str, Any]) -> None:
    async with (
        ClientSession() as session,
        session.post(f"{address}/api/v2/alerts", json=[alert]) as response,
    ):
        assert response.status == 200, await response.text()


async def theirs(folder: Path, ours: dict[str, Any], receiver: Receiver) -> list[Any]:
    """What an Alertmanager sends of the alert in our payload, and then of its end."""
    now = datetime.now(UTC)
    alert = {name: ours["alerts"][0][name] for name in ("labels", "annotations")}
    alert["startsAt"] = (now - timedelta(minutes=2)).isoformat()
    async with alertmanager(folder, receiver.url) as address:
        await post_alert(address, alert)
        await until(lambda: receiver.calls)
        await post_alert(address, alert | {"endsAt": now.isoformat()})
        await until(lambda: len(receiver.calls) > 1)
    return [call.json for call in receiver.calls]


def ours(ends_at: datetime | None) -> dict[str, Any]:
    alert = replace(ALERT, resolved_at=ends_at)
    part = alert_json(alert, TERMS, ends_at, "https://example.org/alerts")
    decoded: dict[str, Any] = json.loads(payload([part]))
    return decoded


def form(value: Any) -> Any:
    """*value* with its types only, and what stands for a moment."""
    if isinstance(value, dict):
        return {key: form(one) for key, one in value.items()}
    if isinstance(value, list):
        return [form(one) for one in value]
    if isinstance(value, str) and value != NEVER and MOMENT.fullmatch(value):
        return "a moment"
    return type(value).__name__


@pytest.mark.skipif(
    not shutil.which("prometheus-alertmanager"), reason="prometheus-alertmanager is not installed"
)
async def test_a_receiver_that_knows_alertmanager_knows_us(tmp_path: Path) -> None:
    fired, resolved = ours(None), ours(BEGAN + timedelta(minutes=5))

    async with receiving() as receiver:
        both = await theirs(tmp_path, fired, receiver)

    for mine, real in zip((fired, resolved), both, strict=True):
        assert form(mine) == form(real)
        assert {name: mine[name] for name in SAME} == {name: real[name] for name in SAME}
        one, other = mine["alerts"][0], real["alerts"][0]
        assert {name: one[name] for name in ALIKE} == {name: other[name] for name in ALIKE}
    for two in (both, [fired, resolved]):
        assert [one["alerts"][0]["endsAt"] == NEVER for one in two] == [True, False]

    call = receiver.calls[0]
    assert (call.method, call.headers["Content-Type"]) == ("POST", "application/json")
