"""Who cries wolf, and who sleeps: our rule for shares against two simpler ones, on seeded traffic.

A bot with so many requests an hour, at random moments (Poisson), is checked once a minute.
False alarms: 1 % of its requests fail, as on any day, for WEEKS weeks.  Outages: after such an
hour a larger share begins to fail, for HOURS hours; TRIALS times.  Every rule asks whether more
than 5 % fail, fires at the second bad check in a row and ends at the second good one:

- ours: HighErrorRate as it stands in the catalogue, from the same code
- ours, 5 min only: the same with a short window that never grows
- plain ratio: k / n of the last 5 minutes
- at least 20: the same, of 20 requests or more

No wall clock, no network; the same seed gives the same table, in docs/alerts.md by --write.

    python benchmarks/alerts.py [--write]
"""

from __future__ import annotations

import argparse
import statistics
from bisect import bisect_right
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from itertools import accumulate, chain
from math import log
from pathlib import Path
from random import Random

from bot.alerts.catalogue import build_rules
from bot.alerts.rules import Rule
from bot.alerts.snapshot import LOOKS, USUAL, Snapshot, Windows
from bot.alerts.terms import GOOD
from bot.analytics.recent import SLOT_SECONDS, Share
from bot.config import Settings

SEED = 5
WEEKS = 100
TRIALS = 400
HOURS = 6
RATES = (10, 100, 1_000)
HEALTHY = 0.01
OUTAGES = (0.05, 0.2, 1.0)
LIMIT = 5.0
LEAST = 20

SLOTS_A_CHECK = 60 // SLOT_SECONDS
SLOTS_AN_HOUR = 3600 // SLOT_SECONDS
SLOTS_A_WEEK = 7 * 24 * SLOTS_AN_HOUR
LOOK = LOOKS.get("updates", USUAL)
AT = datetime(2026, 1, 1, tzinfo=UTC)
GUIDE = Path(__file__).parents[1] / "docs" / "alerts.md"
BEGIN, END = "<!-- benchmarks/alerts.py -->\n", "<!-- end -->\n"


class Traffic:
    """Requests and failures by slot, as sums up to each, so that any window is a difference."""

    def __init__(self, chance: Random, rate: float, shares: list[float]) -> None:
        """shares: which share fails in each slot."""
        counts, failures = [0] * len(shares), [0] * len(shares)
        for slot in _arrivals(chance, rate / SLOTS_AN_HOUR, len(shares)):
            counts[slot] += 1
            failures[slot] += chance.random() < shares[slot]
        self.total = list(accumulate(counts, initial=0))
        self.bad = list(accumulate(failures, initial=0))

    def share(self, end: int, slots: int) -> Share:
        """The *slots* slots before *end*."""
        begin = max(end - slots, 0)
        return Share(self.bad[end] - self.bad[begin], self.total[end] - self.total[begin])

    def reach(self, end: int, enough: int) -> int:
        """How many slots before *end* it takes to see *enough*."""
        return end - max(bisect_right(self.total, self.total[end] - enough) - 1, 0)


def _arrivals(chance: Random, mean: float, slots: int) -> Iterator[int]:
    """The slot of each request, *mean* a slot: pauses between them are exponential."""
    at = -log(1 - chance.random()) / mean
    while at < slots:
        yield int(at)
        at -= log(1 - chance.random()) / mean


# Whether a check is bad, and whether it is good.
Verdict = tuple[bool, bool]
Policy = Callable[[Traffic, int], Verdict]
# Which share was noticed, and the median of minutes until then.
Caught = tuple[float, float | None]


