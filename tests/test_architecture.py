"""The house has floors, and stairs lead down; its modules explain themselves and sit still."""

from __future__ import annotations

import ast
import importlib
import re
import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator

from tests.house import (
    ROOT,
    Function,
    calls_at_import,
    imported,
    modules,
    neighbours,
    rings,
    room,
    tracked,
    tree,
)

DRAWING = {"matplotlib", "reportlab"}
# ARCHITECTURE.md's stairs, from the ground up.  A module may import modules of a lower floor, or
# of its own room; so rooms of one floor never know each other.
FLOORS = [
    ["late_models"],
    ["bot"],
    ["errors", "clock", "log"],
    ["values", "plans", "buckets"],
    ["feature_settings", "report_settings", "alert_settings", "web_settings"],
    ["config"],
    ["database", "addresses"],
    ["tokens"],
    ["sessions", "shares"],
    ["analytics"],
    ["downloads", "billing", "quiz", "assistant"],
    ["alerts"],
    ["handlers", "middlewares", "web", "jobs", "ending", "telegram", "sandbox", "outgoing"],
    ["features"],
    ["instruments", "dispatcher", "upkeep", "alarm", "levels"],
    ["site"],
    ["app"],
    ["chores", "alert_chores"],
    ["token_chores", "signpost"],
    ["run"],
    ["alert_cli", "token_cli"],
    ["cli"],
    ["__main__"],
]
FLOOR = {one: n for n, rooms in enumerate(FLOORS) for one in rooms}

# Who may know the outside world.  A file called telegram.py may know aiogram anywhere.
KNOWS = {
    "aiogram": {
        *("handlers", "middlewares", "telegram", "features", "dispatcher", "upkeep", "alarm"),
        "app",
    },
    # outgoing: what is called beside Telegram, which has limits and secrets of its own.
    "aiohttp": {"web", "sandbox", "telegram", "outgoing", "site"},
    "apscheduler": {"jobs", "app"},
    "prometheus_client": {"analytics", "web"},
    "typer": {"cli", "alert_cli", "token_cli"},
    "uvloop": {"cli"},
}

# What lives, looks or acts.  Names for later, values and queries not yet run are no work.
ALIVE = re.compile(
    r"Router|Dispatcher|Bot|Settings|ClientSession|Application|AsyncIOScheduler|CollectorRegistry|"
    r"Counter|Gauge|Histogram|Database|Bus|Core|Metrics|Store|Sandbox|App|Thread|Lock|Queue|"
    r"open|print|exec|eval|run|start|connect|execute|read_text|read_bytes|write_text|mkdir|exists|"
    r"getenv|environ|cwd|now|utc_now|today|time|monotonic|perf_counter|random|randint|token_hex|"
    r"create_engine|create_async_engine|create_task|configure|basicConfig|import_module|register"
)

MODULES = modules()
HOSTS = re.compile(
    r"\b(?:[p]ypi|[p]ythonhosted|[n]pmjs|[y]arnpkg|[j]sdelivr|[u]npkg|[c]dnjs|[d]ebian|[d]ocker|[g]hcr|[c]rates|[q]uay)"
    r"\.(?:org|com|io|net)\b"
)
HOMES = re.compile(r"(?<![\w.])/(?:home|Users|root|mnt|work)/\w")
BINARY = {".png", ".jpg", ".ico", ".woff2"}


def offenders(wrong: Callable[[str], Iterable[str]]) -> dict[str, list[str]]:
    """What is *wrong* with each module that is not as it should be.

    One test for all modules: a test for each would be thousands, which every worker collects.
    """
    found = {module: sorted(wrong(module)) for module in MODULES}
    return {module: faults for module, faults in found.items() if faults}


def test_all_modules_are_looked_at() -> None:
    assert {"bot", "bot.run", "bot.web.api.endpoint"} <= MODULES.keys()


def test_imports_lead_down_the_stairs() -> None:
    def wrong(module: str) -> Iterator[str]:
        here = room(module)
        there = {room(name) for name in neighbours(MODULES[module], MODULES.keys())} - {here}
        return (one for one in there if FLOOR[one] >= FLOOR[here])

    assert offenders(wrong) == {}


