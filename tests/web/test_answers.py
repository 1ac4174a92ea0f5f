"""What a client accepts, and what it gets."""

from __future__ import annotations

import json

import pytest

from bot.web.answers import accepts, problem


@pytest.mark.parametrize(
    "header",
    ["gzip", "br, gzip", "GZIP;q=0.5", "gzip; q=1.0", " gzip ;level=1", "gzip;q=0.01"],
)
def test_a_named_coding_is_accepted(header: str) -> None:
    assert accepts(header, "gzip")


@pytest.mark.parametrize(
    "header", ["", "*", "*/*", "br", "xgzip", "gzip;q=0", "gzip; q=0.000", "\udcff", ";;;,"]
)
def test_anything_else_is_not(header: str) -> None:
    assert not accepts(header, "gzip")


def test_a_problem_says_what_kind_it_is_and_what_to_do() -> None:
    answer = problem(404, "look elsewhere")

    assert answer.content_type == "application/problem+json"
    assert isinstance(answer.body, bytes)
    assert json.loads(answer.body) == {
        "type": "about:blank",
        "title": "Not Found",
        "status": 404,
        "detail": "look elsewhere",
    }
