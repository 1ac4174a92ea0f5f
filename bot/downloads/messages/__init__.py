"""The bot's messages about downloads: their text or caption, and their buttons."""
