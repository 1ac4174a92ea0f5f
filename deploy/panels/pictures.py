"""Pictures of the dashboards for docs/grafana.md: our own charts of what a Prometheus says.

    python -m deploy.panels.pictures --prometheus http://127.0.0.1:9090 --minutes 30

Grafana itself is not needed, and its pictures look different; the figures are the same.
"""

from __future__ import annotations

import argparse
import asyncio
import sys
import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

from aiohttp import ClientSession, ClientTimeout
from PIL import Image

from bot.analytics.render.sheet import Chart, Column, Sheet, Table, Unit, Value
from bot.analytics.render.sheet_chart import draw
from bot.analytics.render.words import Words
from bot.analytics.reports.period import last_days
from deploy.panels.boards import BOARDS
from deploy.panels.panel import Board, Panel

FOLDER = Path(__file__).parents[2] / "docs" / "images"
POINTS = 60
COLUMNS = 3
SIZE = (540, 405)
# A chart that names more lines can be read by nobody.
LINES = 6
UNITS = {"s": Unit.SECONDS, "percentunit": Unit.SHARE, "bytes": Unit.BYTES, "reqps": Unit.RATIO}


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a panel: values by their moment."""

    name: str
    values: dict[float, float]


@dataclass(frozen=True, kw_only=True, slots=True)
class Server:
    """A Prometheus, asked about the last *minutes* before *now*, the same for every line."""

    session: ClientSession
    url: str
    minutes: int
    now: float

    async def lines(self, panel: Panel) -> list[Line]:
        """What the panel shows, the highest lines first."""
        found = [
            line
            for query in panel.queries
            for line in await self._lines(query.expression, query.legend)
        ]
        known = [line for line in found if line.values]
        return sorted(known, key=lambda line: -max(line.values.values()))[:LINES]

    async def _lines(self, expression: str, legend: str) -> list[Line]:
        params = {
            "query": _filled(expression, self.minutes),
            "start": str(self.now - 60 * self.minutes),
            "end": str(self.now),
            "step": str(60 * self.minutes / POINTS),
        }
        async with self.session.get(f"{self.url}/api/v1/query_range", params=params) as response:
            answer = await response.json()
        if answer["status"] != "success":
            raise SystemExit(f"{answer['error']}: {expression}")
        return [_line(series, legend) for series in answer["data"]["result"]]


def _filled(expression: str, minutes: int) -> str:
    """*expression* with all that Grafana puts into it."""
    for name in ("instance", "handler", "plan", "format"):
        expression = expression.replace(f"${name}", ".*")
    return expression.replace("$__rate_interval", "2m").replace("$__range", f"{minutes}m")


def _line(series: dict[str, Any], legend: str) -> Line:
    name = legend
    for label, value in series["metric"].items():
        name = name.replace(f"{{{{{label}}}}}", value)
    values = {float(at): float(value) for at, value in series["values"] if value != "NaN"}
    return Line(name or "now", values)


def _picture(panel: Panel, lines: list[Line]) -> bytes:
    """The panel as a chart of ours."""
    words = Words(zone=UTC)
    keys = [f"line{number}" for number in range(len(lines))]
    unit = UNITS.get(panel.unit, Unit.RATIO)
    moments = sorted({at for line in lines for at in line.values})
    rows: list[list[Value]] = [
        [datetime.fromtimestamp(at, UTC), *(line.values.get(at) for line in lines)]
        for at in moments
    ]
    columns = [Column(key="at", label="", unit=Unit.MOMENT)]
    columns += [
        Column(key=key, label=line.name, unit=unit) for key, line in zip(keys, lines, strict=True)
    ]
    chart = Chart(kind="lines", block="panel", title=panel.title, x="at", y=keys)
    sheet = Sheet(
        name="panel",
        title=panel.title,
        period=last_days(1, datetime.now(UTC), UTC),
        blocks=[Table(key="panel", title=panel.title, columns=columns, rows=rows)],
        charts=[chart],
        is_synthetic=True,
    )
    return draw(sheet, chart, words, is_dark=False)


def _tiled(pictures: list[bytes]) -> Image.Image:
    """All of them in rows."""
    rows = [pictures[at : at + COLUMNS] for at in range(0, len(pictures), COLUMNS)]
    whole = Image.new("RGB", (SIZE[0] * COLUMNS, SIZE[1] * len(rows)), "white")
    for y, row in enumerate(rows):
        for x, picture in enumerate(row):
            tile = Image.open(BytesIO(picture)).resize(SIZE, Image.Resampling.LANCZOS)
            whole.paste(tile, (x * SIZE[0], y * SIZE[1]))
    return whole


async def _drawn(server: Server, board: Board) -> None:
    """One file for *board*; a panel without data is left out."""
    shown = [(panel, await server.lines(panel)) for panel in board.panels if panel.kind != "stat"]
    pictures = [_picture(panel, lines) for panel, lines in shown if lines]
    file = FOLDER / f"grafana-{board.uid.removeprefix('telegauge-')}.png"
    _tiled(pictures).convert("P", palette=Image.Palette.ADAPTIVE, colors=256).save(
        file, optimize=True
    )
    sys.stdout.write(f"{file.name}: {len(pictures)} of {len(board.panels)} panels\n")


async def main() -> None:
    """One picture for each dashboard."""
    words = argparse.ArgumentParser(description=__doc__)
    words.add_argument("--prometheus", required=True)
    words.add_argument("--minutes", type=int, default=30)
    asked = words.parse_args()
    timeout = ClientTimeout(total=timedelta(seconds=30).total_seconds())
    async with ClientSession(timeout=timeout) as session:
        server = Server(
            session=session, url=asked.prometheus, minutes=asked.minutes, now=time.time()
        )
        for board in BOARDS:
            await _drawn(server, board)


if __name__ == "__main__":
    asyncio.run(main())
