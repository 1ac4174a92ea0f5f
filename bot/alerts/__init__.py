"""When somebody should be woken: rules, the states they cause, and messages that arrive once."""
