"""The report about segments: which two it is about, in a command and below the report."""

from __future__ import annotations

from datetime import timedelta

import pytest
from aiogram.filters.callback_data import MAX_CALLBACK_LENGTH
from aiogram.methods import SendMediaGroup
from aiogram.types import BufferedInputFile
from pyroaring import BitMap
from sqlalchemy import delete

from bot.analytics.render.fit import LIMIT, units
from bot.database.audience_tables import audience_sets
from bot.database.engine import Database
from bot.handlers.report_words import ReportButton, tag
from tests.handlers.scene import Scene
from tests.rows import put
from tests.updates import NOON, ROOT

GERMAN, PREMIUM = "language:de", "premium"
HOSTILE = "source:<b>&"
GONE = "This segment is not there any more. /report segments lists them."


async def put_segments(database: Database, **people: set[int]) -> None:
    """Sets of yesterday."""
    day = NOON.date() - timedelta(days=1)
    rest = {"day": day, "owner": "", "saved_at": 0}
    rows = [
        {"segment": name, "bits": BitMap(numbers).serialize(), **rest}
        for name, numbers in people.items()
    ]
    await put(database, audience_sets, *rows)


@pytest.fixture
async def known(scene: Scene) -> Scene:
    """There are Germans (1, 2, 3), one of whom (3) is premium as is 4, and a hostile source."""
    people = {"active": {1, 2, 3, 4}, GERMAN: {1, 2, 3}, PREMIUM: {3, 4}, HOSTILE: {4}}
    await put_segments(scene.database, **people)
    return scene


@pytest.mark.parametrize(
    "asked", [f"30 {GERMAN} {PREMIUM}", f"{GERMAN} {PREMIUM} 30", f"LANGUAGE:de {PREMIUM}"]
)
async def test_a_report_is_about_the_segments_that_are_named(known: Scene, asked: str) -> None:
    shown = await known.says(ROOT, f"/report segments {asked}")

    assert f"first segment: <b>{GERMAN}</b>" in shown
    assert f"second segment: <b>{PREMIUM}</b>" in shown
    assert "in both: <b>1</b>" in shown and "only in the first: <b>2</b>" in shown


async def test_one_segment_is_shown_without_another(known: Scene) -> None:
    shown = await known.says(ROOT, f"/report segments 7 {PREMIUM}")

    assert "Last 7 days" in shown
    assert f"first segment: <b>{PREMIUM}</b>" in shown and "second segment" not in shown


async def test_sources_that_differ_in_their_case_are_two(known: Scene) -> None:
    await put_segments(known.database, **{"source:Ads": {1}, "source:ads": {2}})

    for name in ("source:Ads", "source:ads"):
        shown = await known.says(ROOT, f"/report segments {name}")
        assert f"first segment: <b>{name}</b>" in shown


@pytest.mark.parametrize("command", ["report", "chart", "export"])
async def test_a_segment_that_there_is_not_is_refused_with_those_that_are_there(
    known: Scene, command: str
) -> None:
    shown = await known.says(ROOT, f"/{command} segments {GERMAN} <x>")

    assert shown.startswith("“&lt;x&gt;” is not possible here. Possible: ")
    ends = "1-365, active, language:de, paid, premium, source:&lt;b&gt;&amp;."
    assert shown.endswith(ends)


async def test_hours_and_writers_are_no_segments_to_ask_about(known: Scene) -> None:
    await put_segments(known.database, wrote={1}, **{"hour:12": {1}})

    for name in ("wrote", "hour:12"):
        shown = await known.says(ROOT, f"/report segments {name}")
        assert shown.startswith(f"“{name}” is not possible here.")
        assert name not in shown.partition("Possible")[2]


async def test_of_many_segments_as_many_are_listed_as_fit(scene: Scene) -> None:
    names = [f"source:{number:03}{'&' * 60}" for number in range(70)]
    await put_segments(scene.database, **{name: {1} for name in names})

    shown = await scene.says(ROOT, "/report segments " + "<" * 4000)

    assert units(shown) <= LIMIT
    assert "source:001&amp;" in shown and shown.endswith("&amp;, ….")


async def test_three_segments_are_too_many(known: Scene) -> None:
    shown = await known.says(ROOT, f"/report segments active {GERMAN} {PREMIUM}")

    assert shown == "I can compare two segments, not more."


@pytest.mark.parametrize("command", ["report", "chart", "export"])
async def test_another_report_is_about_no_segment(known: Scene, command: str) -> None:
    shown = await known.says(ROOT, f"/{command} lifecycle {PREMIUM}")

    assert shown.startswith(f"“{PREMIUM}” is not possible here. Possible: ")
    assert shown.endswith("1-365.")


