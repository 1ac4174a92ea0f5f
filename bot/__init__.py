"""A self-hosted Telegram bot that measures itself."""
