"""The end of a process in steps, none of which can keep the others from being taken."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import structlog

log = structlog.get_logger(__name__)


async def attempt(*steps: Callable[[], Awaitable[object]]) -> bool:
    """Take each step in turn, whatever becomes of the others; whether all went well.

    A step that fails is logged; one that returns False says itself that it went wrong.
    """
    went_well = True
    for step in steps:
        try:
            went_well &= await step() is not False
        except Exception:
            # A border: the steps after this one must be taken whatever happens.
            log.exception("a step of the stop failed")
            went_well = False
    return went_well
