"""What every bot in a process of its own has loaded already, before it is forked off."""

from __future__ import annotations

import gc

import aiosqlite  # noqa: F401  the engine loads it by name
import apscheduler.executors.asyncio  # noqa: F401  so does the scheduler

import bot.cli
import bot.run  # noqa: F401
from bot.telegram.connect import build_models

build_models()

# What is frozen no collector touches, so its pages stay shared: to copy them takes half a start.
gc.collect()
gc.freeze()
