"""What the bot says.  One file for each topic; each has one `build_router()`."""
