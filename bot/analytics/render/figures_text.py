"""/metrics as Telegram HTML: what comes from outside is escaped."""

from __future__ import annotations

from bot.analytics.render.fit import fitted, quoted
from bot.analytics.render.words import Words
from bot.analytics.reports.figures import Figures, Series, Value

SHOWN_VALUES = 8


def figures(report: Figures, words: Words) -> str:
    """/metrics CATEGORY."""
    note = words.gettext("Since this process started; zeros are not shown.")
    lines = [f"<b>{quoted(report.category)}</b>", f"<i>{note}</i>"]
    for series in report.series:
        lines += _series(series, words)
    if len(lines) == 2:  # noqa: PLR2004  only the two above
        lines.append(words.gettext("Nothing was measured yet."))
    return fitted(lines, words)


def _series(series: Series, words: Words) -> list[str]:
    values = [one for one in series.values if one.count or (one.count is None and one.value)]
    if not values:
        return []
    lines = ["", f"<b>{quoted(series.name)}</b>"]
    lines += [_value(series.name, one, words) for one in values[:SHOWN_VALUES]]
    if len(values) > SHOWN_VALUES:
        lines.append(_more(len(values) - SHOWN_VALUES, words))
    return lines


def _more(hidden: int, words: Words) -> str:
    more = words.ngettext("… and {count} more", "… and {count} more", hidden)
    return more.format(count=words.number(hidden))


def _value(name: str, one: Value, words: Words) -> str:
    labels = " · ".join(quoted(value) for _, value in one.labels)
    shown = f"{labels}: " if labels else ""
    if one.count is None:
        return f"{shown}<b>{_amount(name, one.value or 0, words)}</b>"
    mean = words.ngettext("{count} time, mean {mean}", "{count} times, mean {mean}", one.count)
    return shown + mean.format(
        count=f"<b>{words.number(one.count)}</b>", mean=_amount(name, one.value or 0, words)
    )


def _amount(name: str, value: float, words: Words) -> str:
    """A value in the unit that its series carries in its name."""
    if name.endswith(("_timestamp_seconds", "start_time_seconds")):
        return words.moment_of(value)
    if name.endswith("_seconds"):
        return words.seconds(value)
    return words.size(value) if name.endswith("_bytes") else words.number(value)
