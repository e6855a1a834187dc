"""What a document of the library is: whether it can be the contract of RGPD art. 28, and whether it hangs on one."""

from enum import StrEnum

from portal.core.language import N_


class DocumentKind(StrEnum):
    """The kinds of document that are drafted with a vendor."""

    PROCESSING = "processing"
    """A contract under which a vendor processes on behalf of others (RGPD art. 28(3)); an amendment of one too."""
    ARRANGEMENT = "arrangement"
    """Signed by both parties without being that contract: joint controllers (RGPD art. 26), transfers back, ranks."""
    LETTER = "letter"
    """One party writes to the other about a contract that is there."""
    ASSESSMENT = "assessment"
    """What one party writes for itself and for the authority: the assessment of a transfer."""

    @property
    def counts(self) -> bool:
        """Whether it can be the contract of a vendor: it claims the coverage of art. 28, and every figure counts it."""
        return self is DocumentKind.PROCESSING

    @property
    def hangs(self) -> bool:
        """Whether it is only about a contract that is there."""
        return self in (DocumentKind.LETTER, DocumentKind.ASSESSMENT)

    @property
    def is_letter(self) -> bool:
        """Whether it is addressed, and numbered by points rather than by articles."""
        return self is DocumentKind.LETTER


NOT_COVERING = {
    DocumentKind.ARRANGEMENT: N_(
        "Ce document n'est pas le contrat de l'article 28 du RGPD : il ne couvre aucune de ses obligations, et ne "
        "compte pas comme contrat."
    ),
    DocumentKind.LETTER: N_("Cette lettre suit un contrat : elle n'en est pas un, et ne compte pas comme contrat."),
    DocumentKind.ASSESSMENT: N_(
        "Cette évaluation suit un contrat : elle n'en est pas un, et ne compte pas comme contrat."
    ),
}
"""Why no coverage is shown."""
