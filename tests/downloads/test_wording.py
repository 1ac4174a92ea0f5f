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
from bot.downloads.records import Waiting
from tests.downloads.queue_scene import ANN, MP3, NOON, SONG, SRT

ENGLISH, GERMAN = Words(), Words(locale="de")
TELEPHONE = 36  # characters in a line of a message with a picture
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
    """What follows the word for the stage of a progress that goes on, or that word."""
    stage = progress.pop("stage", "downloading")
    lines = wording.progress(DOWNLOAD, Progress(stage=stage, **progress), words).splitlines()
    return "\n".join(lines[4:] or lines[3:])


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

    assert line == "████░░░░░░ 45% · 0:12 left\n12.3 MB of 27 MB · 1.2 MB/s"


@pytest.mark.parametrize(
    ("seconds", "left"), [(0.4, ""), (59.6, " · 1:00 left"), (3725, " · 1:02:05 left")]
)
def test_the_time_left_is_written_as_a_clock_does(seconds: float, left: str) -> None:
    line = told(done_bytes=1, total_bytes=2, seconds_left=seconds)

    assert line.splitlines()[0] == f"█████░░░░░ 50%{left}"


def test_no_line_of_a_progress_is_too_long_for_a_telephone() -> None:
    line = told(
        done_bytes=888_800_000,
        total_bytes=999_900_000,
        bytes_per_second=11_100_000,
        seconds_left=3599,
    )

    assert max(len(one) for one in line.splitlines()) <= TELEPHONE


def test_progress_is_in_the_language_s_figures() -> None:
    assert "1,2 MB" in told(GERMAN, done_bytes=1_200_000, total_bytes=3_000_000)


def test_a_size_that_nobody_knows_leaves_what_came_so_far() -> None:
    assert told(done_bytes=5_000_000, bytes_per_second=1000) == "5 MB · 1 kB/s"


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


def test_a_lock_is_explained_where_there_is_one() -> None:
    without, with_one = (wording.offer(SONG, ENGLISH, has_lock=one) for one in (False, True))

    assert "🔒" not in without
    assert with_one == f"{without}\n🔒 is over a limit; press it to read which."


def test_a_button_says_what_it_brings_and_its_size() -> None:
    offer = Offer(choice=MP3, size_bytes=1_234_567)

    assert wording.label(offer, GERMAN) == "🎵 mp3 192k · 1,2 MB"
    assert wording.label(offer, GERMAN, is_locked=True) == "🔒 mp3 192k · 1,2 MB"


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


def test_whoever_lost_a_worker_with_the_last_life_is_told_that_it_goes_on() -> None:
    interrupted = Waiting(download=DOWNLOAD, place=2, is_interrupted=True)

    lines = wording.standing(interrupted, ENGLISH).splitlines()

    assert lines[-2:] == [
        "⏳ Waiting: 1 download is before yours.",
        "🔁 I was restarted, and go on as soon as it is your turn.",
    ]


def test_in_a_group_the_bell_names_whoever_waited() -> None:
    in_group = replace(DOWNLOAD, chat_id=-100)

    assert wording.ready(DOWNLOAD, ENGLISH) == "Your file is ready ⬆"
    assert f'href="tg://user?id={ANN}"' in wording.ready(in_group, ENGLISH)
