"""The side server: health, metrics and, with a webhook, the updates themselves."""
