"""Rules that read what a test turns their dial to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from bot.alerts.snapshot import Snapshot
from bot.alerts.terms import MINUTE, Reading, Terms

# value, is_bad, is_good; "missing" cannot be known, and "broken" cannot even be asked.
SEEN: Mapping[str, tuple[float | None, bool, bool]] = {
    "bad": (9.0, True, False),
    "good": (1.0, False, True),
    "unclear": (4.5, False, False),
    "missing": (None, False, False),
}


@dataclass(frozen=True, kw_only=True)
class Dial:
    """dials: what each rule sees, by its name, good unless it says something else."""

    terms: Terms
    dials: Mapping[str, str]

    def evaluate(self, snapshot: Snapshot) -> Reading:
        turned = self.dials.get(self.terms.name, "good")
        if turned == "broken":
            raise ValueError("a mistake in a rule")
        value, is_bad, is_good = SEEN[turned]
        return Reading(
            value=value,
            threshold=5.0,
            unit="things",
            details=f"seen by {self.terms.name}, {self.dials.get('number', '')}",
            is_bad=is_bad,
            is_good=is_good,
        )


ROOT = Terms(name="DatabaseIssues", severity="critical", pending_checks=1)
LEAF = Terms(
    name="Leaf",
    causes=frozenset({"DatabaseIssues"}),
    throttle_seconds=5 * MINUTE,
    first_aid="Look.",
)
BLIND = Terms(
    name="Blind",
    severity="critical",
    pending_checks=1,
    fires_without_data=True,
    repeat_seconds=10 * MINUTE,
    labels={"feature": "downloads"},
)
QUICK = Terms(name="Quick", pending_checks=1, good_checks=1, repeat_seconds=0)
TERMS = (ROOT, LEAF, BLIND, QUICK)


def dials(turned: Mapping[str, str], *terms: Terms) -> tuple[Dial, ...]:
    """A rule for each of *terms*, or of all."""
    return tuple(Dial(terms=one, dials=turned) for one in terms or TERMS)
