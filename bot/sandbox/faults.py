"""Faults on order: how a server or a network can fail a bot."""

from __future__ import annotations

import asyncio
import itertools
from dataclasses import asdict, dataclass, field
from typing import Any

KINDS = ("status", "delay", "hang", "drop", "garbage", "lost")


@dataclass(slots=True)
class Fault:
    """How calls of *method* fail; `times` counts down, None is for ever.

    status: refused with `status`, `description` and `retry_after`;
    delay: answered `seconds` late;
    hang: not answered for `seconds` (or until removed), then the connection closes;
    drop: the connection closes, the call is not done;
    garbage: 200 with a body that is no JSON, the call is not done;
    lost: the call is done, its answer is not: the connection closes
    """

    method: str
    kind: str
    status: int = 500
    description: str = "Internal Server Error"
    retry_after: int | None = None
    seconds: float | None = None
    times: int | None = None
    id: int = 0

    def view(self) -> dict[str, Any]:
        """The fault as the driving interface shows it."""
        return asdict(self)


@dataclass(slots=True)
class Faults:
    """All ordered faults, oldest first."""

    _ordered: dict[int, Fault] = field(default_factory=dict)
    _removed: dict[int, asyncio.Event] = field(default_factory=dict)
    _ids: itertools.count[int] = field(default_factory=lambda: itertools.count(1))

    def add(self, fault: Fault) -> int:
        """Order *fault*; its id comes back."""
        fault.id = next(self._ids)
        self._ordered[fault.id] = fault
        self._removed[fault.id] = asyncio.Event()
        return fault.id

    def take(self, method: str) -> Fault | None:
        """The oldest fault for this call, used once; None when all is well."""
        for fault in self._ordered.values():
            if fault.method in {"*", method.lower()} and fault.times != 0:
                return self._use(fault)
        return None

    def remove(self, fault_id: int) -> bool:
        """Take the fault back and let go what hangs on it; False when there was none."""
        removed = self._removed.pop(fault_id, None)
        if removed:
            removed.set()
        return self._ordered.pop(fault_id, None) is not None

    def clear(self) -> None:
        """Take every fault back."""
        for fault_id in tuple(self._ordered):
            self.remove(fault_id)

    def view(self) -> list[dict[str, Any]]:
        """Every fault that can still strike."""
        return [fault.view() for fault in self._ordered.values() if fault.times != 0]

    async def hang(self, fault: Fault) -> None:
        """Return after the fault's seconds, or when it is removed."""
        removed = self._removed.get(fault.id)
        if removed is None:
            return
        waiting = asyncio.ensure_future(removed.wait())
        await asyncio.wait({waiting}, timeout=fault.seconds)
        waiting.cancel()

    def _use(self, fault: Fault) -> Fault:
        if fault.times is not None:
            fault.times -= 1
        return fault
