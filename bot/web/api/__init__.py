"""The API: endpoints that say themselves who may ask, what they take and what they give."""
