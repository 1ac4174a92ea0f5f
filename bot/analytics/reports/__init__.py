"""The read side: a period goes in, a frozen report comes out; one file for each question."""
