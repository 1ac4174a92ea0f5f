"""Expressions over our own series: a name or a label that does not exist is refused here."""

from __future__ import annotations

import difflib
from collections.abc import Sequence

from bot.analytics.metrics import ALL
from bot.analytics.series import Series

SERIES: dict[str, Series] = {one.name: one for one in ALL}
PREFIX = "bot_"
# Grafana's own: at least four scrapes, however far one zooms in.
WINDOW = "$__rate_interval"
# Prometheus calls the group of targets "job", so it moves our label of that name aside.
TAKEN = {"job": "exported_job"}


class UnknownSeriesError(Exception):
    """An expression names what the bot does not have."""


def gauge(name: str, *, by: Sequence[str] = (), how: str = "sum", **where: str) -> str:
    """A figure as it stands, over all instances chosen."""
    series = _known(name, (*by, *where), "gauge")
    return f"{how}{_by(by)} ({_selector(series.name, where)})"


def rate(name: str, *, by: Sequence[str] = (), **where: str) -> str:
    """How often a second."""
    return _counted("rate", name, by, WINDOW, where)


def increase(name: str, *, by: Sequence[str] = (), over: str = "$__range", **where: str) -> str:
    """How often in the time that is shown, or in *over*."""
    return _counted("increase", name, by, over, where)


def quantile(share: float, name: str, *, by: Sequence[str] = (), **where: str) -> str:
    """What *share* of the observations stay below."""
    series = _known(name, (*by, *where), "histogram")
    buckets = f"rate({_selector(f'{series.name}_bucket', where)}[{WINDOW}])"
    return f"histogram_quantile({share:g}, sum{_by(('le', *by))} ({buckets}))"


def slowest(name: str, label: str, **where: str) -> str:
    """The ten children with the highest 95th percentile."""
    return f"topk(10, {quantile(0.95, name, by=[label], **where)})"


def since(name: str, *, by: Sequence[str] = ()) -> str:
    """Seconds since the moment that a gauge holds."""
    return f"time() - {gauge(name, by=by, how='max')}"


def count(name: str, *, by: Sequence[str] = (), **where: str) -> str:
    """How many observations a second."""
    return _observed("count", name, by, where)


def mean(name: str, *, by: Sequence[str] = (), **where: str) -> str:
    """The mean of the observations."""
    total = _observed("sum", name, by, where)
    return f"{total} / {_observed('count', name, by, where)}"


def share(part: str, whole: str) -> str:
    """*part* of *whole*, 0 to 1; nothing while there is nothing to divide by."""
    return f"{part} / ({whole} > 0)"


def or_zero(expression: str) -> str:
    """0 where nothing was counted yet: a counter with labels begins with its first event."""
    return f"({expression}) or vector(0)"


def _observed(kind: str, name: str, by: Sequence[str], where: dict[str, str]) -> str:
    series = _known(name, (*by, *where), "histogram")
    return f"sum{_by(by)} (rate({_selector(f'{series.name}_{kind}', where)}[{WINDOW}]))"


def _counted(how: str, name: str, by: Sequence[str], over: str, where: dict[str, str]) -> str:
    series = _known(name, (*by, *where), "counter")
    return f"sum{_by(by)} ({how}({_selector(series.name, where)}[{over}]))"


def _known(name: str, labels: Sequence[str], kind: str) -> Series:
    series = SERIES.get(name)
    if series is None:
        near = difflib.get_close_matches(name, SERIES, 1)
        hint = f"; is it {near[0]}?" if near else ""
        raise UnknownSeriesError(f"no series {name}{hint}")
    if series.kind != kind:
        raise UnknownSeriesError(f"{name} is a {series.kind}, no {kind}")
    if strange := set(labels) - {*series.labels, "instance"}:
        raise UnknownSeriesError(f"{name} has no label {', '.join(sorted(strange))}")
    return series


def _by(labels: Sequence[str]) -> str:
    return f" by ({', '.join(TAKEN.get(one, one) for one in labels)})" if labels else ""


def _selector(name: str, where: dict[str, str]) -> str:
    """A value that begins with $ is a variable of the dashboard; with !, all but these: a|b."""
    parts = ['instance=~"$instance"']
    for label, value in where.items():
        sign = "!" if value.startswith("!") else "="
        sign += "~" if value.startswith("$") or "|" in value else "=" if sign == "!" else ""
        parts.append(f'{TAKEN.get(label, label)}{sign}"{value.removeprefix("!")}"')
    return f"{PREFIX}{name}{{{','.join(parts)}}}"
