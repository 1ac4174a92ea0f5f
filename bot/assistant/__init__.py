"""Talks with an OpenAI-compatible model: streamed answers, their tokens and what they cost."""
