"""Every report laid out: one file a report, from its numbers to a sheet."""
