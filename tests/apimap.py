"""The list of endpoints in docs/api.md: written by `.venv/bin/python -m tests.apimap`."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from tests.house import ROOT
from tests.web.dashboard.house import house

GUIDE = ROOT / "docs" / "api.md"
LIST = re.compile(r"(?<=\n## Endpoints\n\n).*?(?=\n## )", re.DOTALL)
HEAD = "| method and path | scope | takes | what it does |\n|---|---|---|---|\n"
NEEDS = re.compile(r"Needs a token for (\w+)\.")
# Whatever takes days takes these as well.
WITH_DAYS = {"first_day", "last_day", "compare"}
JSON = Mapping[str, Any]


def endpoints(described: JSON) -> str:
    """A row for each, topic by topic."""
    rows, topics = list(_rows(described)), [tag["name"] for tag in described["tags"]]
    assert {topic for topic, _ in rows} == {*topics}
    return HEAD + "".join(row for topic in topics for one, row in rows if one == topic)


def _rows(described: JSON) -> Iterator[tuple[str, str]]:
    for path, methods in described["paths"].items():
        for method, told in methods.items():
            needs = NEEDS.search(told["description"])
            cells = (
                f"`{method.upper()} {path.removeprefix('/api/v1')}`",
                needs[1] if needs else "a link",
                ", ".join(_taken(told)) or "nothing",
                told["summary"].removesuffix("."),
            )
            yield told["tags"][0], f"| {' | '.join(cells)} |\n"


def _taken(told: JSON) -> Iterator[str]:
    names = {one["name"]: one["schema"] for one in told["parameters"] if one["in"] == "query"}
    hidden = WITH_DAYS if "days" in names and "first_day" in names else set()
    for name, schema in names.items():
        if name not in hidden:
            yield f"days to {schema['maximum']}" if hidden and name == "days" else name
    if "requestBody" in told:
        yield "JSON"


async def description() -> JSON:
    """What a bot says of its API."""
    with TemporaryDirectory() as folder:
        async with house(Path(folder)) as home:
            found: JSON = (await (await home.browser())("GET", "/api/openapi.json")).json
            return found


if __name__ == "__main__":
    text = GUIDE.read_text(encoding="utf-8")
    wanted = endpoints(asyncio.run(description()))
    GUIDE.write_text(LIST.sub(lambda _: wanted, text), encoding="utf-8")
