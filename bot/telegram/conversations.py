"""Where each conversation with a person stands, in memory, and never more than fits there."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from aiogram.exceptions import DataNotDictLikeError
from aiogram.fsm.state import State
from aiogram.fsm.storage.base import BaseStorage, StateType, StorageKey

CONVERSATIONS_REMEMBERED = 100_000


@dataclass(slots=True)
class Record:
    """What a router's state machine wants to know next time."""

    state: str | None = None
    data: dict[str, Any] = field(default_factory=dict)


class Conversations(BaseStorage):
    """aiogram's storage for states; a restart forgets all of it.

    aiogram asks for the state at every update.  Its own storage makes a record when asked, one
    for every person who ever wrote; here only what was set is kept, and nothing once it is empty.
    limit: how many are kept; the one that was silent longest goes first
    """

    def __init__(self, limit: int = CONVERSATIONS_REMEMBERED) -> None:
        self._limit = limit
        self._records: OrderedDict[StorageKey, Record] = OrderedDict()

    @property
    def count(self) -> int:
        """How many are kept.  No __len__: aiogram would take an empty storage for none at all."""
        return len(self._records)

    async def set_state(self, key: StorageKey, state: StateType = None) -> None:
        name = state.state if isinstance(state, State) else state
        self._keep(key, Record(name, self._look(key).data))

    async def get_state(self, key: StorageKey) -> str | None:
        return self._look(key).state

    async def set_data(self, key: StorageKey, data: Mapping[str, Any]) -> None:
        if not isinstance(data, dict):
            raise DataNotDictLikeError(f"data must be a dict, not {type(data).__name__}")
        self._keep(key, Record(self._look(key).state, data.copy()))

    async def get_data(self, key: StorageKey) -> dict[str, Any]:
        return self._look(key).data.copy()

    async def close(self) -> None:
        """Nothing is open."""

    def _look(self, key: StorageKey) -> Record:
        """The record of *key*, or an empty one that is not kept."""
        if key not in self._records:
            return Record()
        self._records.move_to_end(key)
        return self._records[key]

    def _keep(self, key: StorageKey, record: Record) -> None:
        if record.state is None and not record.data:
            self._records.pop(key, None)
            return
        self._records[key] = record
        self._records.move_to_end(key)
        if len(self._records) > self._limit:
            self._records.popitem(last=False)
