"""Facts that other programs report: checked, written at once, and counted in every report."""
