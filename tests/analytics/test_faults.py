"""A traceback hides what people wrote, and shows the code as it is."""

from __future__ import annotations

import re

from bot.analytics.faults import story


def mask(text: str) -> str:
    """Black out what somebody wrote: crash, in any case."""
    return re.sub("crash", "█", text, flags=re.IGNORECASE)


def crash(text: str) -> None:
    """Fail with what somebody wrote."""
    raise ValueError(text)


def told(text: str) -> str:
    """The story of a failure that quotes *text*, and of the one that came of it."""
    try:
        crash(text)
    except ValueError as exc:
        both = ExceptionGroup("twice", [exc, KeyError(text)])
        both.__cause__ = exc
    return story(both, mask)


def test_the_code_of_a_traceback_is_not_blacked_out() -> None:
    shown = told("/crash")

    assert re.search(r"test_faults\.py\", line \d+, in crash\n", shown)
    assert "crash(text)\n" in shown


def test_what_somebody_wrote_is_blacked_out_in_each_exception() -> None:
    shown = told("/crash")

    assert shown.count("ValueError: /█\n") == 2  # as the cause, and in the group
    assert "KeyError: '/█'\n" in shown
    assert "/crash" not in shown


def test_what_only_looks_like_code_is_blacked_out() -> None:
    shown = told('no\n  File "mail.py", line 1, in my_crash\n    my crash')

    assert "in my_█" in shown
    assert "my crash" not in shown
