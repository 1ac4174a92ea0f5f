"""How often a chat is shown progress."""

from __future__ import annotations

import pytest

from bot.downloads.rhythm import REMEMBERED, Rhythm

PRIVATE, GROUP = 1001, -1001


class Watch:
    """A clock that a test moves."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def watch() -> Watch:
    return Watch()


@pytest.fixture
def rhythm(watch: Watch) -> Rhythm:
    return Rhythm(watch)


@pytest.mark.parametrize(("chat", "seconds"), [(PRIVATE, 1.5), (GROUP, 3.0)])
def test_news_of_one_stage_wait_for_the_chat_s_turn(
    watch: Watch, rhythm: Rhythm, chat: int, seconds: float
) -> None:
    assert rhythm.admits(1, chat, "downloading")
    watch.now += seconds - 0.1
    assert not rhythm.admits(1, chat, "downloading")
    watch.now += 0.2
    assert rhythm.admits(1, chat, "downloading")


def test_a_new_stage_does_not_wait(rhythm: Rhythm) -> None:
    assert rhythm.admits(1, PRIVATE, "downloading")

    assert rhythm.admits(1, PRIVATE, "converting")


def test_two_downloads_share_the_turns_of_their_chat(rhythm: Rhythm) -> None:
    rhythm.enter(2, "downloading")

    assert rhythm.admits(1, GROUP, "downloading")
    assert not rhythm.admits(2, GROUP, "downloading")
    assert rhythm.admits(2, PRIVATE, "downloading")


def test_silence_holds_a_new_stage_back_as_well(watch: Watch, rhythm: Rhythm) -> None:
    rhythm.silence(PRIVATE, 30)

    assert not rhythm.admits(1, PRIVATE, "downloading")
    assert rhythm.admits(2, GROUP, "downloading")
    watch.now += 30
    assert rhythm.admits(1, PRIVATE, "downloading")


def test_what_was_held_back_has_not_begun(rhythm: Rhythm) -> None:
    rhythm.silence(PRIVATE, 30)
    rhythm.admits(1, PRIVATE, "downloading")
    rhythm.admits(2, GROUP, "downloading")

    assert (rhythm.has_begun(1), rhythm.has_begun(2)) == (False, True)


def test_no_more_is_remembered_than_fits(rhythm: Rhythm) -> None:
    for number in range(REMEMBERED + 1):
        rhythm.enter(number, "sending")

    assert (rhythm.has_begun(0), rhythm.has_begun(REMEMBERED)) == (False, True)


def test_a_place_is_told_when_it_is_another_and_the_chats_turn_has_come(
    watch: Watch, rhythm: Rhythm
) -> None:
    rhythm.stand(1, 1)

    told = [rhythm.moves(1, PRIVATE, place) for place in (1, 2, 3)]
    watch.now += 2

    assert told == [False, True, False]
    assert rhythm.moves(1, PRIVATE, 3)


def test_what_has_begun_has_no_place_until_it_waits_again(rhythm: Rhythm) -> None:
    rhythm.enter(1, "downloading")
    is_told = rhythm.moves(1, PRIVATE, 1)

    rhythm.leave(1)

    assert not is_told
    assert rhythm.moves(1, PRIVATE, 1)