def ours(rule: Rule, enough: int = LOOK.enough) -> Policy:
    """The rule itself, on both of its windows; the short one shows *enough* requests."""
    long = int(LOOK.long) // SLOT_SECONDS

    def judge(traffic: Traffic, end: int) -> Verdict:
        wide = traffic.share(end, long)
        if not wide.bad:
            return False, True
        slots = max(traffic.reach(end, enough), int(LOOK.short) // SLOT_SECONDS)
        windows = Windows(traffic.share(end, min(slots, long)), wide)
        reading = rule.evaluate(Snapshot(at=AT, shares={"updates": windows}, levels={}))
        return reading.is_bad, reading.is_good

    return judge


def plain(least: int) -> Policy:
    """k / n of five minutes, if n is at least *least*."""

    def judge(traffic: Traffic, end: int) -> Verdict:
        short = traffic.share(end, 300 // SLOT_SECONDS)
        if short.total < least:
            return False, not short.bad
        percent = 100 * short.bad / short.total if short.total else 0.0
        return percent >= LIMIT, percent < GOOD * LIMIT

    return judge


def firings(traffic: Traffic, policy: Policy, begin: int) -> Iterator[int]:
    """The slot of each firing; checks begin after *begin*."""
    bad = good = 0
    is_firing = False
    for end in range(begin + SLOTS_A_CHECK, len(traffic.total), SLOTS_A_CHECK):
        is_bad, is_good = policy(traffic, end)
        bad, good = (bad + 1) * is_bad, (good + 1) * is_good
        if not is_firing and bad >= 2:  # noqa: PLR2004  checks, as in bot/alerts/terms.py
            is_firing = True
            yield end
        elif is_firing and good >= 2:  # noqa: PLR2004  as above
            is_firing = False


@dataclass(frozen=True)
class Row:
    """What one rule does at one rate.  caught: share and median minutes, for each of OUTAGES"""

    rate: int
    name: str
    false_alarms: float
    caught: tuple[Caught, ...]

    def __str__(self) -> str:
        cells = [f"{self.rate:,}", self.name, f"{self.false_alarms:,.2f}"]
        return "| " + " | ".join([*cells, *(cell(*one) for one in self.caught)]) + " |"


def cell(share: float, minutes: float | None) -> str:
    """How the table says it."""
    return "none" if minutes is None else f"{share:.0%}, {minutes:.0f} min"


@cache
def policies() -> dict[str, Policy]:
    """Each rule by its name in the table."""
    (rule,) = (
        one for one in build_rules(Settings(_env_file=None)) if one.terms.name == "HighErrorRate"
    )
    return {
        "ours": ours(rule),
        "ours, 5 min only": ours(rule, enough=0),
        "plain ratio": plain(1),
        "at least 20": plain(LEAST),
    }


def false_alarms(rate: int, weeks: int = WEEKS) -> dict[str, float]:
    """Firings a week of a healthy bot, by the rule's name; all rules see the same weeks."""
    chance, found = Random(f"{SEED} healthy {rate}"), Counter[str]()  # noqa: S311  no secret
    for _ in range(weeks):
        traffic = Traffic(chance, rate, [HEALTHY] * SLOTS_A_WEEK)
        for name, policy in policies().items():
            found[name] += sum(1 for _ in firings(traffic, policy, 0))
    return {name: found[name] / weeks for name in policies()}


def caught(rate: int, share: float, trials: int = TRIALS) -> dict[str, Caught]:
    """The share of outages that are noticed, and the median of minutes until then, by the rule."""
    chance = Random(f"{SEED} outage {rate} {share}")  # noqa: S311  no secret
    minutes: dict[str, list[float]] = {name: [] for name in policies()}
    for _ in range(trials):
        # An outage begins at any moment between two checks.
        begin = SLOTS_AN_HOUR + chance.randrange(SLOTS_A_CHECK)
        shares = [HEALTHY] * begin + [share] * (HOURS * SLOTS_AN_HOUR)
        traffic = Traffic(chance, rate, shares)
        for name, policy in policies().items():
            ends = firings(traffic, policy, SLOTS_AN_HOUR - SLOTS_A_CHECK)
            if first := next((end for end in ends if end > begin), None):
                minutes[name].append((first - begin) / SLOTS_A_CHECK)
    return {
        name: (len(some) / trials, statistics.median(some) if some else None)
        for name, some in minutes.items()
    }


def rows(rates: Sequence[int] = RATES) -> Iterator[Row]:
    """The table, line by line."""
    for rate in rates:
        alarms, found = false_alarms(rate), [caught(rate, share) for share in OUTAGES]
        for name in policies():
            yield Row(rate, name, alarms[name], tuple(one[name] for one in found))


def head() -> list[str]:
    """The lines above the rows."""
    outages = [f"{share:.0%} fail: caught, after" for share in OUTAGES]
    cells = ["requests an hour", "rule", "false alarms a week", *outages]
    return ["| " + " | ".join(cells) + " |", "|---" * len(cells) + "|"]


def main() -> None:
    """Print the table; with --write put it into the guide, too."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--write", action="store_true")
    is_wanted = parser.parse_args().write
    lines = []
    for line in chain(head(), rows()):
        lines.append(str(line))
        print(line, flush=True)
    if is_wanted:
        text = GUIDE.read_text(encoding="utf-8")
        before, _, rest = text.partition(BEGIN)
        _, _, after = rest.partition(END)
        table = "\n".join([*lines, ""])
        GUIDE.write_text(f"{before}{BEGIN}{table}{END}{after}", encoding="utf-8")


if __name__ == "__main__":
    main()
