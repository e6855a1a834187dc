"""How far the contract with a vendor is, in one word: what lists filter by and management counts; pure."""

from datetime import date, timedelta

from portal.core.language import N_
from portal.vendors.rules.facts import Labelled

EXPIRING_DAYS = 60
"""A contract that ends of itself within so many days is told apart."""


class ContractStanding(Labelled):
    """The most that a vendor's contracts come to; only the first is a contract for all it does (RGPD art. 28(3), (9)).

    Processing is governed by a contract that says its subject matter: that of one service binds nobody for another.
    """

    IN_FORCE = "in_force", N_("En vigueur")
    PARTIAL = "partial", N_("En vigueur, pas pour toutes ses prestations")
    """In force and read for one of its services at least, and not for another."""
    UNREAD = "unread", N_("Copie non lue")
    """Recorded as signed and in force, but nobody has read the copy: nothing shows yet what was signed."""
    SIGNED = "signed", N_("Signé, pas encore en vigueur")
    NEGOTIATING = "negotiating", N_("En négociation")
    DRAFTING = "drafting", N_("En rédaction")
    JOINT_IN_FORCE = "joint_in_force", N_("Accord art. 26 en vigueur")
    """Joint controllers alone: what they must have is in force (RGPD art. 26), and there is no processor to bind."""
    JOINT = "joint", N_("Accord art. 26 à conclure")
    NONE = "none", N_("Aucun")


BINDING = (ContractStanding.IN_FORCE, ContractStanding.PARTIAL)
"""Those in which something is in force and read."""
AS_CONTROLLERS = (ContractStanding.JOINT_IN_FORCE, ContractStanding.JOINT)
"""Those that art. 28 asks no contract of: counted apart, never as without a contract."""


def last_day_told_apart(today: date) -> date:
    """The last day on which a contract must end to count as expiring.

    >>> last_day_told_apart(date(2026, 11, 1))
    datetime.date(2026, 12, 31)
    """
    return today + timedelta(days=EXPIRING_DAYS)
