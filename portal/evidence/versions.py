"""Whether a document is a newer version of another, so that every answer that rests on the one rests on the other."""

from collections.abc import Sequence
from datetime import date

from portal.core.dataclass import dataclass
from portal.core.language import Sentence, say
from portal.evidence.reading.document_kind import NONE
from portal.evidence.reading.doubts import shares_word


@dataclass(frozen=True)
class PieceVersion:
    """What is known of one version: what its vendor says, what was read in it, and its last good day."""

    kind: str = ""
    read_kind: str = ""
    """Empty when the file was not read."""
    holder: str = ""
    """Whose it is, as read."""
    until: date | None = None

    @property
    def known_kind(self) -> str:
        """What it is: what was read in it before what its vendor says of it."""
        return self.read_kind or self.kind


def why_no_version(older: PieceVersion, newer: PieceVersion, names: Sequence[str], today: date) -> Sentence | None:
    """Why a document cannot stand for another in all its answers at once; None when it can.

    What is refused here may still be attached to an answer by itself, where it is looked at for that answer.

    >>> old = PieceVersion("iso27001", "iso27001", "Nuage SAS", date(2026, 3, 31))
    >>> why_no_version(old, PieceVersion("", "iso27001", "Nuage SAS", date(2029, 3, 31)), ["Nuage"], date(2026, 4, 1))
    >>> why_no_version(old, PieceVersion("", "hds", "Nuage", date(2029, 3, 31)), ["Nuage"], date(2026, 4, 1)) is None
    False
    """
    if newer.read_kind == NONE:
        return say("Ce document n'atteste de rien : il ne remplace pas une preuve.")
    if older.known_kind and newer.known_kind and older.known_kind != newer.known_kind:
        return say("Ce document n'est pas de la même nature que celui qu'il remplacerait : déposez-le à part.")
    if newer.holder and newer.holder != older.holder and not shares_word(newer.holder, names):
        return say("Ce document est au nom de « %(holder)s » : il ne remplace pas le vôtre.", holder=newer.holder)
    return _why_too_old(older.until, newer.until, today)


def _why_too_old(older: date | None, newer: date | None, today: date) -> Sentence | None:
    if newer is None:
        return None if older is None else say("Dites de quand date ce document : sans date, il n'en remplace pas.")
    if newer < today:
        return say("Ce document ne vaut plus, il valait jusqu'au %(day)s : il n'en remplace aucun.", day=newer)
    if older is not None and newer < older:
        return say("Ce document vaut moins longtemps que celui qu'il remplacerait.")
    return None
