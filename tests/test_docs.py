"""Documentation that cannot rot: its tables are held to the code."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from msgspec.structs import fields

from bot.analytics import events, features, operations
from bot.analytics.events import Event
from bot.analytics.metrics import ALL as SERIES
from bot.analytics.people import TRACES
from bot.analytics.rows import KEPT
from bot.database.feature_tables import all_tables
from tests.house import ROOT
from tests.housemap import GUIDE, LIST, files

NOTHING = "none"
GUIDES = sorted([*(ROOT / "docs").glob("*.md"), *ROOT.glob("*.md")])
FACTS = {
    one.__name__: one
    for module in (events, operations, *features.FEATURES)
    for one in vars(module).values()
    if isinstance(one, type) and issubclass(one, Event) and one is not Event
}


def table(name: str, part: str = "") -> dict[str, list[str]]:
    """The rows of docs/*name*, below the heading *part*, by the `name` they begin with."""
    text = (ROOT / "docs" / name).read_text(encoding="utf-8")
    if part:
        text = text.partition(f"\n## {part}\n")[2].partition("\n## ")[0]
    rows = [
        [cell.strip() for cell in line.strip("|").split("|")]
        for line in text.splitlines()
        if line.startswith("| `")
    ]
    assert len({row[0] for row in rows}) == len(rows), "a name stands there twice"
    return {row[0].strip("`"): row[1:] for row in rows}


def listed(names: list[str]) -> str:
    return ", ".join(names) or NOTHING


def test_every_fact_is_documented_and_nothing_else() -> None:
    assert sorted(table("events.md")) == sorted(FACTS)


@pytest.mark.parametrize("name", FACTS)
def test_a_fact_is_documented_with_its_fields(name: str) -> None:
    documented, stored, meaning = table("events.md")[name]

    own = [field.name for field in fields(FACTS[name]) if field.name != "at"]
    assert documented == listed(own)
    assert stored == ("yes" if FACTS[name] in KEPT else "no")
    assert len(meaning) > 10


@pytest.mark.parametrize("category", ["performance", "business", "engagement", "system"])
def test_every_series_is_documented_below_its_category(category: str) -> None:
    ours = {
        f"bot_{one.name}": [one.kind, listed(list(one.labels)), one.help]
        for one in SERIES
        if one.category == category
    }

    assert table("metrics.md", category) == ours


def test_the_questions_of_the_metrics_guide_are_about_real_series() -> None:
    text = (ROOT / "docs" / "metrics.md").read_text(encoding="utf-8")
    asked = set(re.findall(r"\bbot_\w+", text.partition("## Questions")[2]))

    assert asked
    assert {name.removesuffix("_bucket") for name in asked} <= {f"bot_{s.name}" for s in SERIES}


def test_every_table_is_in_the_privacy_guide_with_what_forgetting_does() -> None:
    documented = {name: row[-1] for name, row in table("privacy.md").items()}

    assert documented == {name: _forgetting(name) for name in all_tables.tables}


def _forgetting(name: str) -> str:
    traces = [trace for trace in TRACES if trace.table.name == name]
    emptied = dict.fromkeys(column.name for trace in traces for column in trace.erased)
    if emptied:
        return f"emptied: {', '.join(emptied)}"
    return "rows deleted" if traces else "stays"


@pytest.mark.parametrize("guide", GUIDES, ids=lambda path: path.name)
def test_files_that_a_guide_names_exist(guide: Path) -> None:
    text = guide.read_text(encoding="utf-8")
    named = re.findall(r"`((?:bot|tests|docs|migrations|benchmarks)/[\w./-]+)`", text)
    linked = re.findall(r"\]\(((?!https?:|#)[^)#\s]+)", text)

    assert [name for name in named if not (ROOT / name).exists()] == []
    assert [name for name in linked if not (guide.parent / name).exists()] == []


def test_the_changelog_is_kept_in_the_known_form() -> None:
    text = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")

    headings = re.findall(r"^## (.+)$", text, re.MULTILINE)
    kinds = set(re.findall(r"^### (.+)$", text, re.MULTILINE))
    assert headings[0] == "[Unreleased]"
    assert kinds <= {"Added", "Changed", "Deprecated", "Removed", "Fixed", "Security"}


def test_the_architecture_guide_has_a_line_for_every_file() -> None:
    (listed_files,) = LIST.findall(GUIDE.read_text(encoding="utf-8"))

    assert listed_files == files(), "run .venv/bin/python -m tests.housemap"
