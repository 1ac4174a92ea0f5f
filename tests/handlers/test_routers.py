"""One list of commands, one order of routers, and other people's routers among ours."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from aiogram import Dispatcher, Router

from bot.config import Settings
from bot.database.engine import Database
from bot.errors import ConfigError
from bot.feature_settings import FEATURES
from bot.handlers.commands import COMMANDS
from bot.handlers.routers import all_routers, load_routers, registered_commands
from tests.handlers.scene import Scene
from tests.updates import ALICE

GOOD = """
from aiogram import F, Router
from aiogram.filters import Command

async def shop(message):
    await message.answer("shop")

def build_router():
    router = Router(name="shop")
    router.message.register(shop, Command("shop"), flags={"description": "buy <tea>"})
    router.message.register(shop, F.text)
    return router

ready = build_router()
Router().include_router(ready)
number = 42

def broken():
    return 1 / 0

def same():
    return ready

def text():
    return "router"
"""


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """A module of the operator's in a place that Python looks at; its name."""
    name = f"shop_{tmp_path.name}"
    (tmp_path / f"{name}.py").write_text(GOOD)
    (tmp_path / f"{name}_broken.py").write_text("import this_is_nowhere")
    (tmp_path / f"{name}_mistyped.py").write_text("\n\ndef shop(:\n")
    (tmp_path / f"{name}_raises.py").write_text("\n\nraise RuntimeError('no shop today')")
    monkeypatch.syspath_prepend(tmp_path)
    return name


@pytest.fixture
def everything(sqlite: Database) -> list[Router]:
    """Every router, those of all features among them."""
    talking: dict[str, Any] = {
        "assistant_base_url": "http://127.0.0.1:1/v1",
        "assistant_model": "none",
    }
    return Scene(sqlite, features=FEATURES, **talking).dispatcher.sub_routers


def test_the_list_of_commands_is_what_the_routers_listen_to(everything: list[Router]) -> None:
    registered = registered_commands(everything)

    assert registered == {entry.name for entry in COMMANDS}


def test_routers_join_several_dispatchers_because_each_is_fresh() -> None:
    for _ in range(2):
        Dispatcher().include_routers(*all_routers(Settings()))


def test_handlers_have_names_of_their_own_because_they_are_labels(
    everything: list[Router],
) -> None:
    names = [
        handler.callback.__name__
        for router in everything
        for observer in router.observers.values()
        for handler in observer.handlers
    ]

    assert len(names) == len(set(names))


async def test_an_operators_router_comes_after_our_commands_and_before_the_hints(
    scene: Scene, package: str
) -> None:
    settings = Settings(bot_routers=(f"{package}:build_router",))
    scene.dispatcher = Dispatcher(**scene.dispatcher.workflow_data)
    scene.install(settings)

    assert (await scene.says(ALICE, "/start")).startswith("Hello, ")
    assert await scene.says(ALICE, "/shop") == "shop"
    assert (await scene.says(ALICE, "/help")).endswith("\n/shop · buy &lt;tea&gt;")
    assert await scene.says(ALICE, "hello") == "shop"


@pytest.mark.parametrize(
    ("name", "problem"),
    [
        ("{}", "is not like package.module:build_router"),
        (":build_router", "is not like package.module:build_router"),
        ("{}.nothing:x", "there is no module"),
        ("nothing.at.all:x", "there is no module nothing; is it installed or in PYTHONPATH?"),
        ("{}_broken:x", "it needs this_is_nowhere, which is not installed"),
        ("{}_mistyped:x", "_mistyped.py:3: invalid syntax"),
        ("{}_raises:x", "importing it raised RuntimeError at shop_"),
        ("{}:nothing", "the module has no nothing"),
        ("{}:number", "number is not a function"),
        ("{}:broken", "raised ZeroDivisionError at shop_"),
        ("{}:text", "returned str, not an aiogram Router"),
        ("{}:same", "returned a router that is in use; build a fresh one"),
    ],
)
def test_a_router_that_cannot_be_loaded_is_explained(
    package: str, name: str, problem: str
) -> None:
    with pytest.raises(ConfigError, match=r"^BOT_ROUTERS: ") as caught:
        load_routers([name.format(package)])

    assert problem in str(caught.value)
    assert "\n" not in str(caught.value)
