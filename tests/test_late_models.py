"""aiogram's models wait until they are used, and then are what aiogram makes of them."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import Any

import pytest

from tests.house import ROOT

# In processes of their own: this one has built many by now, and would keep all the others.
LOOK = """
import json
import re
import {first}
import aiogram.methods
import aiogram.types
from pydantic import BaseModel
from bot.telegram.connect import build_models

def built():
    return [name for name, model in models.items() if model.__pydantic_complete__]

def shape(model):
    model.model_rebuild()
    fields = [f"{{name}}: {{field}}" for name, field in model.model_fields.items()]
    return [re.sub("0x[0-9a-f]+", "", one) for one in fields]

models = {{
    name: model
    for place in (aiogram.types, aiogram.methods)
    for name in place.__all__
    if isinstance(model := getattr(place, name), type) and issubclass(model, BaseModel)
}}
class MessageEntity:
    \"\"\"Somebody's own, of a name that aiogram has as well.\"\"\"

at_first = built()
build_models()
ready = built()
bold = dict(type="bold", offset=0, length=1)
aiogram.types.TextQuote.model_validate(dict(text="a", position=0, entities=[bold]))
shapes = {{name: shape(model) for name, model in models.items()}}
print(json.dumps([at_first, ready, built(), shapes]))
"""


def look(first: str) -> list[Any]:
    """What is built at first, when a bot is ready, and at last; then the fields of each."""
    ended = subprocess.run(  # noqa: S603  our own words
        [sys.executable, "-c", LOOK.format(first=first)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert ended.returncode == 0, ended.stderr
    return list(json.loads(ended.stdout))


@pytest.fixture(scope="module")
def late() -> list[Any]:
    return look("bot")


def test_what_is_only_imported_is_not_built(late: list[Any]) -> None:
    at_first, *_, shapes = late

    assert len(shapes) > 550
    assert len(at_first) < 10


def test_the_first_update_and_the_first_answer_find_theirs_built(late: list[Any]) -> None:
    at_first, ready, *_ = late

    assert {"Update", "Message", "SendMessage"} <= set(ready) - set(at_first)


def test_each_is_what_it_is_for_who_imports_aiogram_first(late: list[Any]) -> None:
    _, _, at_last, shapes = late
    at_once, *_, expected = look("aiogram")

    assert at_last == list(shapes) == at_once
    assert shapes == expected
