"""Money: what was paid in Telegram Stars."""
