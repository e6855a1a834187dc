"""What a file may be about, and how long it is kept."""

from portal.core.language import N_
from portal.vendors.rules.facts import Labelled

RETENTION_DAYS = 30
"""How long an archive can be downloaded again. Ours, not the law's: what it is made of stays where it was, and a copy
of everything held of a vendor is not left lying about (RGPD art. 5(1)(e))."""


class SubjectKind(Labelled):
    """What a file is about."""

    VENDOR = "vendor", N_("Un sous-traitant")
    ACTIVITY = "activity", N_("Un traitement du registre")
    ENTITY = "entity", N_("Une entité du groupe")
