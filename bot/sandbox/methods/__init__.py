"""The Bot API's methods, by theme; each module has one METHODS table."""
