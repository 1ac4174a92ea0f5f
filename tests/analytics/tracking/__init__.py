"""Facts that other programs report."""
