"""Questionnaires as data: the format, its checks, what is asked of whom, and what still lacks an answer."""
