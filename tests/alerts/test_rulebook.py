"""All rules together: where they come from, how they change, what a mistake leaves in force."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import insert

from bot.alerts.catalogue import build_rules, idle_rules
from bot.alerts.own_checks import RuleError
from bot.alerts.own_series import OwnSeries
from bot.alerts.rulebook import Rulebook
from bot.alerts.rules import Rule
from bot.alerts.stored import LIMIT, Stored
from bot.config import Settings
from bot.database.alert_tables import alert_rules
from bot.database.engine import Database
from bot.errors import ConfigError
from tests.alerts.own_scene import BUILTIN, QUEUE, counted
from tests.alerts.scene import CALM, NOON

ERRORS = {"name": "Errors", "series": "bot_errors_total", "read": "rate", "threshold": 1}


class Operator:
    """Writes the file and sees which rules are in force; the clock stands at noon."""

    def __init__(self, database: Database, folder: Path, text: str | None = QUEUE) -> None:
        self.file = folder / "alerts.toml"
        self.database = database
        self.used: Sequence[Rule] = ()
        self.series = OwnSeries(lambda _: counted(job=1))
        if text is not None:
            self.write(text)
        self.book = Rulebook(
            BUILTIN,
            path=None if text is None else self.file,
            interval=60,
            stored=Stored(database, lambda: NOON),
            series=self.series,
        )
        self.book.follow(self.use)

    def use(self, rules: Sequence[Rule]) -> None:
        self.used = rules

    def write(self, text: str) -> None:
        self.file.write_text(text, encoding="utf-8")

    @property
    def own(self) -> dict[str, str]:
        """Where each rule comes from that not every bot has."""
        terms = [rule.terms for rule in self.book.rules]
        return {one.name: one.origin for one in terms if one.origin != "built-in"}

    def refusals(self) -> tuple[bool, bool, str]:
        (rule,) = [one for one in self.book.rules if one.terms.name == "RulesRefused"]
        reading = rule.evaluate(CALM)
        return reading.is_bad, reading.is_good, reading.details


async def test_without_a_file_there_are_the_rules_of_every_bot(
    sqlite: Database, tmp_path: Path
) -> None:
    operator = Operator(sqlite, tmp_path, None)
    await operator.book.load()

    names = [rule.terms.name for rule in operator.book.rules]
    assert names == [*(rule.terms.name for rule in BUILTIN), "RulesRefused"]
    assert await operator.book.reload() == []


def test_a_file_with_a_mistake_is_refused_at_the_start(sqlite: Database, tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"ALERT_RULES_FILE: alerts\.toml, rule 1, line 2"):
        Operator(sqlite, tmp_path, "\n[[rule]]\n")


async def test_a_good_file_comes_into_force_with_the_next_reload(
    sqlite: Database, tmp_path: Path
) -> None:
    operator = Operator(sqlite, tmp_path)

    operator.write(QUEUE.replace("LongQueue", "Other") + "[builtin.LowDisk]\nenabled = false\n")
    faults = await operator.book.reload()

    names = [rule.terms.name for rule in operator.used]
    assert (faults, operator.own) == ([], {"Other": "file"})
    assert "LowDisk" not in names
    assert operator.series.sample().keys() == {"Other"}


async def test_a_bad_file_leaves_the_old_rules_in_force_and_says_so_until_it_is_good(
    sqlite: Database, tmp_path: Path
) -> None:
    operator = Operator(sqlite, tmp_path)

    operator.write(QUEUE.replace("5", "'5'"))
    faults = await operator.book.reload()
    bad = operator.refusals()
    operator.write(QUEUE)
    await operator.book.reload()

    assert "alerts.toml, rule 1, line 5: threshold: expected a number, not '5'" in faults[0]
    assert operator.own == {"LongQueue": "file"}
    assert bad == (True, False, faults[0])
    assert operator.refusals() == (False, True, "every rule can be used")


async def test_rules_of_a_feature_that_is_off_may_be_changed_and_their_names_stay_taken(
    sqlite: Database, tmp_path: Path
) -> None:
    settings = Settings(_env_file=None, features=("quiz",))
    file = tmp_path / "alerts.toml"
    file.write_text("[builtin.QueueBackup]\nthreshold = 9\n")

    book = Rulebook(
        build_rules(settings),
        idle=idle_rules(settings),
        path=file,
        interval=60,
        stored=Stored(sqlite),
        series=OwnSeries(lambda _: ()),
    )

    assert book.terms_of("QueueBackup") is None
    with pytest.raises(RuleError, match="there is a rule QueueBackup already"):
        await book.save({**ERRORS, "name": "QueueBackup"})


async def test_a_file_that_is_gone_leaves_the_old_rules_in_force(
    sqlite: Database, tmp_path: Path
) -> None:
    operator = Operator(sqlite, tmp_path)

    operator.file.unlink()

    assert await operator.book.reload() == ["ALERT_RULES_FILE: cannot be read: it is no file"]
    assert operator.own == {"LongQueue": "file"}


async def test_a_stored_rule_is_in_force_at_once_and_after_a_restart(
    database: Database, tmp_path: Path
) -> None:
    operator = Operator(database, tmp_path)
    await operator.book.save(ERRORS, by=7)
    at_once = operator.own

    later = Operator(database, tmp_path)
    await later.book.load()
    (entry,) = await later.book.entries()

    assert at_once == later.own == {"LongQueue": "file", "Errors": "stored"}
    assert (entry.name, entry.definition, entry.updated_by) == ("Errors", ERRORS, 7)
    assert (entry.updated_at, entry.is_active) == (NOON, True)


async def test_a_stored_rule_is_changed_switched_off_and_removed(
    database: Database, tmp_path: Path
) -> None:
    book = Operator(database, tmp_path).book
    await book.save(ERRORS)

    await book.save({**ERRORS, "threshold": 2})
    changed = book.terms_of("Errors"), (await book.entries())[0].definition["threshold"]
    await book.save(ERRORS, is_active=False)
    is_asked = book.terms_of("Errors")
    removed = [await book.remove("Errors") for _ in range(2)]

    assert changed[0] and changed[1] == 2
    assert is_asked is None
    assert (removed, await book.entries()) == ([True, False], [])


@pytest.mark.parametrize(
    ("said", "problem"),
    [
        ({"name": "HighErrorRate"}, "name: there is a rule HighErrorRate already"),
        ({"name": "LongQueue"}, "name: there is a rule LongQueue already"),
        ({"name": "EvaluationFailed"}, "name: there is a rule EvaluationFailed already"),
        ({"series": "bot_error_total"}, "series: there is no series 'bot_error_total'; did you"),
        ({"labels": {"plan": "vip"}}, "labels.plan: bot_errors_total has no label 'plan'"),
        ({"window": 300}, "window: expected a duration"),
    ],
)
async def test_a_stored_rule_that_makes_no_sense_is_refused_by_its_field(
    sqlite: Database, tmp_path: Path, said: dict[str, Any], problem: str
) -> None:
    book = Operator(sqlite, tmp_path).book

    with pytest.raises(RuleError) as caught:
        await book.save(ERRORS | said)

    assert problem in str(caught.value)
    assert await book.entries() == []


async def test_there_is_an_end_to_stored_rules(sqlite: Database, tmp_path: Path) -> None:
    book = Operator(sqlite, tmp_path).book
    rows = [{"name": f"R{n}", "definition": "{}", "updated_at": 0} for n in range(LIMIT)]
    async with sqlite.write("test") as connection:
        await connection.execute(insert(alert_rules), rows)

    with pytest.raises(RuleError, match=f"at most {LIMIT} rules"):
        await book.save(ERRORS)


async def test_a_rule_of_the_file_wins_over_a_stored_one_of_its_name(
    sqlite: Database, tmp_path: Path
) -> None:
    operator = Operator(sqlite, tmp_path)
    await operator.book.save(ERRORS)

    operator.write(QUEUE.replace("LongQueue", "Errors"))
    (fault,) = await operator.book.reload()

    assert operator.own == {"Errors": "file"}
    assert fault.startswith("stored rule Errors: name: there is a rule Errors already")


@pytest.mark.parametrize("definition", ["", "[", "[]", "5", '{"name": "R"}', '{"series": {}}'])
async def test_a_row_that_somebody_spoilt_harms_no_other_rule(
    sqlite: Database, tmp_path: Path, definition: str
) -> None:
    operator = Operator(sqlite, tmp_path)
    row = {"name": "R", "definition": definition, "updated_at": 0}
    async with sqlite.write("test") as connection:
        await connection.execute(insert(alert_rules), row)

    await operator.book.load()

    assert operator.own == {"LongQueue": "file"}
    assert operator.refusals()[2].startswith("stored rule R: ")


async def test_a_database_that_is_away_leaves_the_stored_rules_in_force(
    sqlite: Database, tmp_path: Path
) -> None:
    operator = Operator(sqlite, tmp_path)
    await operator.book.save(ERRORS)
    async with sqlite.write("test") as connection:
        await connection.run_sync(alert_rules.drop)

    (fault,) = await operator.book.reload()

    assert fault == "stored rules cannot be read: OperationalError"
    assert operator.own == {"LongQueue": "file", "Errors": "stored"}
