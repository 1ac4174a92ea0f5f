"""aiogram's models wait until they are used, and then all of them are there."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

from tests.house import ROOT

# In a process of its own: this one has built many by now, and would keep all the others.
LOOK = """
import json
import bot
import aiogram.methods
import aiogram.types
from pydantic import BaseModel
from bot.analytics.bus import Bus
from bot.telegram.connect import build_bot

def built():
    return [name for name, model in models.items() if model.__pydantic_complete__]

models = {
    name: model
    for place in (aiogram.types, aiogram.methods)
    for name in place.__all__
    if isinstance(model := getattr(place, name), type) and issubclass(model, BaseModel)
}
at_first = built()
build_bot("123456:a-token-of-nobody", "http://127.0.0.1:1", Bus())
ready = built()
for one in models.values():
    one.model_rebuild()
print(json.dumps([list(models), at_first, ready, built()]))
"""


@pytest.fixture(scope="module")
def seen() -> list[list[str]]:
    ended = subprocess.run(  # noqa: S603  our own words
        [sys.executable, "-c", LOOK], cwd=ROOT, capture_output=True, text=True, check=True
    )
    return list(json.loads(ended.stdout))


def test_what_is_only_imported_is_not_built(seen: list[list[str]]) -> None:
    every, at_first, *_ = seen

    assert len(every) > 400
    assert len(at_first) < 10


def test_the_first_update_and_the_first_answer_find_theirs_built(seen: list[list[str]]) -> None:
    _, at_first, ready, _ = seen

    assert {"Update", "Message"} <= set(ready) - set(at_first)


def test_each_finds_all_that_its_fields_name(seen: list[list[str]]) -> None:
    every, _, _, at_last = seen

    assert at_last == every