def test_only_the_right_rooms_know_the_outside() -> None:
    def wrong(module: str) -> Iterator[str]:
        path = MODULES[module]
        used = {name.split(".")[0] for name in imported(path)} & KNOWS.keys()
        return (one for one in used if not KNOWS[one] & {room(module), path.stem})

    assert offenders(wrong) == {}


def test_no_import_comes_back_to_where_it_began() -> None:
    edges = {module: neighbours(path, MODULES.keys()) for module, path in MODULES.items()}

    assert rings(edges) == []


def test_a_module_opens_with_what_it_is_for() -> None:
    def wrong(module: str) -> list[str]:
        opening = (ast.get_docstring(tree(MODULES[module])) or "").partition("\n")[0]
        return [] if opening.endswith((".", "!", "?")) else [opening]

    assert offenders(wrong) == {}


def test_a_module_calls_nothing_alive_when_imported() -> None:
    def wrong(module: str) -> Iterator[str]:
        called = {name.rpartition(".")[2] for name in calls_at_import(MODULES[module])}
        return (name for name in called if ALIVE.fullmatch(name))

    assert offenders(wrong) == {}


def draws(module: str) -> bool:
    """Whether it imports what takes a second, 40 MB and a cache on disk."""
    return bool({name.split(".")[0] for name in imported(MODULES[module])} & DRAWING)


def test_nothing_happens_outside_when_everything_is_imported() -> None:
    others = sorted(module for module in MODULES if not draws(module))
    watch = f"""
import sys
def hear(event, args):
    writes = event == "open" and isinstance(args[1], str) and set(args[1]) & set("wax+")
    if writes or event.startswith(("socket.", "subprocess.", "sqlite3.", "_thread.start")):
        raise SystemExit(f"{{event}} {{args}}")
sys.addaudithook(hear)
import importlib
for name in {others!r}:
    importlib.import_module(name)
if loaded := sys.modules.keys() & {DRAWING!r}:
    raise SystemExit(f"loaded by somebody who does not draw: {{loaded}}")
"""

    ended = subprocess.run(  # noqa: S603  our own words
        [sys.executable, "-B", "-c", watch], cwd=ROOT, capture_output=True, text=True, check=False
    )

    assert (ended.returncode, ended.stderr) == (0, "")


def test_whatever_is_public_says_what_it_does() -> None:
    assert offenders(_silent) == {}


def _silent(module: str) -> Iterator[str]:
    """Public functions, classes and methods of *module* without a docstring."""
    for node in tree(MODULES[module]).body:
        if not isinstance(node, Function | ast.ClassDef) or node.name.startswith("_"):
            continue
        if not ast.get_docstring(node):
            yield node.name
        if isinstance(node, ast.ClassDef):
            yield from _silent_methods(module, node)


def _silent_methods(module: str, node: ast.ClassDef) -> Iterator[str]:
    ancestors = getattr(importlib.import_module(module), node.name).__mro__[1:]
    for method in node.body:
        if not isinstance(method, Function) or method.name.startswith("_"):
            continue
        # Whoever overrides a method does what the method says.
        is_override = any(method.name in vars(one) for one in ancestors)
        # A protocol's member without a body is a field; the class explains those.
        is_field = ast.unparse(method.body[-1]) == "..."
        if not (ast.get_docstring(method) or is_override or is_field):
            yield f"{node.name}.{method.name}"


def test_no_file_names_a_registry_or_a_place_on_somebody_s_machine() -> None:
    found = [
        f"{path.relative_to(ROOT)}: {hit.group()}"
        for path in tracked()
        if path.suffix not in BINARY
        for pattern in (HOSTS, HOMES)
        if (hit := pattern.search(path.read_text(encoding="utf-8", errors="replace")))
    ]

    assert found == []


def test_the_stairs_are_those_of_the_guide() -> None:
    guide = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
    rooms = {room(module) for module in MODULES} - {"bot"}

    stairs = guide.partition("## Stairs")[2].partition("```")[2].partition("```")[0]

    assert rooms <= set(re.findall(r"[a-z_]+", stairs))
