"""Telegram's edges: calls, updates, and an orderly end.  connection.Connection joins the parts."""
