"""The dashboard's doors, knocked at over HTTP."""
