"""The list of files in docs/architecture.md: written by `.venv/bin/python -m tests.housemap`."""

from __future__ import annotations

import ast
import re
from itertools import groupby

from tests.house import ROOT, modules, tree

GUIDE = ROOT / "docs" / "architecture.md"
LIST = re.compile(r"(?<=\n## Files\n\n```\n).*?(?=```\n)", re.DOTALL)


def files() -> str:
    """Every module with the first line of its docstring, the folders parted by an empty line."""
    paths = sorted(modules().values(), key=lambda path: (path.parent, path.name))
    rooms = [list(some) for _, some in groupby(paths, key=lambda path: path.parent)]
    return "\n".join(
        "".join(
            f"{path.relative_to(ROOT)!s:39} {_purpose(ast.get_docstring(tree(path)))}\n"
            for path in some
        )
        for some in rooms
    )


def _purpose(docstring: str | None) -> str:
    return (docstring or "").partition("\n")[0]


if __name__ == "__main__":
    text = GUIDE.read_text(encoding="utf-8")
    GUIDE.write_text(LIST.sub(lambda _: files(), text), encoding="utf-8")
