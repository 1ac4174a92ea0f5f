"""The memory keeps to its budget, and nobody is remembered for ever."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from bot.assistant.conversation import Memory
from bot.assistant.speaker import Said
from bot.assistant.tokens import MESSAGE_TOKENS, estimate

ANN = (1, 1)
BOB = (2, 2)
# A pair of two short texts takes 2 · (1 + 3) tokens.
PAIR = 8


def texts(memory: Memory, key: tuple[int, int] = ANN) -> list[str]:
    return [one.text for one in memory.recall(key)]


def test_what_was_said_comes_back_in_order() -> None:
    memory = Memory(100)

    memory.add(ANN, "q1", "a1")
    memory.add(ANN, "q2", "a2")

    assert memory.recall(ANN)[:2] == [Said("user", "q1"), Said("assistant", "a1")]
    assert texts(memory) == ["q1", "a1", "q2", "a2"]


def test_the_oldest_pair_goes_first() -> None:
    memory = Memory(2 * PAIR)

    for n in "123":
        memory.add(ANN, "q" + n, "a" + n)

    assert texts(memory) == ["q2", "a2", "q3", "a3"]


def test_a_pair_that_is_too_large_is_not_remembered() -> None:
    memory = Memory(PAIR)

    memory.add(ANN, "q", "a" * 100)

    assert len(memory) == 0


def test_people_do_not_hear_each_other() -> None:
    memory = Memory(100)

    memory.add(ANN, "secret", "a")

    assert texts(memory, BOB) == []


def test_who_asked_longest_ago_is_forgotten_when_people_are_many() -> None:
    memory = Memory(100, people=2)

    for key in (ANN, BOB, ANN, (3, 3)):
        memory.add(key, "q", "a")

    assert [bool(texts(memory, key)) for key in (ANN, BOB, (3, 3))] == [True, False, True]


def test_a_conversation_can_be_dropped() -> None:
    memory = Memory(100)
    memory.add(ANN, "q", "a")

    memory.drop(ANN)

    assert texts(memory) == []


def test_what_is_old_is_forgotten() -> None:
    now = [0.0]
    memory = Memory(100, monotonic=lambda: now[0])
    for now[0], key in ((0, ANN), (5, BOB)):
        memory.add(key, "q", "a")

    now[0] = 14
    memory.expire(10)

    assert [bool(texts(memory, key)) for key in (ANN, BOB)] == [False, True]


def test_a_person_is_forgotten_in_every_chat() -> None:
    memory = Memory(100)
    for chat in (1, -5):
        memory.add((chat, 1), "q", "a")
    memory.add((-5, 2), "q", "a")

    memory.forget(1)

    assert len(memory) == 1


@given(st.integers(0, 60), st.lists(st.tuples(st.text(max_size=40), st.text(max_size=40))))
def test_no_conversation_is_over_its_budget(budget: int, pairs: list[tuple[str, str]]) -> None:
    memory = Memory(budget)

    for question, answer in pairs:
        memory.add(ANN, question, answer)

    recalled = memory.recall(ANN)
    assert sum(estimate(one.text) + MESSAGE_TOKENS for one in recalled) <= budget
    assert [one.text for one in recalled] == [text for pair in pairs for text in pair][
        len(pairs) * 2 - len(recalled) :
    ]
