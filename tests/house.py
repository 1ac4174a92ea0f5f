"""The house as its source says it: modules, who imports whom, what is public."""

from __future__ import annotations

import ast
import subprocess
from collections.abc import Iterator, Mapping
from collections.abc import Set as AbstractSet
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parent.parent
Function = ast.FunctionDef | ast.AsyncFunctionDef


def tracked() -> list[Path]:
    """Every file that is, or is about to be, in the repository."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(  # noqa: S603  our own words
        command, cwd=ROOT, capture_output=True, text=True, check=True
    )
    return [ROOT / name for name in listed.stdout.splitlines() if (ROOT / name).is_file()]


def modules() -> dict[str, Path]:
    """Every module below bot/ by its dotted name."""
    return {_name(path): path for path in sorted((ROOT / "bot").rglob("*.py"))}


def tree(path: Path) -> ast.Module:
    """The module at *path*, parsed."""
    return ast.parse(path.read_text(encoding="utf-8"))


def room(module: str) -> str:
    """The folder or file right below bot/ that *module* is in; "bot" for the package itself."""
    return module.split(".")[1] if "." in module else module


@cache
def imported(path: Path) -> frozenset[str]:
    """What the module imports, anywhere in it: `from a import b` counts as a.b."""
    found: set[str] = set()
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            found |= {f"{node.module}.{alias.name}" for alias in node.names}
    return frozenset(found)


def neighbours(path: Path, known: AbstractSet[str]) -> AbstractSet[str]:
    """The *known* modules that the one at *path* imports, and the packages Python loads first."""
    found = imported(path) | {name.rpartition(".")[0] for name in imported(path)}
    return found & known - {_name(path)}


def rings(edges: Mapping[str, AbstractSet[str]]) -> list[list[str]]:
    """Paths through *edges* that come back to where they began."""
    found: list[list[str]] = []
    done: set[str] = set()

    def walk(node: str, way: list[str]) -> None:
        if node in way:
            found.append([*way[way.index(node) :], node])
        elif node not in done:
            for following in sorted(edges[node]):
                walk(following, [*way, node])
            done.add(node)

    for node in edges:
        walk(node, [])
    return found


def calls_at_import(path: Path) -> Iterator[str]:
    """What a module calls while it is imported: the name of each function, as written."""
    for node in _executed(tree(path)):
        if isinstance(node, ast.Call):
            yield ast.unparse(node.func)


def _executed(node: ast.AST) -> Iterator[ast.AST]:
    yield node
    for child in ast.iter_child_nodes(node):
        if isinstance(child, Function):
            for decorator in child.decorator_list:
                yield from _executed(decorator)
        elif not isinstance(child, ast.Lambda):
            yield from _executed(child)


def _name(path: Path) -> str:
    return ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")
