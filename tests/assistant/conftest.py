"""An endpoint for a model that says what a test wants."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from tests.assistant.endpoint import Endpoint, endpoint


@pytest.fixture
async def model() -> AsyncIterator[Endpoint]:
    async with endpoint() as one:
        yield one
