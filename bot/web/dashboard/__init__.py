"""The dashboard: who may look, and its page with its files."""
