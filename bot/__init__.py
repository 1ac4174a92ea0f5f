"""A self-hosted Telegram bot that measures itself."""

import sys

from bot.late_models import LateModels

sys.meta_path.insert(0, LateModels())
