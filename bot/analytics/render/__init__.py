"""Reports, dressed: one file for each kind of output, each a set of pure functions."""
