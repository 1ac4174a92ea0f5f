from __future__ import annotations

import subprocess
from collections.abc import Sequence
from pathlib import Path

import pytest

from bot.downloads import ffmpeg
from bot.downloads.ffmpeg import Found, Tags
from tests.downloads.places import film, made

TAGS = Tags(title="A -title", performer="Somebody")
H264 = ["-c:v", "libx264", "-pix_fmt", "yuv420p", "-c:a", "aac", "-f", "matroska"]
COLOURS = ["-f", "lavfi", "-i", "testsrc=size=640x360:rate=10", "-f", "lavfi", "-i", "sine"]
VTT = b"WEBVTT\n\n00:00.000 --> 00:01.000\nA word\n"


def told(words: Sequence[str], folder: Path) -> str:
    """Run it there; what it said."""
    program = ffmpeg.program()
    assert program
    ended = subprocess.run(  # noqa: S603  our own words
        [program, *words], cwd=folder, capture_output=True, text=True, check=False
    )
    return ended.stderr


def kind_of(name: str, folder: Path, formats: str = ffmpeg.MOVIES) -> Found:
    return ffmpeg.found(told(ffmpeg.inspect(name, formats), folder))


def test_what_is_in_a_file_is_read_from_what_ffmpeg_says(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(film())

    found = kind_of("a", tmp_path)

    assert (found.video, found.audio, found.pixels) == ("mpeg4", "mp3", "yuv420p")
    assert (found.width, found.height) == (854, 480)
    assert found.seconds == pytest.approx(1, abs=0.1)


def test_what_every_player_shows_is_copied(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(made(*COLOURS, "-t", "1", *H264))

    words = ffmpeg.to_mp4(["a"], "b.mp4", [kind_of("a", tmp_path)], 1, TAGS)

    assert [words[words.index(one) + 1] for one in ("-c:v", "-c:a")] == ["copy", "copy"]


def test_anything_else_is_coded_again_and_may_get_smaller(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(film())
    kinds = [kind_of("a", tmp_path)]

    told(ffmpeg.to_mp4(["a"], "b.mp4", kinds, 0.5, TAGS), tmp_path)

    made_now = kind_of("b.mp4", tmp_path)
    assert (made_now.video, made_now.audio) == ("h264", "aac")
    assert (made_now.width, made_now.height) == (426, 240)


def test_pictures_and_sound_that_came_apart_are_joined(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(made(*COLOURS, "-t", "1", "-map", "0:v", *H264))
    (tmp_path / "b").write_bytes(made(*COLOURS, "-t", "1", "-map", "1:a", *H264))
    kinds = [kind_of(name, tmp_path) for name in "ab"]

    told(ffmpeg.to_mp4(["a", "b"], "c.mp4", kinds, 1, TAGS), tmp_path)

    joined = kind_of("c.mp4", tmp_path)
    assert [(one.video, one.audio) for one in kinds] == [("h264", None), (None, "aac")]
    assert (joined.video, joined.audio) == ("h264", "aac")


def test_a_title_that_looks_like_an_order_is_a_title(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(film())

    told(ffmpeg.to_mp3("a", "b.mp3", "128k", TAGS, None), tmp_path)

    assert ": A -title" in told(ffmpeg.inspect("b.mp3"), tmp_path)


def test_subtitles_of_the_web_become_an_srt(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(VTT)

    told(ffmpeg.to_srt("a", "b.srt"), tmp_path)

    assert (tmp_path / "b.srt").read_text().startswith("1\n00:00:00,000 --> 00:00:01,000\nA word")


@pytest.mark.parametrize(("size", "shape"), [("640x320", "320x160"), ("100x80", "100x80")])
def test_a_picture_gets_small_and_is_never_blown_up(size: str, shape: str, tmp_path: Path) -> None:
    colours = ["-f", "lavfi", "-i", f"testsrc=size={size}", "-frames:v", "1"]
    (tmp_path / "a").write_bytes(made(*colours, "-c:v", "png", "-f", "image2pipe"))

    told(ffmpeg.to_jpeg("a", "b.jpg"), tmp_path)

    assert f", {shape}" in told(["-i", "b.jpg"], tmp_path)


@pytest.mark.parametrize("formats", [ffmpeg.MOVIES, ffmpeg.PICTURES, ffmpeg.SUBTITLES])
@pytest.mark.parametrize(
    "content",
    [
        "ffconcat version 1.0\nfile other.mkv\n",
        "#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXTINF:1,\nother.mkv\n#EXT-X-ENDLIST\n",
        "v=0\nc=IN IP4 127.0.0.1\nm=audio 4000 RTP/AVP 0\n",
        "<MPD xmlns='urn:mpeg:dash:schema:mpd:2011'><BaseURL>other.mkv</BaseURL></MPD>",
        "<svg xmlns='http://www.w3.org/2000/svg'><image href='other.mkv'/></svg>",
    ],
)
def test_no_file_that_names_another_one_is_opened(
    formats: str, content: str, tmp_path: Path
) -> None:
    (tmp_path / "other.mkv").write_bytes(film())
    (tmp_path / "a").write_text(content)

    assert kind_of("a", tmp_path, formats) == Found()


def test_ffmpeg_reads_no_other_protocol_than_files(tmp_path: Path) -> None:
    words = ffmpeg.inspect("a")
    words[-1] = "http://127.0.0.1:1/"

    assert "not on whitelist" in told(words, tmp_path)
