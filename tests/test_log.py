"""No secret reaches a log, whoever says it and however; files rotate and are split."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest
from aiogram import loggers

from bot.log import KEPT_FILES, QUIET, ROTATE_BYTES, redact

ROOT = Path(__file__).parent.parent
TOKEN = "123456789:AAF-abcdefghijklmnopqrstuvwxyz12345"
ADDRESS = "postgresql://me:hunter2@host/db"

# Each in a process of its own, because logging is one thing for a whole process.
OPENING = f"""
import asyncio, logging, threading, warnings
import structlog
from pathlib import Path
from bot import log as ours
TOKEN, ADDRESS = {TOKEN!r}, {ADDRESS!r}
log, other = structlog.get_logger("bot.web"), logging.getLogger("aiohttp")
"""

# The same secrets, said in every way there is.
LEAKS = {
    "a message": "log.info(f'{TOKEN} and {ADDRESS}')",
    "a value": "log.info('asked', url=ADDRESS, call=f'/bot{TOKEN}/getMe')",
    "bytes": "log.info('asked', call=TOKEN.encode(), url=ADDRESS.encode())",
    "an argument": "log.info('%s and %s', TOKEN, ADDRESS)",
    "a bound value": "log.bind(token=TOKEN, url=ADDRESS).info('asked')",
    "a context": """
        with structlog.contextvars.bound_contextvars(token=TOKEN, url=ADDRESS):
            log.info('asked')
    """,
    "another library": "other.warning('calling /bot%s/getMe for %s', TOKEN, ADDRESS)",
    "an object of another library": "other.warning({'token': TOKEN, 'url': ADDRESS})",
    "a warning": "warnings.warn(f'{TOKEN} and {ADDRESS}')",
    "a traceback": """
        try:
            raise ValueError(TOKEN)
        except ValueError as exc:
            try:
                raise RuntimeError(ADDRESS) from exc
            except RuntimeError:
                log.exception('failed')
                other.exception('failed')
    """,
    "variables of a traceback": """
        def visit(token=TOKEN, address=ADDRESS):
            raise ValueError('no')
        try:
            visit()
        except ValueError:
            log.exception('failed')
    """,
    "a task nobody awaited": """
        async def fail():
            raise ValueError(f'{TOKEN} {ADDRESS}')
        async def main():
            task = asyncio.create_task(fail())
            await asyncio.sleep(0)
        asyncio.run(main())
    """,
    "a thread nobody joined": """
        def fail():
            raise ValueError(f'{TOKEN} {ADDRESS}')
        one = threading.Thread(target=fail)
        one.start()
        one.join()
    """,
    "the end of the process": "raise ValueError(f'{TOKEN} {ADDRESS}')",
}


def said(code: str, configure: str = "ours.configure()") -> str:
    """What a process that runs *code* writes."""
    script = "\n".join([OPENING, configure, textwrap.dedent(code).strip()])
    ended = subprocess.run(  # noqa: S603  our own words
        [sys.executable, "-c", script],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    return ended.stderr + ended.stdout


@pytest.fixture(scope="module", params=["console", "json"])
def leaked(request: pytest.FixtureRequest) -> dict[str, str]:
    """What each of the LEAKS wrote."""
    steps = [
        f"log.info('-- {way} --')\n{textwrap.dedent(code).strip()}" for way, code in LEAKS.items()
    ]
    text = said("\n".join(steps), f"ours.configure(form={request.param!r})")
    pieces = re.split(r"-- (.+?) --", text)
    return dict(zip(pieces[1::2], pieces[2::2], strict=True))


@pytest.mark.parametrize("way", LEAKS)
def test_no_secret_is_said(way: str, leaked: dict[str, str]) -> None:
    text = leaked[way]

    assert text.count("█████") >= 2 or "variables" in way
    assert TOKEN.partition(":")[2] not in text
    assert "hunter2" not in text


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        (TOKEN, "█████"),
        (f"/bot{TOKEN}/getMe", "/bot█████/getMe"),
        (f"/bot{TOKEN.replace(':', '%3A')}/getMe", "/bot█████/getMe"),
        (ADDRESS, "postgresql://█████@host/db"),
        ("redis://:hunter2@host:6379/0", "redis://█████@host:6379/0"),
        ("postgresql://me:hun/ter2@host/db", "postgresql://█████@host/db"),
    ],
)
def test_secrets_are_blacked_out_where_they_stand(text: str, kept: str) -> None:
    assert redact(f"to {text}, twice {text}") == f"to {kept}, twice {kept}"


@pytest.mark.parametrize(
    "text",
    ["12:34:56.789", "http://127.0.0.1:8080/health", "user 123456789: start", "mail me@home.org"],
)
def test_what_only_looks_like_a_secret_stays(text: str) -> None:
    assert redact(text) == text


def test_a_hostile_line_is_searched_in_bounded_steps() -> None:
    # Without bounds these take minutes; the run's own time limit is the judge.
    for hostile in ("1" * 500_000, "://a:" * 100_000, "12345:" * 100_000):
        assert redact(hostile) == hostile


def test_arguments_are_put_into_the_message() -> None:
    lines = said("log.info('%d of %s', 3, 'ten'); other.warning('%d of %s', 4, 'ten')")

    assert "3 of ten" in lines
    assert "4 of ten" in lines


def test_json_lines_say_when_who_and_how_bad() -> None:
    line = json.loads(said("log.warning('slow', seconds=2)", "ours.configure(form='json')"))

    assert line.pop("timestamp").endswith("Z")
    assert line == {"event": "slow", "level": "warning", "logger": "bot.web", "seconds": 2}


def test_json_gives_each_traceback_one_line() -> None:
    lines = said("raise ValueError('no')", "ours.configure(form='json')").splitlines()

    assert len(lines) == 1
    assert "ValueError: no" in json.loads(lines[0])["exception"]


def test_the_level_decides_what_is_said() -> None:
    assert said("log.info('quiet')", "ours.configure('WARNING')") == ""


def test_aiogram_does_not_repeat_every_update() -> None:
    assert said("logging.getLogger('aiogram.event').info('Update id=1 is handled')") == ""


def test_the_folder_splits_what_it_is_told(tmp_path: Path) -> None:
    folder = tmp_path / "new" / "logs"
    speakers = """
        for name in ("bot.analytics.store", "bot.analyticsx", "bot.web"):
            logging.getLogger(name).info("fine, says %s", name)
            logging.getLogger(name).error("trouble, says %s", name)
    """

    console = said(speakers, f"ours.configure(folder=Path({str(folder)!r}))")

    analytics = (folder / "analytics.log").read_text(encoding="utf-8")
    error = (folder / "error.log").read_text(encoding="utf-8")
    assert console.count("says") == 6
    assert analytics.count("says bot.analytics.store") == analytics.count("says") == 2
    assert error.count("trouble") == error.count("says") == 3


def test_the_files_keep_no_secret(tmp_path: Path) -> None:
    said(LEAKS["a traceback"], f"ours.configure(folder=Path({str(tmp_path)!r}))")

    kept = (tmp_path / "error.log").read_text(encoding="utf-8")
    assert "█████" in kept
    assert TOKEN not in kept
    assert "hunter2" not in kept


def test_a_full_file_is_put_aside_and_the_oldest_go(tmp_path: Path) -> None:
    for n in range(1, KEPT_FILES + 1):
        (tmp_path / f"error.log.{n}").write_text(str(n), encoding="utf-8")
    with (tmp_path / "error.log").open("wb") as full:
        full.truncate(ROTATE_BYTES)

    said("other.error('one more')", f"ours.configure(folder=Path({str(tmp_path)!r}))")

    kept = [tmp_path / f"error.log.{n}" for n in range(1, KEPT_FILES + 1)]
    assert "one more" in (tmp_path / "error.log").read_text(encoding="utf-8")
    assert kept[0].stat().st_size == ROTATE_BYTES
    assert [file.read_text(encoding="utf-8") for file in kept[1:]] == ["1", "2", "3", "4"]
    assert len(list(tmp_path.glob("error.log*"))) == KEPT_FILES + 1


def test_the_loggers_we_quiet_are_real() -> None:
    # A rename in aiogram would bring its noise back without a word.
    assert loggers.event.name in QUIET
