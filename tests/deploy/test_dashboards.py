"""The dashboards in the repository are those that the code describes, in Grafana's own form."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import orjson
import pytest
from grafana_foundation_sdk.cog.encoder import JSONEncoder
from grafana_foundation_sdk.models.dashboard import Dashboard

from bot.analytics.metrics import ALL
from deploy.panels.__main__ import FOLDER
from deploy.panels.boards import BOARDS
from deploy.panels.grafana import FIRED, SAID, text
from deploy.panels.panel import WIDTH, Board, Panel

PANELS = [pytest.param(one, id=f"{b.uid} {one.title}") for b in BOARDS for one in b.panels]
# What prometheus_client tells of any process, and Prometheus of any target.
FOREIGN = {"process_resident_memory_bytes", "process_cpu_seconds_total", "process_open_fds"}
# Series that no panel shows, and where they are seen instead.
ELSEWHERE = {"build_info": "a label", "alerts_fired_total": "marks in every panel"}


@pytest.fixture(params=BOARDS, ids=lambda board: board.uid)
def board(request: pytest.FixtureRequest) -> Board:
    """Each dashboard."""
    found: Board = request.param
    return found


def test_the_file_is_what_the_code_describes(board: Board) -> None:
    """`make dashboards` writes it."""
    assert (FOLDER / f"{board.uid}.json").read_text(encoding="utf-8") == text(board)


def test_no_other_file_is_provisioned() -> None:
    assert {file.stem for file in FOLDER.iterdir()} == {board.uid for board in BOARDS}


def test_grafanas_own_models_know_every_field(board: Board) -> None:
    written = orjson.loads(text(board))
    for mark in written["annotations"]["list"]:
        for name in SAID:  # the data source's own
            del mark[name]

    read = Dashboard.from_json(written)

    assert orjson.loads(JSONEncoder().encode(read)) == written


def test_it_links_to_the_others_and_marks_alerts(board: Board) -> None:
    written = orjson.loads(text(board))

    assert [link["tags"] for link in written["links"]] == [["telegauge"]]
    assert written["tags"] == ["telegauge"]
    (mark,) = written["annotations"]["list"]
    assert (mark["name"], mark["expr"]) == ("Alerts of the bot", FIRED)
    assert mark["titleFormat"] == "{{rule}}"


def test_panels_lie_side_by_side_and_not_on_each_other(board: Board) -> None:
    taken: set[tuple[int, int]] = set()
    for panel in orjson.loads(text(board))["panels"]:
        place = panel["gridPos"]
        cells = {
            (x, y)
            for x in range(place["x"], place["x"] + place["w"])
            for y in range(place["y"], place["y"] + place["h"])
        }
        assert not cells & taken
        assert all(x < WIDTH for x, _ in cells)
        taken |= cells


@pytest.mark.parametrize("panel", PANELS)
def test_a_panel_says_what_it_tells(panel: Panel) -> None:
    assert panel.description.endswith(".")
    assert panel.queries and panel.unit


def test_every_series_is_shown_somewhere() -> None:
    shown = {name for b in BOARDS for p in b.panels for name in _named(p)}

    families = {one.name for one in ALL}
    assert families - _families(shown) == set(ELSEWHERE)
    assert {name for name in shown if not name.startswith("bot_")} == FOREIGN


def test_every_variable_that_an_expression_uses_can_be_chosen(board: Board) -> None:
    known = {"instance", *(variable.name for variable in board.variables)}

    used = {
        name
        for panel in board.panels
        for query in panel.queries
        for name in re.findall(r"\$(\w+)", query.expression)
    }

    assert {name for name in used if not name.startswith("__")} <= known
    assert {variable.name for variable in board.variables} <= used


def _named(panel: Panel) -> Iterator[str]:
    for query in panel.queries:
        yield from re.findall(r"\b((?:bot|process)_\w+)(?=\{)", query.expression)


def _families(shown: set[str]) -> set[str]:
    bare = {name.removeprefix("bot_") for name in shown}
    return {re.sub(r"_(bucket|sum|count)$", "", name) for name in bare} | bare


def test_the_data_source_is_one_that_can_be_chosen(board: Board) -> None:
    variables: list[dict[str, Any]] = orjson.loads(text(board))["templating"]["list"]

    assert variables[0]["type"] == "datasource" and variables[0]["query"] == "prometheus"
