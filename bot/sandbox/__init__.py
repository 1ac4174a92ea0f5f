"""Telegram without Telegram: a Bot API server on loopback, its chat page, simulated people."""
