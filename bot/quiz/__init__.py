"""The quiz room: banks of questions, runs that survive a crash, scores."""
