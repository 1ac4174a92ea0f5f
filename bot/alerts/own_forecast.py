"""What own rules would say of the numbers as they are: a table for the command line.  Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from bot.alerts.own_fields import BuiltinChange, OwnRule
from bot.alerts.own_series import Sample, Track
from bot.alerts.own_shapes import meant, unit_of
from bot.alerts.rules import COMPARED, Rule
from bot.alerts.text import duration

HEAD = ("rule", "reads", "now", "threshold", "would it be bad?")
VALUES = 8  # of a label, in a hint

Page = Mapping[str, Sequence[Sample]]


def forecast(rules: Sequence[OwnRule], pages: Sequence[Page], gap: float) -> list[str]:
    """A table with a line for each rule.  gap: seconds between the pages, where there are two"""
    rows = [HEAD, *(_row(rule, pages, gap) for rule in rules)]
    widths = [max(len(row[place]) for row in rows) for place in range(len(HEAD))]
    return [
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in rows
    ]


def remarks(rules: Sequence[OwnRule], page: Page) -> Iterator[str]:
    """What is worth a second look: values of labels that no child has."""
    for rule in rules:
        samples = page.get(Track(rule).name, ())
        for label, wanted in rule.labels.items():
            there = {sample.labels[label] for sample in samples if label in sample.labels}
            unseen = {wanted} - there if isinstance(wanted, str) else set(wanted) - there
            if unseen:
                seen = ", ".join(sorted(there)[:VALUES])
                others = f"but {seen}" if seen else f"nor with any other {label}"
                said = ", ".join(sorted(unseen))
                yield f"{rule.name}: no {rule.series} with {label} = {said} so far, {others}"


def told_changes(changes: Mapping[str, BuiltinChange], builtin: Sequence[Rule]) -> Iterator[str]:
    """What the file changes about the rules of every bot."""
    rules = {rule.terms.name: rule for rule in builtin}
    for name, change in changes.items():
        rule, terms = rules[name], rules[name].terms
        parts = [] if change.enabled else ["off"]
        if change.severity:
            parts.append(f"severity {terms.severity} → {change.severity}")
        if change.threshold is not None:
            parts.append(f"threshold {getattr(rule, 'threshold', '?')} → {change.threshold:g}")
        times = {"for": change.pending, "throttle": change.throttle, "repeat": change.repeat}
        parts += [f"{what} {duration(s)}" for what, s in times.items() if s is not None]
        yield f"{name}: {', '.join(parts) or 'as it was'}"


def _row(rule: OwnRule, pages: Sequence[Page], gap: float) -> tuple[str, ...]:
    threshold = f"{rule.comparison} {_figure(rule.threshold, rule)}"
    if rule.read != "value" and len(pages) == 1:
        return rule.name, meant(rule), "?", threshold, "needs two readings, some seconds apart"
    value = _value(rule, pages, gap)
    if value is None:
        said = f"unknown: no_data = {rule.no_data}"
        return rule.name, meant(rule), "no data", threshold, said
    now = _figure(value, rule)
    if rule.read != "value":
        now = f"{now} in {gap:.3g} s"
    return rule.name, meant(rule), now, threshold, _verdict(rule, value, gap)


def _value(rule: OwnRule, pages: Sequence[Page], gap: float) -> float | None:
    """The figure over the time between the pages, as if that were the window."""
    track = Track(rule.model_copy(update={"window": gap, "at_least": 1}))
    for place, page in enumerate(pages[-1:] if rule.read == "value" else pages):
        seen = track.see(place * gap, page.get(track.name, ()))
    return seen.value


def _verdict(rule: OwnRule, value: float, gap: float) -> str:
    is_bad = COMPARED[rule.comparison](value, rule.threshold)
    if rule.read == "increase" and not (is_bad and rule.is_high_bad):
        return f"unknown: {gap:.3g} s of {duration(rule.span)} were seen"
    return "yes" if is_bad else "no"


def _figure(value: float, rule: OwnRule) -> str:
    return f"{value:,.6g} {unit_of(rule)}".rstrip()
