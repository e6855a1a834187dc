"""The words of watching a page: what it is, how its text came, what a person says of a drift; when a text is none."""

from enum import StrEnum

from portal.core.language import N_
from portal.vendors.rules.facts import Labelled

FEWEST_WORDS = 20
"""Below so many words, a page says nothing to compare: an error, an empty frame, a page drawn by scripts."""
DAYS_BETWEEN_FETCHES = 7
_SEVERAL = 3
"""Points that a page states, from which stating none any more is no silence but another page."""


class PageKind(Labelled):
    """What a vendor publishes on a page."""

    AGREEMENT = "agreement", N_("Accord de traitement publié")
    SECURITY = "security", N_("Page de sécurité")
    SUBPROCESSORS = "subprocessors", N_("Liste de sous-traitants")
    OTHER = "other", N_("Autre page")


class ReadingMeans(Labelled):
    """How the text of a page came."""

    PASTED = "pasted", N_("texte collé")
    FILE = "file", N_("fichier")
    FETCHED = "fetched", N_("page lue à son adresse")


class PublishedState(StrEnum):
    """How far a reading is."""

    WAITING = "waiting"
    READ = "read"
    REFUSED = "refused"


class DriftVerdict(Labelled):
    """What a person says of a drift, once examined."""

    NO_EFFECT = "no_effect", N_("Sans effet : le contrat prévaut")
    TO_NEGOTIATE = "to_negotiate", N_("À négocier")
    FALSE_ALARM = "false_alarm", N_("Faux positif")


def says_too_little(text: str, facts: int, facts_before: int | None) -> bool:
    """Whether a page says so little that comparing it would be a lie: no « nothing changed » comes of an empty page.

    A page that stated several things and suddenly states none is an error page, not a vendor that promises nothing.

    >>> says_too_little("Erreur 404", 0, None), says_too_little("mot " * 40, 0, 6), says_too_little("mot " * 40, 0, 0)
    (True, True, False)
    """
    few = len(text.split()) < FEWEST_WORDS
    return few or (facts == 0 and (facts_before or 0) >= _SEVERAL)
