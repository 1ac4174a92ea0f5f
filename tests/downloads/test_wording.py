"""What people read while they wait: bars, sizes, names; escaped, cut, in their language."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from bot.analytics.render.fit import units
from bot.analytics.render.words import Words
from bot.downloads import wording
from bot.downloads.courier import Download
from bot.downloads.media import Choice, Offer, Progress
from tests.downloads.queue_scene import ANN, MP3, NOON, SONG, SRT

ENGLISH, GERMAN = Words(), Words(locale="de")
HOSTILE = "<b>&lt;x</i> 😀\u202e" * 300
DOWNLOAD = Download(
    id=1,
    user_id=ANN,
    chat_id=ANN,
    message_id=7,
    language="en",
    media_key="site:1",
    url=SONG.url,
    site="Site",
    title="Song",
    performer="Band",
    duration_seconds=60,
    choice=MP3,
    plan="free",
    priority="low",
    attempts=1,
    queued_at=NOON,
)


def told(words: Words = ENGLISH, **progress: Any) -> str:
    """The last line of a progress that goes on."""
    stage = progress.pop("stage", "downloading")
    return wording.progress(DOWNLOAD, Progress(stage=stage, **progress), words).splitlines()[-1]


@pytest.mark.parametrize(
    ("share", "bar"),
    [(0, "░" * 10), (0.45, "████░░░░░░"), (0.999, "█████████░"), (1, "█" * 10), (7, "█" * 10)],
)
def test_a_bar_is_full_only_at_the_end(share: float, bar: str) -> None:
    assert wording.bar(share) == bar


def test_progress_is_a_bar_with_amounts_speed_and_time() -> None:
    line = told(
        done_bytes=12_300_000,
        total_bytes=27_000_000,
        bytes_per_second=1_234_567.8,
        seconds_left=12.4,
    )

    assert line == "████░░░░░░ 45% · 12.3 MB of 27 MB · 1.2 MB a second · 12 sec left"


def test_progress_is_in_the_language_s_figures() -> None:
    assert "1,2 MB" in told(GERMAN, done_bytes=1_200_000, total_bytes=3_000_000)


def test_a_size_that_nobody_knows_leaves_what_came_so_far() -> None:
    assert told(done_bytes=5_000_000, bytes_per_second=1000) == "5 MB · 1 kB a second"


def test_more_bytes_than_were_announced_are_not_more_than_all() -> None:
    assert told(done_bytes=9, total_bytes=3).startswith("██████████ 100%")


@pytest.mark.parametrize(
    ("stage", "line"),
    [
        ("waiting", "⏳ In the queue."),
        ("downloading", "Downloading …"),
        ("converting", "Converting …"),
        ("sending", "Sending …"),
    ],
)
def test_every_stage_has_a_word(stage: str, line: str) -> None:
    assert told(stage=stage).startswith(line)


def test_a_title_is_escaped_cut_and_turned_the_right_way() -> None:
    hostile = replace(SONG, title=HOSTILE, performer=HOSTILE, site=HOSTILE)

    text = wording.offer(hostile, ENGLISH)

    assert text.startswith("<b>&lt;b&gt;&amp;lt;x&lt;/i&gt; 😀")
    assert "\u202e" not in text
    assert units(text) < 1024


def test_every_text_about_a_hostile_title_fits_below_a_picture() -> None:
    hostile = replace(DOWNLOAD, title="😀" * 5000)
    at = Progress(stage="downloading", done_bytes=1, total_bytes=2, seconds_left=99_999)

    for text in (
        wording.progress(hostile, at, GERMAN),
        wording.failed(hostile, "no", GERMAN),
        wording.retry(hostile, "no", 60, GERMAN),
        wording.caption(hostile.title, SRT, GERMAN),
    ):
        assert units(text) < 1024


def test_a_medium_without_a_title_has_a_word_for_it() -> None:
    assert "Without a title" in wording.offer(replace(SONG, title="\u202e \n"), ENGLISH)


def test_a_site_that_is_no_site_is_called_by_its_host() -> None:
    assert "site.example" in wording.offer(replace(SONG, site="Generic"), ENGLISH)


@pytest.mark.parametrize(
    ("quality", "label"),
    [("de", "💬 German"), ("zh-Hans", "💬 Chinese (Simplified)"), ("x-y-1", "💬 x-y-1")],
)
def test_subtitles_are_called_by_their_language(quality: str, label: str) -> None:
    offer = Offer(choice=Choice(format="srt", quality=quality))

    assert wording.label(offer, ENGLISH) == label


def test_a_button_says_what_it_brings_and_its_size() -> None:
    offer = Offer(choice=MP3, size_bytes=1_234_567)

    assert wording.label(offer, GERMAN) == "🎵 192k · 1,2 MB"
    assert wording.label(offer, GERMAN, is_locked=True) == "🔒 192k · 1,2 MB"


@pytest.mark.parametrize(
    ("title", "name"),
    [
        ("Song", "Song.mp3"),
        ("../../etc/passwd", "etc passwd.mp3"),
        ('a<b>:"c"|?*\n\x00d', "a b c d.mp3"),
        ("...", "download.mp3"),
        ("\u202e3pm.exe", "3pm.exe.mp3"),
        ("x" * 300, "x" * 60 + ".mp3"),
        ("\ud800", "download.mp3"),
    ],
)
def test_a_file_s_name_is_one_that_every_system_takes(title: str, name: str) -> None:
    assert wording.file_name(title, MP3) == name


def test_subtitles_carry_their_language_in_the_file_s_name() -> None:
    assert wording.file_name("Film", SRT) == "Film.de.srt"


@pytest.mark.parametrize(
    ("place", "line"),
    [
        (0, "In the queue."),
        (1, "You are next."),
        (2, "Waiting: 1 download is before yours."),
        (3, "Waiting: 2 downloads are before yours."),
    ],
)
def test_the_queue_says_who_is_before_you(place: int, line: str) -> None:
    assert wording.waiting("Song", MP3, place, ENGLISH).endswith(line)


def test_in_a_group_the_bell_names_whoever_waited() -> None:
    in_group = replace(DOWNLOAD, chat_id=-100)

    assert wording.ready(DOWNLOAD, ENGLISH) == "Your file is ready ⬆"
    assert f'href="tg://user?id={ANN}"' in wording.ready(in_group, ENGLISH)
