"""A self-hosted Telegram bot that measures itself."""

import sys

from bot.late_models import LateModels

# Before anybody can import aiogram.
sys.meta_path.insert(0, LateModels())
