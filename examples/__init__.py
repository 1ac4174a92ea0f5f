"""Features of somebody else, loaded with BOT_ROUTERS and measured like our own."""
