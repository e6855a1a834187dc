"""What may be asked of a colleague, and how often: a nudge a day and five in all; a day that is still of use."""

from datetime import date

from portal.core.language import Sentence, say

MOST_NUDGES = 5
LONGEST_NOTE = 1_000
"""Characters of what is said to the colleague."""
MOST_DELEGATIONS = 100
"""Parts of one audit that may be given at one time."""


def nudge_problem(nudges: int, nudged_on: date | None, given_on: date, today: date) -> Sentence | None:
    """Why a colleague may not be reminded now; none when they may.

    >>> monday, tuesday = date(2027, 3, 1), date(2027, 3, 2)
    >>> [nudge_problem(0, None, monday, day) is None for day in (monday, tuesday)]
    [False, True]
    >>> nudge_problem(1, tuesday, monday, tuesday) is None
    False
    """
    if given_on >= today:
        return say("Votre demande est d'aujourd'hui : laissez-lui un jour avant de relancer.")
    if nudged_on is not None and nudged_on >= today:
        return say("Une relance est déjà partie aujourd'hui : recommencez demain.")
    if nudges >= MOST_NUDGES:
        return say(
            "%(most)s relances sont déjà parties : appelez cette personne ou reprenez la main.", most=MOST_NUDGES
        )
    return None


def day_problem(due_on: date | None, audit_due_on: date, today: date) -> Sentence | None:
    """Why a colleague may not be given this day; none when they may, or when no day is given.

    >>> [day_problem(day, date(2027, 3, 31), date(2027, 3, 1)) is None
    ...  for day in (None, date(2027, 3, 31), date(2027, 4, 1), date(2027, 2, 28))]
    [True, True, False, False]
    """
    if due_on is None:
        return None
    if due_on < today:
        return say("Ce jour est déjà passé : choisissez un jour à venir.")
    if due_on > max(audit_due_on, today):
        return say("Les réponses sont attendues le %(day)s : choisissez un jour d'ici là.", day=audit_due_on)
    return None
