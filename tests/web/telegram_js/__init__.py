"""Tests of the dashboard's bridge to Telegram, in a browser."""
