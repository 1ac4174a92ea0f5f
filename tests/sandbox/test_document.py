"""docs/sandbox.md says what there is, and nothing else."""

from __future__ import annotations

import re
from pathlib import Path

from bot.sandbox.calls import METHODS
from bot.sandbox.server import build_app
from bot.sandbox.world import World

DOCUMENT = Path(__file__).parents[2] / "docs" / "sandbox.md"
ROW = re.compile(r"^\| (GET|POST|PATCH|DELETE) (/sandbox\S*) \|", re.MULTILINE)


def built() -> set[tuple[str, str]]:
    """Method and address of every route below /sandbox, its variables as a star."""
    routes = build_app(World("9:x", {"id": 9})).router.routes()
    known = {(one.method, one.resource.canonical) for one in routes if one.resource}
    return {
        (method, re.sub(r"{\w+}", "*", path))
        for method, path in known
        if path.startswith("/sandbox") and method != "HEAD"
    }


def written() -> set[tuple[str, str]]:
    """The same, as the tables have it."""
    rows = ROW.findall(DOCUMENT.read_text())
    return {(method, re.sub(r"/[A-Z_]+(?=/|$)", "/*", path)) for method, path in rows}


def sites() -> set[str]:
    """Every address of the media site and the scripted model, files of a folder as one."""
    routes = build_app(World("9:x", {"id": 9})).router.routes()
    paths = {one.resource.canonical for one in routes if one.resource}
    named = {re.sub(r"files/.*", "files/NAME", path).replace("{model}", "MODEL") for path in paths}
    return {path for path in named if path.startswith(("/media", "/model"))}


def methods_listed() -> set[str]:
    section = DOCUMENT.read_text().partition("## Bot API methods")[2].partition("\n## ")[0]
    items = " ".join(section.split("\n- ")[1:])
    return set(re.findall(r"\b[a-z]+(?:[A-Z][a-z]*)+\b|\bclose\b", items))


def test_every_address_is_in_the_document() -> None:
    assert built() - written() == set()


def test_every_address_of_the_document_exists() -> None:
    assert written() - built() == set()


def test_every_address_of_the_sites_is_in_the_document() -> None:
    sections = DOCUMENT.read_text().partition("## The media site")[2].partition("## Bot API")[0]

    named = re.findall(r"/(?:media|model)(?:/[\w./]*\w|/)?(?=[ ,`);:]|\.\s)", sections)

    assert set(named) - {"/model/v1"} == sites()


def test_every_method_is_in_the_document_and_no_other() -> None:
    assert methods_listed() == set(METHODS)
