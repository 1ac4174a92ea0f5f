"""/errors NUMBER: foreign texts are escaped, long ones cut, the end of a traceback kept."""

from __future__ import annotations

from bot.analytics.render import errors_text
from bot.analytics.render.fit import LIMIT, units
from bot.analytics.render.words import Words
from bot.analytics.reports.errors import ErrorDetail
from tests.analytics.moments import NOON

ENGLISH = Words()


def detail(**texts: str) -> ErrorDetail:
    usual = {
        "number": "E7F3K2",
        "category": "handler",
        "type": "KeyError",
        "location": "start",
        "message": "'<x>'",
        "traceback": "Traceback\n  File <stdin>\nKeyError: 'x'",
    }
    return ErrorDetail(at=NOON, **(usual | texts))


def test_one_error_shows_all_about_it() -> None:
    lines = errors_text.error(detail(), ENGLISH).splitlines()

    assert lines[0] == "<b>E7F3K2</b> · 1 Jan 2026 12:00:00"
    assert lines[2] == "<b>KeyError</b>: '&lt;x&gt;'"
    assert lines[-2:] == ["<code>  File &lt;stdin&gt;</code>", "<code>KeyError: 'x'</code>"]


def test_of_a_long_traceback_the_end_is_shown_and_the_rest_counted() -> None:
    long = "\n".join(["x" * 79] * 100 + ["KeyError: 'x'"])

    shown = errors_text.error(detail(traceback=long), ENGLISH)

    assert "… 5,213 characters before this are left out." in shown
    assert shown.endswith("<code>KeyError: 'x'</code>")
    assert units(shown) <= LIMIT


def test_a_traceback_full_of_brackets_still_fits() -> None:
    shown = errors_text.error(detail(traceback="<\n" * 5000, message="&" * 5000), ENGLISH)

    assert units(shown) <= LIMIT
    assert shown.count("<code>") == shown.count("</code>")
