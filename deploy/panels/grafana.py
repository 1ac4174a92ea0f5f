"""A dashboard of ours in Grafana's own words, by Grafana's own library."""

from __future__ import annotations

import json
from collections.abc import Sequence
from string import ascii_uppercase
from typing import Any

from grafana_foundation_sdk.builders import (
    common,
    dashboard,
    prometheus,
    stat,
    timeseries,
)
from grafana_foundation_sdk.cog.encoder import JSONEncoder
from grafana_foundation_sdk.models.common import (
    BigValueColorMode,
    BigValueGraphMode,
    GraphDrawStyle,
    GraphThresholdsStyleMode,
    LegendDisplayMode,
    LegendPlacement,
    SortOrder,
    StackingMode,
    TooltipDisplayMode,
    VisibilityMode,
)
from grafana_foundation_sdk.models.dashboard import (
    DashboardCursorSync,
    DashboardLinkType,
    DataSourceRef,
    Threshold,
    ThresholdsMode,
    VariableHide,
    VariableRefresh,
    VariableSort,
)

from deploy.panels.panel import Board, Limit, Panel, Variable
from deploy.panels.promql import PREFIX

SOURCE = DataSourceRef(type_val="prometheus", uid="$source")
TAG = "telegauge"
FIRED_SERIES = f"{PREFIX}alerts_fired_total"
# Most rules fire once in a process's life, and a counter's first event is no increase.
FIRED = (
    f"sum by (rule, severity) (increase({FIRED_SERIES}[$__rate_interval]) > 0"
    f" or ({FIRED_SERIES} unless {FIRED_SERIES} offset $__rate_interval))"
)

# What a mark says.  The data source reads it; Grafana's library does not know it.
SAID = {"titleFormat": "{{rule}}", "tagKeys": "severity"}


def text(board: Board) -> str:
    """The JSON that Grafana provisions; the same for the same board."""
    written = json.loads(JSONEncoder().encode(_dashboard(board).build()))
    for mark in written["annotations"]["list"]:
        mark.update(SAID)
    return json.dumps(written, sort_keys=True, indent=2, ensure_ascii=False) + "\n"


def _dashboard(board: Board) -> dashboard.Dashboard:
    built = (
        dashboard.Dashboard(board.title)
        .uid(board.uid)
        .description(board.description)
        .tags([TAG])
        .timezone("browser")
        .tooltip(DashboardCursorSync.CROSSHAIR)
        .time("now-24h", "now")
        .refresh("1m")
        .readonly()
        .link(_links())
        .annotation(_alerts())
        .with_variable(_source())
    )
    for variable in board.variables:
        built = built.with_variable(_variable(variable))
    for row in board.rows:
        built = built.with_row(dashboard.Row(row.title))
        for panel in row.panels:
            built = built.with_panel(_panel(panel))
    return built


def _links() -> dashboard.DashboardLink:
    """The others, at the top of each, with the time and what was chosen."""
    return (
        dashboard.DashboardLink("Telegauge")
        .type(DashboardLinkType.DASHBOARDS)
        .tags([TAG])
        .as_dropdown(as_dropdown=False)
        .keep_time(keep_time=True)
        .include_vars(include_vars=True)
    )


def _alerts() -> dashboard.AnnotationQuery:
    """A mark where an alert of the bot's own fired."""
    return (
        dashboard.AnnotationQuery()
        .name("Alerts of the bot")
        .datasource(SOURCE)
        .enable(enable=True)
        .icon_color("red")
        .expr(FIRED)
    )


def _source() -> dashboard.DatasourceVariable:
    return dashboard.DatasourceVariable("source").label("Prometheus").type("prometheus")


def _variable(variable: Variable) -> dashboard.QueryVariable:
    series = f"{PREFIX}{variable.series}"
    return (
        dashboard.QueryVariable(variable.name)
        .datasource(SOURCE)
        .query(f"label_values({series}, {variable.label})")
        .refresh(VariableRefresh.ON_TIME_RANGE_CHANGED)
        .sort(VariableSort.ALPHABETICAL_ASC)
        .multi(multi=True)
        .include_all(include_all=True)
        .all_value(".*")
        .hide(VariableHide.DONT_HIDE)
    )


def _panel(panel: Panel) -> Any:
    built = _figure() if panel.kind == "stat" else _lines(panel)
    built = (
        built.title(panel.title)
        .description(panel.description)
        .datasource(SOURCE)
        .unit(panel.unit)
        .span(panel.width)
        .height(panel.height)
        .thresholds(_thresholds(panel.limits, is_low_bad=panel.is_low_bad))
    )
    if panel.kind == "stat" and "increase(" in panel.queries[0].expression:
        built = _whole(built, panel.unit)
    for letter, query in zip(ascii_uppercase, panel.queries, strict=False):
        target = prometheus.Dataquery().expr(query.expression).ref_id(letter)
        # What is counted over all the time that is shown is one figure, not a course.
        target = target.instant() if "$__range" in query.expression else target.range()
        built = built.with_target(target.legend_format(query.legend or "__auto"))
    return built


def _whole(built: Any, unit: str) -> Any:
    """Without decimals where it counts things: Prometheus extrapolates 3 to 3.07."""
    return built.decimals(0) if unit == "short" else built


def _figure() -> stat.Panel:
    return (
        stat.Panel()
        .color_mode(BigValueColorMode.VALUE)
        .graph_mode(BigValueGraphMode.AREA)
        .reduce_options(common.ReduceDataOptions().calcs(["lastNotNull"]))
    )


def _lines(panel: Panel) -> timeseries.Panel:
    legend = (
        common.VizLegendOptions()
        .show_legend(show_legend=True)
        .display_mode(LegendDisplayMode.LIST)
        .placement(LegendPlacement.BOTTOM)
    )
    built = (
        timeseries.Panel()
        .min(0)
        .legend(legend)
        .tooltip(
            common.VizTooltipOptions().mode(TooltipDisplayMode.MULTI).sort(SortOrder.DESCENDING)
        )
        .show_points(VisibilityMode.NEVER)
        .fill_opacity(10)
    )
    if panel.limits:
        style = common.GraphThresholdsStyleConfig().mode(GraphThresholdsStyleMode.DASHED)
        built = built.thresholds_style(style)
    if panel.kind == "stacked":
        built = built.stacking(common.StackingConfig().mode(StackingMode.NORMAL)).fill_opacity(50)
    if panel.kind == "bars":
        built = built.draw_style(GraphDrawStyle.BARS).fill_opacity(60)
    return built


def _thresholds(limits: Sequence[Limit], *, is_low_bad: bool) -> dashboard.ThresholdsConfig:
    lowest = Threshold(value=None, color="red" if is_low_bad else "green")
    steps = [lowest, *(Threshold(value=limit.value, color=limit.color) for limit in limits)]
    return dashboard.ThresholdsConfig().mode(ThresholdsMode.ABSOLUTE).steps(steps)
