"""The operator's file of rules: what it may say, and every mistake in it with its place."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.alerts.own import BYTES, RULES, OwnFile, explained, load_own, understood
from bot.alerts.own_checks import RuleError, rule_of
from bot.alerts.own_fields import OwnRule
from bot.errors import ConfigError
from tests.alerts.own_scene import BUILTIN, KNOWN, QUEUE

EXAMPLE = Path(__file__).parents[2] / "alerts.example.toml"


def loaded(folder: Path, text: str) -> OwnFile:
    file = folder / "alerts.toml"
    file.write_text(text, encoding="utf-8")
    return load_own(file, KNOWN, BUILTIN)


def refusal(folder: Path, text: str) -> str:
    with pytest.raises(ConfigError) as caught:
        loaded(folder, text)
    assert caught.value.name == "ALERT_RULES_FILE"
    return str(caught.value).removeprefix("ALERT_RULES_FILE: ")


def with_line(line: str) -> str:
    """A rule with one more line, which is the file's sixth."""
    return f"{QUEUE}{line}\n"


def rate(line: str) -> str:
    """A rule about a counter with one more line, which is the file's sixth."""
    text = QUEUE.replace("bot_queue_depth", "bot_errors_total")
    return f'{text}{line}\nread = "rate"\n'


def test_the_example_shows_each_way_of_reading_and_can_be_used() -> None:
    own = load_own(EXAMPLE, KNOWN, BUILTIN)

    assert {rule.read for rule in own.rules} == {"value", "increase", "p95"}
    assert sorted(own.changes) == ["HighErrorRate", "LowConversion", "LowDisk"]


def test_what_a_rule_does_not_say_has_a_usual_value(tmp_path: Path) -> None:
    (rule,) = loaded(tmp_path, QUEUE).rules

    assert (rule.read, rule.comparison, rule.severity, rule.no_data) == (
        "value",
        ">",
        "warning",
        "keep",
    )
    assert (rule.pending, rule.throttle, rule.repeat, rule.span) == (None, 0, 4 * 3600, 300)


@pytest.mark.parametrize(
    ("said", "seconds"),
    [("90s", 90), ("5m", 300), ("2h", 7200), ("1h30m", 5400), ("0s", 0), ("0.5m", 30)],
)
def test_a_duration_has_its_units(tmp_path: Path, said: str, seconds: float) -> None:
    (rule,) = loaded(tmp_path, with_line(f'for = "{said}"')).rules

    assert rule.pending == seconds


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        (QUEUE.replace('"LongQueue"', '"long queue"'), "line 3: name: expected 1 to 40 of a-z"),
        (QUEUE.replace('"LongQueue"', f'"{"a" * 41}"'), "line 3: name: expected 1 to 40"),
        (QUEUE.replace("LongQueue", "HighErrorRate"), "name: there is a rule HighErrorRate alr"),
        (QUEUE.replace("LongQueue", "rulesREFUSED"), "name: there is a rule rulesREFUSED already"),
        (QUEUE.replace("LongQueue", "Critical"), "name: expected another word: /silence takes"),
        (
            QUEUE.replace("bot_q", "q"),
            "series: there is no series 'queue_depth'; did you mean bot_",
        ),
        (
            QUEUE.replace("depth", "dept"),
            "line 4: series: there is no series 'bot_queue_dept'; did",
        ),
        (QUEUE.replace("bot_queue_depth", "x" * 101), "series: expected a series of docs/metrics"),
        (
            QUEUE.replace("threshold", "treshold"),
            "line 5: treshold: is unknown; did you mean thre",
        ),
        (QUEUE.replace("threshold = 5", ""), "line 2: threshold: is missing; expected a number"),
        (QUEUE.replace("= 5", '= "5"'), "line 5: threshold: expected a number, not '5'"),
        (QUEUE.replace("= 5", "= true"), "threshold: expected a number, not True"),
        (QUEUE.replace("= 5", "= nan"), "threshold: expected a number, not nan"),
        (QUEUE.replace("= 5", "= 1e999"), "threshold: expected a number, not inf"),
        (with_line('"a\\nb" = 1'), "'a\\nb': is unknown; there are name, series"),
        (with_line('for = "5 minutes"'), 'line 6: for: expected a duration up to "24h", such as'),
        (with_line("for = 5"), "line 6: for: expected a duration"),
        (with_line('for = "25h"'), 'for: expected a duration up to "24h"'),
        (with_line('for = "-5m"'), "for: expected a duration"),
        (with_line('repeat = "8d"'), 'repeat: expected a duration up to "7d"'),
        (with_line('throttle = ""'), 'throttle: expected a duration up to "7d"'),
        (
            with_line('severity = "high"'),
            "line 6: severity: expected critical or warning, not 'hi",
        ),
        (with_line('comparison = "=="'), "comparison: expected >, >=, < or <=, not '=='"),
        (with_line('no_data = "alert"'), "no_data: expected keep, fire or ok, not 'alert'"),
        (with_line(f'first_aid = "{"a" * 301}"'), "first_aid: expected a sentence of at most 300"),
        (with_line('read = "mean"'), "read: expected value, rate, increase or p95, not 'mean'"),
        (with_line('read = "rate"'), "read: bot_queue_depth is a gauge; expected value, not rate"),
        (with_line('window = "5m"'), "window: is for rate, increase and p95; a value is what"),
        (with_line("at_least = 5"), "at_least: is for p95, not for value"),
        (with_line("recovery = 6"), "recovery: expected at most the threshold, 5"),
        (
            with_line('comparison = "<"\nrecovery = 4'),
            "line 7: recovery: expected at least the th",
        ),
        (
            with_line("labels = {prio = 'high'}"),
            "labels.prio: bot_queue_depth has no label 'prio'",
        ),
        (with_line("labels.priority = []"), "line 6: labels.priority: expected a table like"),
        (with_line("labels.priority = 5"), "line 6: labels.priority: expected a table like"),
        (with_line('labels = "high"'), "labels: expected a table like {plan"),
        (rate('window = "5s"'), 'line 6: window: expected a duration from "10s" to "24h"'),
        (rate('window = "2d"'), 'window: expected a duration from "10s"'),
        (
            rate("").replace("rate", "value"),
            "bot_errors_total is a counter; expected rate or incr",
        ),
        (
            rate("").replace("bot_errors_total", "bot_store_flush_seconds"),
            "is a histogram; expected p95, or rate of bot_store_flush_seconds_count, not rate",
        ),
    ],
)
def test_a_mistake_in_a_rule_is_named_with_its_place(
    tmp_path: Path, text: str, problem: str
) -> None:
    told = refusal(tmp_path, text)

    assert told.startswith("alerts.toml, rule 1, line ")
    assert problem in told


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("[[rule]", "alerts.toml: is no TOML: Expected ']]'"),
        (
            "[[rules]]",
            "alerts.toml, line 1: rules: is unknown; expected [[rule]] and [builtin.NAM",
        ),
        ("[rule]\nname = 1", "alerts.toml, line 1: rule: expected [[rule]], with two brackets"),
        ("rule = [5]", "alerts.toml, rule 1, line 1: expected a table of fields"),
        ("builtin = 5", "alerts.toml, line 1: builtin: expected [builtin.NAME]"),
        (QUEUE + QUEUE, "alerts.toml, rule 2, line 8: name: there is a rule LongQueue already"),
        (
            "[builtin.HighErorRate]\nthreshold = 5",
            "alerts.toml, builtin HighErorRate, line 1: there is no rule 'HighErorRate' in",
        ),
        ("[builtin.HighErrorRate]\nthreshold = 100", "line 2: threshold: expected percent, above"),
        ("[builtin.PollStalled]\nthreshold = 0", "threshold: expected a number above 0, not 0"),
        ("[builtin.PollStalled]\nfore = '5m'", "line 2: fore: is unknown; did you mean for?"),
        ("[builtin.PollStalled]\nenabled = 1", "enabled: expected true or false, not 1"),
        (
            "[builtin.DatabaseIssues]\nenabled = false",
            "enabled: expected true: DatabaseIssues can",
        ),
        ("a = " + "[" * 100_000, "alerts.toml: is nested too deeply"),
        ("a = " + "9" * 5_000, "alerts.toml: is no TOML: "),
        ("#" * (BYTES + 1), f"alerts.toml: is longer than {BYTES} bytes"),
        ("[[rule]]\n" * (RULES + 1), f"expected at most {RULES} rules, not {RULES + 1}"),
    ],
)
def test_a_mistake_in_the_file_is_named(tmp_path: Path, text: str, problem: str) -> None:
    assert problem in refusal(tmp_path, text)


