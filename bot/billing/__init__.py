"""Money: what was paid in Telegram Stars, and what it gives."""
