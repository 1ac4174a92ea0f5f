"""docs/query.md cannot rot: its tables are held to the code, and its examples are asked."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest

from bot.analytics.query.limits import ROWS
from bot.analytics.query.metrics import METRICS
from bot.analytics.query.question import DIMENSIONS, TIMES
from bot.database.engine import Database
from bot.web.api.query import QueryBody
from bot.web.api.query_answer import QueryAnswer, QueryMeta, QueryRow
from tests.house import ROOT
from tests.test_docs import table
from tests.web.api.asking import body
from tests.web.api.query_scene import asking, scene_of
from tests.web.conftest import Serve

GUIDE = (ROOT / "docs" / "query.md").read_text(encoding="utf-8")
JSON = [json.loads(one) for one in re.findall(r"```json\n(.*?)```", GUIDE, re.DOTALL)]
EXAMPLES = [one for one in JSON if "results" not in one]


def test_every_metric_is_there_with_its_dimensions() -> None:
    assert table("query.md", "Metrics") == {
        name: [
            metric.meaning.rstrip("."),
            ", ".join(one for one in metric.dimensions if one not in TIMES) or "none",
        ]
        for name, metric in METRICS.items()
    }


def test_every_dimension_and_every_field_is_there() -> None:
    fields = re.findall(r"^\| `(\w+)` \|", GUIDE.partition("\n## ")[0], re.MULTILINE)

    assert [*table("query.md", "Dimensions")] == [*DIMENSIONS]
    assert fields == [*QueryBody.model_fields]


def test_the_answer_is_of_the_shape_that_is_shown() -> None:
    (shown,) = [one for one in JSON if "results" in one]

    assert {*shown} == {*QueryAnswer.model_fields}
    assert {*shown["meta"]} == {*QueryMeta.model_fields}
    assert {*shown["results"][0]} == {*QueryRow.model_fields}
    assert f"{ROWS:,} rows" in GUIDE


@pytest.mark.parametrize("example", EXAMPLES, ids=range(len(EXAMPLES)))
async def test_an_example_is_answered(serve: Serve, database: Database, example: Any) -> None:
    client = await asking(serve, await scene_of(database))

    answer = await client.post(example)

    assert answer.status == 200, answer.text
    assert body(answer)["query"]["metrics"] == example["metrics"]
    assert len(EXAMPLES) == 4


@pytest.mark.parametrize("line", re.findall(r"-d '(.*)' http", GUIDE))
async def test_what_curl_sends_is_answered(serve: Serve, sqlite: Database, line: str) -> None:
    client = await asking(serve, await scene_of(sqlite))

    assert (await client.post(line.encode())).status == 200
