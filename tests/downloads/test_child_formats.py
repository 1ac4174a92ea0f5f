from __future__ import annotations

from typing import Any

import pytest

from bot.downloads.child_formats import is_live, nominal, offers, size_of, sources, subtitles

Json = dict[str, Any]


def made(name: str, **known: object) -> Json:
    return {"format_id": name, "protocol": "https", "ext": "mp4", **known}


def film(name: str, height: int, **known: object) -> Json:
    """Pictures without sound."""
    width = round(height * 16 / 9)
    one = made(name, width=width, height=height, vcodec="avc1.4d", acodec="none")
    return one | known


def sound(name: str, **known: object) -> Json:
    return made(name) | {"vcodec": "none", "acodec": "opus", "ext": "webm"} | known


def chosen(info: Json, kind: str, quality: str) -> list[str]:
    return [str(one["format_id"]) for one in sources(info, kind, quality)]


def qualities(info: Json, kind: str) -> list[str]:
    return [one["quality"] for one in offers(info) if one["format"] == kind]


@pytest.mark.parametrize(
    ("width", "height", "name"),
    [
        (1920, 1080, 1080),
        (1080, 1920, 1080),  # held upright
        (1920, 800, 1080),  # cut at top and bottom
        (640, 480, 480),
        (854, 480, 480),
        (None, 720, 720),
        (None, None, None),
    ],
)
def test_a_shape_has_the_name_that_people_know(
    width: int | None, height: int | None, name: int | None
) -> None:
    assert nominal(width, height) == name


def test_every_height_up_to_the_highest_is_offered() -> None:
    assert qualities({"formats": [film("a", 720)]}, "mp4") == ["360p", "480p", "720p"]


def test_a_film_smaller_than_all_names_is_offered_under_the_smallest() -> None:
    assert qualities({"formats": [film("a", 240)]}, "mp4") == ["360p"]


def test_what_is_higher_than_all_names_can_be_had_smaller() -> None:
    info = {"formats": [film("a", 2160)]}

    assert qualities(info, "mp4")[-1] == "1080p"
    assert chosen(info, "mp4", "1080p") == ["a"]


def test_silence_offers_no_mp3_and_sound_no_mp4() -> None:
    assert qualities({"formats": [film("a", 720)]}, "mp3") == []
    assert qualities({"formats": [sound("a")]}, "mp4") == []


def test_a_bare_file_is_known_by_its_ending() -> None:
    assert qualities(made("a", ext="mp3"), "mp4") == []
    assert qualities(made("a", ext="mp4"), "mp4") == ["360p"]


def test_pictures_without_sound_get_the_sound_that_an_mp4_takes_as_it_is() -> None:
    easy = sound("easy", acodec="mp4a.40.2")
    info = {"formats": [easy, sound("best"), film("a", 720)]}

    assert chosen(info, "mp4", "720p") == ["a", "easy"]
    assert chosen(info, "mp3", "128k") == ["best"]


def test_the_highest_below_the_choice_is_taken_and_of_two_the_one_every_player_shows() -> None:
    formats = [film("low", 360), film("odd", 720, vcodec="av01"), film("plain", 720)]

    assert chosen({"formats": [*formats, film("high", 1080)]}, "mp4", "720p") == ["plain"]


def test_an_mp3_is_made_of_the_smallest_film_if_there_is_no_sound_alone() -> None:
    formats = [film("large", 1080, acodec="mp4a"), film("small", 360, acodec="mp4a")]

    assert chosen({"formats": formats}, "mp3", "128k") == ["small"]


@pytest.mark.parametrize(
    "odd", [{"protocol": "rtmp"}, {"protocol": "file"}, {"protocol": "ftp"}, {"has_drm": True}]
)
def test_what_cannot_be_fetched_is_not_offered(odd: Json) -> None:
    assert offers({"formats": [film("a", 720, acodec="mp4a") | odd]}) == []


def test_sizes_are_told_guessed_from_the_bit_rate_or_unknown() -> None:
    assert size_of([made("a", filesize=7), made("b", filesize_approx=3)], None) == 10
    assert size_of([made("a", tbr=8)], 10) == 10_000
    assert size_of([made("a", filesize=7), made("b")], 10) is None


def test_an_mp3_s_size_follows_from_its_length() -> None:
    found = offers({"duration": 10, "formats": [sound("a")]})

    assert [one["size_bytes"] for one in found] == [160_000, 240_000, 400_000]


def test_subtitles_made_by_people_come_first_and_six_are_enough() -> None:
    track = [{"ext": "vtt", "url": "https://a.example/"}]
    heard = {f"x{n}": track for n in range(9)} | {"en": track}

    found = subtitles({"subtitles": {"de": track}, "automatic_captions": heard})

    assert list(found) == ["de", "en", "x0", "x1", "x2", "x3"]


def test_what_was_spoken_comes_before_what_was_translated() -> None:
    track = [{"ext": "vtt", "url": "https://a.example/"}]
    heard = {"aa": track, "en": track, "ru-orig": track}

    assert list(subtitles({"automatic_captions": heard}))[:2] == ["ru-orig", "en"]


@pytest.mark.parametrize(
    ("tag", "kind"), [("live_chat", "json"), ("de", "ttml"), ("../de", "vtt"), ("d" * 17, "vtt")]
)
def test_subtitles_that_cannot_be_read_or_named_are_not_offered(tag: str, kind: str) -> None:
    track = [{"ext": kind, "url": "https://a.example/"}]

    assert subtitles({"subtitles": {tag: track}}) == {}


@pytest.mark.parametrize("known", [{"is_live": True}, {"live_status": "is_upcoming"}])
def test_what_is_or_will_be_on_the_air_is_live(known: Json) -> None:
    assert is_live(known)
    assert not is_live({"live_status": "was_live"})
