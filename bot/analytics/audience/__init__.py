"""The audience: who was there on which day, as sets from which anything distinct is counted."""
