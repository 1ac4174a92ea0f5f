"""Any sheet as plain JSON types: keys, units and raw values, for programs."""

from __future__ import annotations

from dataclasses import asdict
from datetime import UTC, date, datetime
from typing import Any

from bot.analytics.render.sheet import Block, Chart, Figures, Grid, Line, Sheet, Table, Value
from bot.analytics.reports.figure import Unknown
from bot.analytics.reports.period import Period

# Grows when something that stood here is called otherwise, means something else, or is gone.
SCHEMA_VERSION = 1


def payload(sheet: Sheet) -> dict[str, Any]:
    """The whole sheet.  A number that cannot be known is {"value": null, "reason": …}."""
    return {
        "schema_version": SCHEMA_VERSION,
        "name": sheet.name,
        "title": sheet.title,
        "period": _period(sheet.period),
        "is_synthetic": sheet.is_synthetic,
        "notes": list(sheet.notes),
        "blocks": [_block(block) for block in sheet.blocks],
        "charts": [_chart(chart) for chart in sheet.charts],
    }


def _period(period: Period) -> dict[str, Any]:
    return {
        "first_day": period.first_day.isoformat(),
        "last_day": period.last_day.isoformat(),
        "days": period.days,
        "zone": str(period.zone),
        "now": _plain(period.now),
    }


def _block(block: Block) -> dict[str, Any]:
    match block:
        case Figures():
            return _named(block, "figures") | {"lines": [_line(line) for line in block.lines]}
        case Table():
            return _table(block)
        case Grid():
            return _grid(block)


def _named(block: Block, kind: str) -> dict[str, Any]:
    return {"key": block.key, "kind": kind, "title": block.title}


def _line(line: Line) -> dict[str, Any]:
    return {
        "key": line.key,
        "label": line.label,
        "unit": str(line.unit),
        "value": _plain(line.value),
        "before": _plain(line.before),
        "is_partial": line.is_partial,
    }


def _table(table: Table) -> dict[str, Any]:
    keys = [column.key for column in table.columns]
    columns = [
        {"key": column.key, "label": column.label, "unit": str(column.unit)}
        for column in table.columns
    ]
    rows = [dict(zip(keys, map(_plain, row), strict=True)) for row in table.rows]
    total = len(rows) if table.total is None else table.total
    return _named(table, "table") | {
        "columns": columns,
        "rows": rows,
        "total": total,
        "is_last_partial": table.is_last_partial,
    }


def _grid(grid: Grid) -> dict[str, Any]:
    return _named(grid, "grid") | {
        "unit": str(grid.unit),
        "row_title": grid.row_title,
        "rows": list(grid.rows),
        "columns": list(grid.columns),
        "values": [[_plain(value) for value in row] for row in grid.values],
        "head_title": grid.head_title,
        "heads": [_plain(value) for value in grid.heads],
    }


def _chart(chart: Chart) -> dict[str, Any]:
    return asdict(chart) | {
        "y": list(chart.y),
        "bands": [list(band) for band in chart.bands],
        "band_labels": list(chart.band_labels),
        "spans": [
            {name: _plain(value) for name, value in asdict(one).items()} for one in chart.spans
        ],
    }


def _plain(value: Value) -> Any:
    if isinstance(value, Unknown):
        return {"value": None, "reason": value.value}
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    return value.isoformat() if isinstance(value, date) else value
