"""docs/api.md lists every endpoint there is, and its examples are answered."""

from __future__ import annotations

import asyncio
import os
import re
import sys
from asyncio.subprocess import PIPE
from pathlib import Path

import pytest

from bot.tokens import Scope
from bot.web.api.offered import REPORTS
from tests.apimap import GUIDE, LIST, endpoints
from tests.web.dashboard.house import OWN, Browser, House

TEXT = GUIDE.read_text(encoding="utf-8")
CALLS = [
    call
    for block in re.findall(r"```sh\n(curl.*?)```", TEXT, re.DOTALL)
    for call in re.split(r"\n(?=curl)", block.strip())
]
CLIENTS = re.findall(r"```python\n(.*?)```", TEXT, re.DOTALL)


async def said(home: House, folder: Path, *words: str) -> bytes:
    """What a program says that knows the server and its token; it has to end well."""
    known = {"TELEGAUGE_URL": home.url, "TELEGAUGE_TOKEN": OWN}
    process = await asyncio.create_subprocess_exec(
        *words, cwd=folder, env=os.environ | known, stdout=PIPE, stderr=PIPE
    )
    told, complaints = await process.communicate()
    assert process.returncode == 0, complaints.decode()
    return told


def test_the_guide_says_which_reports_are_called_otherwise_in_the_chat() -> None:
    told = dict(re.findall(r"`([\w-]+)` \(`(\w+)`\)", TEXT))

    names = {asked.path.removeprefix("analytics/"): asked.report for asked in REPORTS}
    assert told == {name: report for name, report in names.items() if name != report}


def size(file: Path) -> int:
    return file.stat().st_size


async def test_the_guide_lists_every_endpoint(browser: Browser) -> None:
    (listed,) = LIST.findall(TEXT)

    wanted = endpoints((await browser("GET", "/api/openapi.json")).json)

    assert listed == wanted, "run .venv/bin/python -m tests.apimap"


def test_the_guide_explains_every_scope() -> None:
    told = TEXT.partition("| scope | opens |")[2].partition("\n\n")[0]

    assert re.findall(r"^\| (\w+) \|", told, re.MULTILINE) == [*Scope]


@pytest.mark.parametrize("call", CALLS, ids=range(len(CALLS)))
async def test_a_call_of_the_guide_is_answered(home: House, tmp_path: Path, call: str) -> None:
    told = await said(home, tmp_path, "bash", "-c", call.replace("curl ", "curl -sSf ", 1))

    # -O keeps the answer in a file.
    assert told or size(tmp_path / "revenue.csv")
    assert len(CALLS) == 4


@pytest.mark.parametrize("client", CLIENTS)
async def test_the_client_of_the_guide_reads_a_report(
    home: House, tmp_path: Path, client: str
) -> None:
    told = await said(home, tmp_path, sys.executable, "-c", client)

    assert re.fullmatch(rb"(\w+ .+\n)+", told)