@pytest.mark.parametrize("label", ["90 days", "by week", "🔄 Refresh", "📈 Chart", "📄 File"])
async def test_every_button_below_keeps_the_segments(known: Scene, label: str) -> None:
    await known.says(ROOT, f"/report segments {GERMAN} {HOSTILE}")
    data = known.outbox.buttons[label] or ""

    await known.presses(ROOT, data)

    assert data.endswith(f":{tag(GERMAN)}:{tag(HOSTILE)}")
    texts = [*known.outbox.texts, *captions(known)]
    assert GERMAN in texts[0] and "source:&lt;b&gt;&amp;" in texts[0]


async def test_pages_keep_the_segments(known: Scene) -> None:
    many = {f"source:{number:03}{'x' * 60}": {1} for number in range(80)}
    await put_segments(known.database, **many)
    await known.says(ROOT, f"/report segments {GERMAN} {PREMIUM}")

    await known.presses(ROOT, known.outbox.buttons["▶"])

    assert (known.outbox.buttons["▶"] or "").endswith(f":{tag(GERMAN)}:{tag(PREMIUM)}")


async def test_a_file_is_about_the_segments_of_the_report_above(known: Scene) -> None:
    await known.says(ROOT, f"/report segments {GERMAN} {PREMIUM}")
    await known.presses(ROOT, known.outbox.buttons["📄 File"])

    await known.presses(ROOT, known.outbox.buttons["CSV"])

    assert f"second segment,{PREMIUM}" in content(known)


async def test_an_export_is_about_the_segments_that_are_named(known: Scene) -> None:
    await known.says(ROOT, f"/export segments {GERMAN} csv 7 {PREMIUM}")

    assert f"first segment,{GERMAN}" in content(known)
    assert f"second segment,{PREMIUM}" in content(known)


async def test_a_chart_says_which_segments_it_is_of(known: Scene) -> None:
    await known.says(ROOT, f"/chart segments {PREMIUM} {HOSTILE} dark")

    assert captions(known) == ["Segments · 30 days · premium · source:&lt;b&gt;&amp;"]


@pytest.mark.parametrize("prefix", ["report:segments:30:day:0:0", "files:segments:30:day:csv"])
async def test_a_segment_that_is_gone_is_said(known: Scene, prefix: str) -> None:
    await remove(known.database, GERMAN)

    await known.presses(ROOT, f"{prefix}:{tag(GERMAN)}:{tag(PREMIUM)}")

    assert GONE in [*known.outbox.texts, *known.outbox.hints]
    assert not known.outbox.documents


@pytest.mark.parametrize("tags", ["zzz:", f":{tag('nobody')}", f"{tag(GERMAN)}:x"])
async def test_a_tag_that_no_segment_has_is_none(known: Scene, tags: str) -> None:
    assert await known.presses(ROOT, f"report:segments:30:day:0:0:{tags}") == GONE


async def test_a_button_cannot_narrow_another_report(known: Scene) -> None:
    assert await known.presses(ROOT, f"report:lifecycle:30:day:0:0:{tag(PREMIUM)}:") == GONE


@pytest.mark.parametrize(
    "data", ["report:users:30:day:0:0", "chart:peak:30:day", "files:users:30:day:csv"]
)
async def test_a_button_of_a_time_before_segments_still_works(known: Scene, data: str) -> None:
    await known.presses(ROOT, data)

    assert known.outbox.hints == [None]


def test_the_longest_button_is_not_too_long_for_telegram() -> None:
    longest = ReportButton(
        name="segments",
        days=365,
        step="month",
        page=9999,
        is_fresh=True,
        first="f" * 8,
        second="f" * 8,
    )

    assert len(longest.pack()) <= MAX_CALLBACK_LENGTH
    assert len(longest.of("files")) + len("json") <= MAX_CALLBACK_LENGTH


def captions(scene: Scene) -> list[str]:
    """What is written below albums."""
    albums = [one for one in scene.outbox.sent if isinstance(one, SendMediaGroup)]
    return [album.media[0].caption or "" for album in albums]


def content(scene: Scene) -> str:
    """What is in the file that was sent."""
    (sent,) = scene.outbox.documents
    assert isinstance(sent.document, BufferedInputFile)
    return sent.document.data.decode()


async def remove(database: Database, segment: str) -> None:
    """Nobody was ever in it."""
    async with database.write("test") as connection:
        await connection.execute(delete(audience_sets).where(audience_sets.c.segment == segment))
