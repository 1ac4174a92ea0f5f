"""docs/speed.md and its plot, written by benchmarks/audience.py from what it measured."""

from __future__ import annotations

import os
import platform
import sqlite3
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import matplotlib as mpl
from matplotlib.figure import Figure

# Milliseconds that the largest crowd may take.
TARGETS = {
    "MAU": 10,
    "lifecycle": 10,
    "retention": 10,
    "dashboard": 100,
    "dashboard, cached": 2,
    "top people": 50,
    "timeline of the largest group": 100,
}
RATIO, MEGABYTES = 100, 200
FEW = 10  # milliseconds, of which hundredths matter
MARK = "<!-- measured: benchmarks/audience.py writes what follows -->"


@dataclass(frozen=True, slots=True)
class Row:
    """One question of one crowd.  ours, theirs: milliseconds; None: there is no plain SQL"""

    people: int
    question: str
    ours: float
    theirs: float | None = None
    is_equal: bool = True

    @property
    def ratio(self) -> float | None:
        """How many times as long SQL takes."""
        return self.theirs / self.ours if self.theirs else None

    def text(self) -> str:
        """A line to print."""
        line = f"{self.people:>9,} {self.question:30} {self.ours:9.2f} ms"
        if self.theirs is None or self.ratio is None:
            return line
        same = "equal" if self.is_equal else "DIFFERENT"
        return f"{line} {self.theirs:9.0f} ms {self.ratio:7.0f} x  {same}"


def write_page(docs: Path, rows: Sequence[Row], memory: Mapping[int, float]) -> None:
    """Put the figures below the mark in speed.md, and the plot beside the other images."""
    page = docs / "speed.md"
    above = page.read_text(encoding="utf-8").partition(MARK)[0]
    parts = [above + MARK, _machine(), _growth(rows, memory), _against_sql(rows), _misses(rows)]
    page.write_text("\n\n".join(part for part in parts if part) + "\n", encoding="utf-8")
    _draw(docs / "images" / "speed-growth.png", rows)


def _machine() -> str:
    found = ""
    if (info := Path("/proc/cpuinfo")).exists():
        lines = info.read_text(encoding="utf-8").splitlines()
        names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
        found = names[0] if names else ""
    load = os.getloadavg()[0]
    return (
        f"Measured on {os.cpu_count()} cores ({found or platform.machine()}), Python"
        f" {platform.python_version()}, SQLite {sqlite3.sqlite_version}, at a load of {load:.1f}:"
        " what exceeds the cores is other work, which makes every figure larger. Medians in"
        " milliseconds:"
    )


def _growth(rows: Sequence[Row], memory: Mapping[int, float]) -> str:
    sizes = sorted(memory)
    lines = [
        _line("30 days, of", *(f"{size:,}" for size in sizes), "target"),
        _line("---", *["---:"] * (len(sizes) + 1)),
    ]
    for name in dict.fromkeys(row.question for row in rows):
        found = {row.people: _short(row.ours) for row in rows if row.question == name}
        target = f"< {TARGETS[name]}" if name in TARGETS else ""
        lines.append(_line(name, *(found.get(size, "") for size in sizes), target))
    megabytes = (f"{memory[size]:.0f}" for size in sizes)
    return "\n".join([*lines, _line("the process, MB", *megabytes, f"< {MEGABYTES}")])


def _against_sql(rows: Sequence[Row]) -> str:
    lines = [
        "Against `COUNT(DISTINCT)` and self-joins on the same file, the answers compared:\n",
        _line("", "people", "sets", "SQL", "ratio", "answers"),
        _line("---", "---:", "---:", "---:", "---:", "---"),
    ]
    for row in rows:
        if row.theirs is not None and row.ratio is not None:
            same = "equal" if row.is_equal else "**different**"
            sql, ratio = f"{row.theirs:,.0f}", f"{row.ratio:,.0f}"
            lines.append(
                _line(row.question, f"{row.people:,}", _short(row.ours), sql, ratio, same)
            )
    return "\n".join(lines)


def _misses(rows: Sequence[Row]) -> str:
    """What the largest crowd takes too long for."""
    most = max(row.people for row in rows)
    last = [row for row in rows if row.people == most]
    slow = [
        f"{row.question} takes {_short(row.ours)} ms instead of {TARGETS[row.question]}"
        for row in last
        if row.ours >= TARGETS.get(row.question, float("inf"))
    ]
    near = [
        f"{row.question} is {row.ratio:.0f} times as fast as SQL instead of {RATIO}"
        for row in last
        if row.ratio is not None and row.ratio < RATIO
    ]
    missed = "; ".join([*slow, *near])
    return f"With {most:,} people " + (
        f"it misses: {missed}." if missed else "no target is missed."
    )


def _draw(path: Path, rows: Sequence[Row]) -> None:
    with mpl.rc_context({"font.size": 9, "svg.hashsalt": "speed"}):
        figure = Figure(figsize=(8, 4.5), layout="constrained")
        axes = figure.add_subplot()
        for name in dict.fromkeys(row.question for row in rows):
            mine = sorted((row.people, row.ours) for row in rows if row.question == name)
            axes.plot(*zip(*mine, strict=True), marker="o", markersize=3, label=name)
        for name in ("MAU", "lifecycle", "retention"):
            sql = sorted((row.people, row.theirs or 0) for row in rows if row.question == name)
            axes.plot(*zip(*sql, strict=True), linestyle=":", color="grey", label=f"{name}, SQL")
        axes.set(xscale="log", yscale="log", xlabel="people", ylabel="milliseconds")
        axes.grid(visible=True, which="major", alpha=0.3)
        figure.legend(loc="outside right upper", frameon=False, fontsize=8)
        figure.savefig(path, dpi=110, metadata={"Software": None})


def _short(milliseconds: float) -> str:
    return f"{milliseconds:.2f}" if milliseconds < FEW else f"{milliseconds:,.0f}"


def _line(*cells: str) -> str:
    return f"| {' | '.join(cells)} |"
