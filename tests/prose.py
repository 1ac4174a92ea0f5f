"""Reads our own code for texts that people see: which go through gettext, and which do not."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

BOT = Path(__file__).parents[1] / "bot"
# Where texts for people are written.
PLACES = (
    "handlers/**/*.py",
    "middlewares/**/*.py",
    "analytics/render/**/*.py",
    "analytics/sheets/*.py",
    "**/telegram.py",
    "downloads/excuses.py",
    "downloads/wording.py",
    "quiz/text.py",
    "alerts/picture.py",
)
TRANSLATED = {"_", "__", "gettext", "ngettext", "lazy_gettext"}
# What is said to the operator stays English: logs and exceptions.
FOR_OPERATORS = {"debug", "info", "warning", "error", "exception"}
# Calls whose every literal ends in front of a person.
SPOKEN = {
    "acknowledge", "add", "answer", "answer_document", "bold", "button", "change", "edit_text",
    "reply", "say", "send_document", "send_message",
}  # fmt: skip
SPOKEN_KEYWORDS = {"caption", "text"}
TAG = re.compile(r"</?\w+>")
WORD = re.compile(r"[A-Za-z]{2,}")
PROSE = re.compile(r"[A-Za-z]{2,}[,.:]? +[a-z]{2,}")


def files() -> list[Path]:
    """Every module that speaks to people."""
    return sorted({file for place in PLACES for file in BOT.glob(place)})


def name_of(call: ast.Call) -> str:
    """The called function's own name."""
    match call.func:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return name
    return ""


def translated(tree: ast.AST) -> Iterator[ast.Call]:
    """Every call that looks a text up."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and name_of(node) in TRANSLATED:
            yield node


def untranslated(tree: ast.AST) -> list[str]:
    """Literals that a person would read as they stand here."""
    return [text for text, is_spoken in _literals(tree) if _is_prose(text, is_spoken=is_spoken)]


def _is_prose(text: str, *, is_spoken: bool) -> bool:
    bare = TAG.sub("", text)
    return bool((WORD if is_spoken else PROSE).search(bare))


def _literals(node: ast.AST, *, is_spoken: bool = False) -> Iterator[tuple[str, bool]]:
    """Each string below *node* that nothing excuses, and whether it is an argument of speech."""
    if isinstance(node, ast.Constant):
        if isinstance(node.value, str):
            yield node.value, is_spoken
        return
    for child in _inner(node):
        yield from _literals(child, is_spoken=is_spoken or _speaks(node, child))


def _inner(node: ast.AST) -> Iterator[ast.AST]:
    """The children that could hold a text for people."""
    match node:
        case ast.Call() if name_of(node) in TRANSLATED | FOR_OPERATORS:
            return
        case ast.Call() if name_of(node).endswith("Error"):
            return
        case ast.Raise() | ast.Expr(value=ast.Constant()) | ast.arg():
            return
        case ast.Assign(targets=[ast.Name(id=name)]) | ast.AnnAssign(target=ast.Name(id=name)) if (
            name.isupper()
        ):
            return  # a constant: what Telegram says, or a name in the code
        case ast.Call(func=func):
            yield from (child for child in ast.iter_child_nodes(node) if child is not func)
        case _:
            yield from ast.iter_child_nodes(node)


def _speaks(node: ast.AST, child: ast.AST) -> bool:
    match node, child:
        case ast.Call(), ast.keyword(arg=name):
            return name in SPOKEN_KEYWORDS
        case ast.Call(args=[_, data]), _ if name_of(node) == "button" and child is data:
            return False  # callback data
        case ast.Call(), ast.expr():
            return name_of(node) in SPOKEN
    return False
