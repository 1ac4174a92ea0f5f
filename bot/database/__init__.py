"""Where facts rest: SQLite or PostgreSQL from one URL, with one writer."""
