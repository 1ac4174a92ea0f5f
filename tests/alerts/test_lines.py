"""Lines of values in a TOML text, in each way that TOML has of writing them."""

from __future__ import annotations

import pytest

from bot.alerts.lines import line_of

TEXT = """\
# [[rule]] in a comment
[[rule]]
name = "threshold"

[rule.labels]
plan = "vip"

[[rule]]
name = \"\"\"
[[rule]]
threshold = 5
\"\"\"
labels = {plan = "vip"}
"threshold" = [
  1,
]

[builtin.First]
for = "1m"
[builtin."Se cond"]
for = "1m"
"""


@pytest.mark.parametrize(
    ("path", "line"),
    [
        (("rule",), 2),
        (("rule", 0), 2),
        (("rule", 0, "name"), 3),
        (("rule", 0, "threshold"), 2),  # it is not there, but the rule is
        (("rule", 0, "labels", "plan"), 6),
        (("rule", 1), 8),
        (("rule", 1, "name"), 9),
        (("rule", 1, "labels", "plan"), 13),
        (("rule", 1, "threshold"), 14),
        (("builtin", "First", "for"), 19),
        (("builtin", "Se cond"), 20),
        (("builtin", "Se cond", "for"), 21),
        (("nothing",), None),
        ((), None),
    ],
)
def test_a_value_is_found_where_it_begins(path: tuple[str | int, ...], line: int | None) -> None:
    assert line_of(TEXT, path) == line
