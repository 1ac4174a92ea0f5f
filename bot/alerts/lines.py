"""In which line of a TOML text a value stands, which tomllib does not tell.  Pure."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable
from typing import Any

# From the top of the file down: the names of tables and fields, and places in arrays of tables.
Path = tuple[str | int, ...]
# [builtin.NAME]: its line is the first that says "builtin", too.
TABLE = 2


def line_of(text: str, path: Path) -> int | None:
    """The line, counted from 1, in which *path* begins, or else what it is part of.

    text: TOML that can be read; None: not even the first part of *path* begins a line
    """
    lines = text.splitlines(keepends=True)
    while path:
        opening = _opening(path)
        for number, line in enumerate(lines):
            if opening.match(line) and _is_next("".join(lines[:number]), path):
                return number + 1
        path = path[:-1]
    return None


def _opening(path: Path) -> re.Pattern[str]:
    """How a line begins that may be the one; what looks alike within a text is found out later."""
    names = [re.escape(part) for part in path if isinstance(part, str)]
    field = rf"""\s*["']?{names[-1]}["']?\s*[.=]"""
    dotted = r"\s*\.\s*".join(rf"""["']?{name}["']?""" for name in names)
    table = rf"\s*\[\[?\s*{dotted}\s*\]"
    return re.compile(table if isinstance(path[-1], int) else f"{field}|{table}")


def _is_next(above: str, path: Path) -> bool:
    """Whether *path* may begin right below *above*: what it is part of is there, it is not."""
    try:
        found = tomllib.loads(above)
    except (ValueError, RecursionError):  # it ends within a text of several lines
        return False
    match path:
        case (str(name), int(place)):
            return len(found.get(name, ())) == place
        case _:
            parent = path[:-1] if len(path) > TABLE else ()
            return _has(found, parent, _is_last) and not _has(found, path, _is_any)


def _is_last(place: int, some: list[Any]) -> bool:
    return place == len(some) - 1


def _is_any(place: int, some: list[Any]) -> bool:
    return place < len(some)


def _has(found: Any, path: Path, fits: Callable[[int, list[Any]], bool]) -> bool:
    for part in path:
        if isinstance(part, int):
            is_there = isinstance(found, list) and fits(part, found)
        else:
            is_there = isinstance(found, dict) and part in found
        if not is_there:
            return False
        found = found[part]
    return True
