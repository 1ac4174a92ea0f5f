"""Counting with sets of people, one a day: any window, and how many days each person came."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import accumulate

from pyroaring import BitMap


def union(sets: Sequence[BitMap]) -> BitMap:
    """Everybody in any of *sets*."""
    return BitMap.union(BitMap(), *sets)


def window_sizes(sets: Sequence[BitMap], width: int) -> list[int]:
    """How many people there are in each run of *width* sets: one number for each last set.

    Three unions a set whatever the width: any run is the end of one block of *width* sets and the
    beginning of the next (van Herk 1992, Gil and Werman 1993, for maxima).
    """
    fronts: list[BitMap] = []
    backs: list[BitMap] = []
    for n in range(0, len(sets), width):
        block = sets[n : n + width]
        fronts += accumulate(block, BitMap.__or__)
        backs += reversed(list(accumulate(reversed(block), BitMap.__or__)))
    return [
        backs[n].union_cardinality(fronts[n + width - 1]) for n in range(len(sets) - width + 1)
    ]


def frequencies(sets: Sequence[BitMap]) -> list[int]:
    """How many people are in exactly 1, 2, … len(sets) of *sets*.

    Everybody's count is kept in binary, one set a digit, so adding a day takes a few operations
    on sets however many people there are.
    """
    digits: list[BitMap] = []
    for members in sets:
        carry = members
        for n, digit in enumerate(digits):
            digits[n], carry = digit ^ carry, digit & carry
        if carry:
            digits.append(carry)
    found = [0] * (2 ** len(digits))
    _split(union(digits), digits, len(digits), 0, found)
    return (found[1:] + [0] * len(sets))[: len(sets)]


def _split(some: BitMap, digits: Sequence[BitMap], left: int, number: int, to: list[int]) -> None:
    """Part *some*, whose digits above the last *left* ones spell *number*, by the next digit."""
    if not left:
        to[number] = len(some)
    if not left or not some:
        return
    digit = digits[left - 1]
    _split(some - digit, digits, left - 1, 2 * number, to)
    _split(some & digit, digits, left - 1, 2 * number + 1, to)
