"""How the articles of a rule are cited to whoever reads: the data write them once, in French."""

from portal.core.language import Language

_WORDS = (
    ("Contrat", "Contract"), ("preuve de ", "proof of "), ("RGPD ", "GDPR "), ("Règl. ", "Reg. "), ("règl. ", "Reg. "),
    ("/UE ", "/EU "), ("(UE) ", "(EU) "), ("CJUE ", "CJEU "), ("CEPD, lignes directrices ", "EDPB, Guidelines "),
    (", dernier alinéa", ", last subparagraph"), (" et suivants", " and following"), (" (anciens)", " (former)"),
    ("Loi n° 78-17 du 6 janvier 1978", "Act No. 78-17 of 6 January 1978"),
    (" cf. ", " see "), (" à ", " to "), (" et ", " and "), (" ; ", "; "),
)  # fmt: skip


def cited(articles: str, language: Language) -> str:
    """The articles of a rule, whose few words are the reader's: the codes keep their French names.

    >>> cited("Contrat, CL30 ; preuve de L221-21", Language.EN)
    'Contract, CL30; proof of L221-21'
    >>> cited("RGPD art. 33(1) ; CEPD, lignes directrices 9/2022", Language.EN)
    'GDPR art. 33(1); EDPB, Guidelines 9/2022'
    >>> cited("Dir. 2011/83/UE art. 9(1)", Language.EN), cited("Dir. 2011/83/UE art. 9(1)", Language.FR)
    ('Dir. 2011/83/EU art. 9(1)', 'Dir. 2011/83/UE art. 9(1)')
    """
    if language is Language.EN:
        for french, english in _WORDS:
            articles = articles.replace(french, english)
    return articles
