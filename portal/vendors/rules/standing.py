"""How far the contract with a vendor is, in one word: what lists filter by and management counts; pure."""

from datetime import date, timedelta

from portal.core.language import N_
from portal.vendors.rules.facts import Labelled

EXPIRING_DAYS = 60
"""A contract that ends of itself within so many days is told apart."""


class ContractStanding(Labelled):
    """The most that a vendor's contracts come to; only the first is a contract (RGPD art. 28(3) and (9))."""

    IN_FORCE = "in_force", N_("En vigueur")
    UNREAD = "unread", N_("Copie non lue")
    """Recorded as signed and in force, but nobody has read the copy: nothing shows yet what was signed."""
    SIGNED = "signed", N_("Signé, pas encore en vigueur")
    NEGOTIATING = "negotiating", N_("En négociation")
    DRAFTING = "drafting", N_("En rédaction")
    NONE = "none", N_("Aucun")


def last_day_told_apart(today: date) -> date:
    """The last day on which a contract must end to count as expiring.

    >>> last_day_told_apart(date(2026, 11, 1))
    datetime.date(2026, 12, 31)
    """
    return today + timedelta(days=EXPIRING_DAYS)
