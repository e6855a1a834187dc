"""How long a questionnaire takes, so that a letter can say it."""

MINUTES_PER_QUESTION = 2
"""Reading, looking a fact up, answering; a proof already at hand included. An order of magnitude of ours."""
ROUNDED_TO = 15


def minutes_to_answer(questions: int) -> int:
    """Minutes to set aside for so many questions, rounded up to the quarter of an hour.

    >>> [minutes_to_answer(questions) for questions in (1, 36, 38)]
    [15, 75, 90]
    """
    minutes = max(questions, 1) * MINUTES_PER_QUESTION
    return -(-minutes // ROUNDED_TO) * ROUNDED_TO
