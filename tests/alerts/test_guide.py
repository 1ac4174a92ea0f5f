"""docs/alerts.md says of each rule what the catalogue says, and what the simulation found."""

from __future__ import annotations

import re
from typing import Any

import pytest

from benchmarks import alerts as simulation
from bot.alerts.catalogue import build_rules
from bot.alerts.evaluation import OWN
from bot.alerts.rulebook import REFUSED
from bot.alerts.rules import Count, Ratio, Rule
from bot.alerts.snapshot import LOOKS, USUAL
from bot.alerts.terms import Terms
from bot.alerts.text import duration
from bot.config import Settings
from tests.house import ROOT

GUIDE = (ROOT / "docs" / "alerts.md").read_text(encoding="utf-8")
RULES = {one.terms.name: one for one in build_rules(Settings(_env_file=None))}
TERMS = {name: rule.terms for name, rule in RULES.items()} | {
    one.name: one for one in (OWN, REFUSED)
}
ROWS = {
    cells[0]: cells[1:]
    for cells in (
        [cell.strip() for cell in line.strip("|").split("|")]
        for line in GUIDE.splitlines()
        if line.startswith("| [`")
    )
}
# Its setting is part of what is counted, not the threshold.
LATENCY = "HighLatency"


def windows(rule: Rule) -> str:
    if not isinstance(rule, Ratio | Count):
        return "now"
    look = LOOKS.get(rule.share, USUAL)
    both = (look.short, look.long) if isinstance(rule, Ratio) else (look.short,)
    return ", ".join(duration(one) for one in both)


def limit(rule: Rule) -> tuple[float, str]:
    """The threshold and its unit."""
    unit = "%" if isinstance(rule, Ratio) else rule.unit  # type: ignore[attr-defined]  # shapes
    return rule.threshold, unit  # type: ignore[attr-defined]  # every shape has one


def row(rule: Rule) -> list[str]:
    terms, (threshold, unit) = rule.terms, limit(rule)
    throttle = duration(terms.throttle_seconds) if terms.throttle_seconds else "none"
    what = rule.what  # type: ignore[attr-defined]  # every shape has one
    feature = terms.labels.get("feature", "")
    return [terms.severity, what, f"{threshold:g} {unit}", windows(rule), throttle, feature]


def test_every_rule_is_in_the_table_and_nothing_else() -> None:
    assert sorted(ROWS) == sorted(f"[`{name}`](#{name.lower()})" for name in RULES)


@pytest.mark.parametrize("name", RULES)
def test_a_rule_is_documented_as_it_is(name: str) -> None:
    cells = ROWS[f"[`{name}`](#{name.lower()})"]

    assert [*cells[:3], *cells[4:]] == row(RULES[name])


def changed(setting: str) -> set[str]:
    """The rules that another value of *setting* changes."""
    name = setting.lower()
    values: dict[str, Any] = {name: 777 if name == "alert_poll_age_threshold" else 77}
    built = build_rules(Settings(_env_file=None, **values))
    others = {one.terms.name: one for one in built}
    return {one for one, rule in RULES.items() if rule != others[one]}


@pytest.mark.parametrize("name", RULES)
def test_the_setting_of_a_rule_is_the_one_that_changes_it(name: str) -> None:
    setting = ROWS[f"[`{name}`](#{name.lower()})"][3].strip("`")

    if setting != "none":
        assert changed(setting) == {name}


def test_every_threshold_there_is_belongs_to_a_rule() -> None:
    ours = {name for name in Settings.model_fields if re.fullmatch(r"alert_.*_threshold", name)}

    assert {cells[3].strip("`").lower() for cells in ROWS.values()} - {"none"} == ours


def section(terms: Terms) -> str:
    return GUIDE.partition(f"\n### {terms.name}\n")[2].partition("\n##")[0]


@pytest.mark.parametrize("name", TERMS)
def test_each_rule_has_a_section_that_says_what_to_do_first(name: str) -> None:
    text = section(TERMS[name])

    assert f"First: {TERMS[name].first_aid}" in text.splitlines()
    assert text.strip().partition("\n")[0] != ""


def table() -> list[str]:
    return GUIDE.partition(simulation.BEGIN)[2].partition(simulation.END)[0].splitlines()


def test_the_simulated_table_is_whole() -> None:
    lines = table()

    assert lines[:2] == simulation.head()
    assert [line.split(" | ")[:2] for line in lines[2:]] == [
        [f"| {rate:,}", name] for rate in simulation.RATES for name in simulation.policies()
    ]


def test_the_table_is_what_the_simulation_finds() -> None:
    (rate, *_), total = simulation.RATES, simulation.OUTAGES[-1]

    found = simulation.caught(rate, total)

    cells = [simulation.cell(*found[name]) for name in simulation.policies()]
    rows = [line for line in table()[2:] if line.startswith(f"| {rate} |")]
    assert [one.strip("| ").split(" | ")[-1] for one in rows] == cells