def test_the_line_of_a_mistake_is_not_fooled_by_texts_of_several_lines(tmp_path: Path) -> None:
    aid = 'first_aid = """\n[[rule]]\nthreshold = "x"\n"""\n'

    told = refusal(tmp_path, with_line(aid) + QUEUE.replace("= 5", "= 'x'").replace("Long", "Big"))

    assert told.startswith("alerts.toml, rule 2, line 15: threshold: expected a number")


def test_a_file_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    (tmp_path / "noise.toml").write_bytes(b"\xff\xfe")
    os.mkfifo(tmp_path / "pipe.toml")

    for name, problem in [
        ("none.toml", "cannot be read: it is no file"),
        ("pipe.toml", "cannot be read: it is no file"),
        ("noise.toml", "noise.toml: is not UTF-8 text"),
    ]:
        with pytest.raises(ConfigError, match=problem):
            load_own(tmp_path / name, KNOWN, BUILTIN)


def test_each_rule_s_first_mistake_is_told_and_the_first_of_all_with_how_many_more(
    tmp_path: Path,
) -> None:
    text = "".join(QUEUE.replace("LongQueue", f"Q{n}").replace("= 5", "= ''") for n in range(3))

    told = refusal(tmp_path, text)
    _, every = explained(tmp_path / "alerts.toml", KNOWN, BUILTIN)

    assert told == f"{every[0]} (and 2 more)"
    assert [line.split(":")[0] for line in every] == [
        f"alerts.toml, rule {n + 1}, line {5 * n + 5}" for n in range(3)
    ]


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=9),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=5,
)


@given(st.sampled_from([*OwnRule.model_fields, "for", "else"]), ANYTHING)
def test_whatever_a_field_holds_is_taken_or_refused_by_its_name(field: str, value: object) -> None:
    said = {"name": "Mine", "series": "bot_queue_depth", "threshold": 5, field: value}

    with suppress(RuleError):  # anything else that is raised is a defect
        assert rule_of(said, KNOWN, ()).series in KNOWN


@given(st.text() | st.binary().map(lambda raw: raw.decode("utf-8", "replace")))
def test_no_text_does_more_than_to_be_refused(text: str) -> None:
    own, mistakes = understood(text, KNOWN, BUILTIN)

    assert mistakes or not own.rules
