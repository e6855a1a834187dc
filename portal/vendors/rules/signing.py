"""When a contract may be said to be signed; pure."""

from datetime import date

from portal.core.language import Sentence, say

EARLIEST = date(1990, 1, 1)
"""Day before which a date of signature is a slip of the pen: no contract with a processor is that old."""


def signature_problem(signed_on: date, today: date, written_on: date | None = None) -> Sentence | None:
    """Why a contract cannot have been signed on a day; `written_on` is the day its text was drafted, when it is known.

    >>> print(signature_problem(date(26, 11, 24), date(2026, 11, 24)))
    Vérifiez l’année de la signature.
    >>> signature_problem(date(2026, 11, 24), date(2026, 11, 24)) is None
    True
    """
    if signed_on > today:
        return say("Cette date est à venir : un contrat s'enregistre une fois signé.")
    if signed_on < EARLIEST:
        return say("Vérifiez l'année de la signature.")
    if written_on is not None and signed_on < written_on:
        return say(
            "Cette version a été rédigée le %(day)s : elle ne peut pas avoir été signée avant.", day=written_on
        )  # fmt: skip
    return None
