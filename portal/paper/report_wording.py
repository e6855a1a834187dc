"""The words of the report of a check, in both languages."""

from portal.contracts.rules.model import words
from portal.core.language import Language

TITLE = words("Contrôle d'un contrat de sous-traitance", "Check of a data processing agreement")
SUBTITLE = words("Article 28 du règlement (UE) 2016/679 (RGPD)", "Article 28 of Regulation (EU) 2016/679 (GDPR)")
COVER = {
    "name": words("Contrat contrôlé", "Contract checked"),
    "vendor": words("Prestataire", "Vendor"),
    "language": words("Langue et pages", "Language and pages"),
    "at": words("Contrôlé le", "Checked on"),
    "sha256": words("Empreinte SHA-256 du fichier", "SHA-256 digest of the file"),
    "readings": words("Empreinte des lectures", "Digest of the readings"),
}
LANGUAGES = {Language.FR: words("français", "French"), Language.EN: words("anglais", "English")}
PAGE, PAGES = words("page", "page"), words("pages", "pages")
AUTOMATIC = words("Lecture automatique, à confirmer par un juriste.", "Automatic reading, to be confirmed by a lawyer.")
VERDICT, COUNTS = words("Avis", "Verdict"), words("Exigences par constat", "Requirements by finding")
STATUS, NUMBER = words("Constat", "Finding"), words("Nombre", "Number")
TO_ASK = words(
    "Points à demander, car le contrat doit les contenir :", "Points to ask for, as the contract must contain them:"
)
BESIDES = words(
    "Points que le texte ne traite pas et que la loi impose de toute façon, ou qui relèvent de la bonne pratique :",
    "Points that the text does not address and that statute imposes anyway, or that are good practice:",
)
MAIN = words("Ce que l'article 28 impose", "What Article 28 requires")
FINER = words("Points plus fins", "Finer points")
FOUND = words("Exigences, constats et passages", "Requirements, findings and passages")
FOUND_TERMS = words("Ce que le texte fixe", "What the text sets")
FOUND_RULINGS = words("Par exigence", "By requirement")
FOUND_ANNEXES = words("Annexes citées", "Annexes referred to")
REQUIREMENT, PROOF = words("Exigence", "Requirement"), words("Raison et passage", "Reason and passage")
SAID_BY_CHECK = words("lecture automatique : ", "automatic reading: ")
CONFIRMED = words("confirmé par le juriste", "confirmed by the lawyer")
BLANKS = words("Ce qui reste à compléter", "What is still to be completed")
TERMS = words("Délais, montants et coûts", "Times, amounts and costs")
TERM_HEADER = (
    words("Objet", "Subject"),
    words("Valeur", "Value"),
    words("Avis", "Opinion"),
    words("Passage", "Passage"),
)
RULINGS = words("Décisions du juriste", "Decisions of the lawyer")
RULING_HEADER = (
    words("Exigence", "Requirement"),
    words("Lecture automatique", "Automatic reading"),
    words("Décision", "Decision"),
    words("Note", "Note"),
)
ANNEXES = words("Annexes", "Annexes")
ANNEX_HEADER = (words("Annexe", "Annex"), words("Dans le fichier lu", "In the file read"))
SUPPLIED, ABSENT = words("présente", "present"), words("citée, non fournie", "referred to, not supplied")
METHOD = words("Méthode et limites", "Method and limits")
METHOD_TEXT = (
    words(
        "Ce rapport résulte d'une lecture automatique, à confirmer par un juriste. Il n'est ni un avis juridique ni "
        "une certification de conformité.",
        "This report results from an automatic reading, to be confirmed by a lawyer. It is neither legal advice nor a "
        "certification of compliance.",
    ),
    words(
        "Le texte est découpé en phrases, rattachées à leur titre et à la phrase qui les introduit ; les parties y "
        "sont reconnues ; chaque exigence est cherchée par des règles écrites, en tenant compte des négations, de la "
        "partie obligée et des renvois à des documents absents. Le même fichier et les mêmes lectures, désignés par "
        "leurs empreintes, donnent toujours le même résultat.",
        "The text is cut into sentences, attached to their heading and to the sentence that introduces them; the "
        "parties are recognised in it; each requirement is looked for by written rules, taking into account "
        "negations, the party bound and references to absent documents. The same file and the same readings, named "
        "by their digests, always give the same result.",
    ),
    words(
        "Un constat « non trouvé » veut dire qu'aucune phrase reconnue ne traite ce point dans le fichier lu : un "
        "autre document, une annexe non fournie ou une rédaction inhabituelle peut le traiter. Un constat "
        "« satisfait » veut dire que le texte traite ce point, non que le prestataire l'applique.",
        'A finding "not found" means that no sentence recognised addresses the point in the file read: another '
        'document, an annex not supplied or unusual wording may address it. A finding "satisfied" means that '
        "the text addresses the point, not that the vendor complies with it.",
    ),
    words(
        "L'absence d'un point que la loi impose déjà ou qui relève de la bonne pratique ne rend pas le contrat "
        "incomplet.",
        "The absence of a point that statute already imposes, or that is good practice, does not make the contract "
        "incomplete.",
    ),
)
