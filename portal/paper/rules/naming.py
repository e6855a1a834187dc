"""What requirements, statuses, verdicts and terms are called, in both languages, wherever they are shown on paper."""

from collections.abc import Iterable, Mapping

from portal.contracts.rules.model import BilingualWords, Obligation, words
from portal.core.language import Language
from portal.paper.rules.check_result import (
    ContractTerm,
    ContractVerdict,
    RequirementResult,
    RequirementStatus,
    TermJudgement,
)

REQUIREMENTS: Mapping[str, BilingualWords] = {
    "subject_matter": words("Objet du traitement", "Subject matter of the processing"),
    "duration": words("Durée du traitement", "Duration of the processing"),
    "nature_purpose": words("Nature et finalité du traitement", "Nature and purpose of the processing"),
    "data_types": words("Types de données", "Types of personal data"),
    "data_subjects": words("Catégories de personnes concernées", "Categories of data subjects"),
    "documented_instructions": words("Traitement sur instruction documentée", "Processing on documented instructions"),
    "transfer_instructions": words("Transferts soumis à instruction", "Transfers under instruction"),
    "unlawful_instruction_notice": words("Alerte sur une instruction illicite", "Alert on an infringing instruction"),
    "confidentiality_persons": words(
        "Confidentialité des personnes autorisées", "Confidentiality of authorised persons"
    ),
    "security_measures": words("Mesures de sécurité", "Security measures"),
    "subprocessor_authorisation": words(
        "Autorisation des sous-traitants ultérieurs", "Authorisation of sub-processors"
    ),
    "subprocessor_change_notice_objection": words(
        "Information des changements et droit d'opposition", "Notice of changes and right to object"
    ),
    "subprocessor_flowdown": words("Mêmes obligations dans la chaîne", "Same obligations down the chain"),
    "subprocessor_liability": words(
        "Responsabilité du fait des sous-traitants ultérieurs", "Liability for sub-processors"
    ),
    "data_subject_assistance": words("Aide à l'exercice des droits", "Assistance with data subjects' rights"),
    "breach_notification": words("Notification des violations", "Notification of breaches"),
    "dpia_assistance": words("Aide à l'analyse d'impact", "Assistance with impact assessments"),
    "deletion_or_return": words("Suppression ou restitution", "Deletion or return"),
    "demonstrate_compliance_info": words(
        "Informations démontrant la conformité", "Information demonstrating compliance"
    ),
    "audits_inspections": words("Audits et inspections", "Audits and inspections"),
}
"""The twenty main requirements; a finer one bears the title of its obligation."""

STATUSES: Mapping[RequirementStatus, BilingualWords] = {
    RequirementStatus.SATISFIED: words("Satisfait", "Satisfied"),
    RequirementStatus.WEAK: words("À revoir", "To review"),
    RequirementStatus.MISSING: words("Non trouvé", "Not found"),
    RequirementStatus.CONTRADICTED: words("Contredit", "Contradicted"),
    RequirementStatus.TO_COMPLETE: words("À compléter", "To complete"),
    RequirementStatus.DEFERRED: words("Renvoyé à un document non fourni", "Left to a document not supplied"),
    RequirementStatus.NOT_APPLICABLE: words("Sans objet", "Not applicable"),
}
"""What a reading says. It says of nothing that it is absent: a duty in unusual words is one that it does not find."""

RULED: Mapping[RequirementStatus, BilingualWords] = {**STATUSES, RequirementStatus.MISSING: words("Absent", "Missing")}
"""What a person who read the text decides of it."""

VERDICTS: Mapping[ContractVerdict, BilingualWords] = {
    ContractVerdict.NOT_A_CONTRACT: words(
        "Ce texte ne paraît pas être un contrat de sous-traitance : rien n'y engage un sous-traitant.",
        "This text does not appear to be a data processing agreement: nothing in it binds a processor.",
    ),
    ContractVerdict.INCOMPLETE: words(
        "Ce texte paraît incomplet au regard de l'article 28 du RGPD : au moins un point que le contrat doit contenir "
        "n'y est pas trouvé, y est contredit ou y est laissé en blanc.",
        "This text appears to be incomplete with regard to Article 28 of the GDPR: at least one point that the "
        "contract must contain is not found in it, is contradicted or is left blank.",
    ),
    ContractVerdict.TO_REVIEW: words(
        "Tout ce que l'article 28 du RGPD impose y est trouvé, mais au moins un point est à revoir.",
        "All that Article 28 of the GDPR requires is found in it, but at least one point is to be reviewed.",
    ),
    ContractVerdict.COMPLETE: words(
        "Tous les points que l'article 28 du RGPD impose paraissent traités.",
        "Every point that Article 28 of the GDPR requires appears to be addressed.",
    ),
}

SHORT_VERDICTS: Mapping[ContractVerdict, BilingualWords] = {
    ContractVerdict.NOT_A_CONTRACT: words("Pas un contrat de sous-traitance", "Not a processing agreement"),
    ContractVerdict.INCOMPLETE: words("Paraît incomplet", "Appears incomplete"),
    ContractVerdict.TO_REVIEW: words("À revoir", "To review"),
    ContractVerdict.COMPLETE: words("Paraît complet", "Appears complete"),
}

TERMS: Mapping[str, BilingualWords] = {
    "breach_notice": words("Délai de notification d'une violation", "Breach notification time"),
    "objection_period": words("Délai d'opposition", "Objection period"),
    "audit_notice": words("Préavis d'audit", "Audit notice"),
    "audit_frequency": words("Fréquence des audits", "Audit frequency"),
    "deletion_delay": words("Délai de suppression", "Deletion time"),
    "liability_cap": words("Plafond de responsabilité", "Liability cap"),
    "retention": words("Durée de conservation", "Retention period"),
    "audit_cost": words("Coût des audits", "Cost of audits"),
    "assistance_cost": words("Coût de l'assistance", "Cost of assistance"),
}

JUDGEMENTS: Mapping[TermJudgement, BilingualWords] = {
    TermJudgement.GOOD: words("Favorable", "Good"),
    TermJudgement.ACCEPTABLE: words("Acceptable", "Acceptable"),
    TermJudgement.BAD: words("Défavorable", "Unfavourable"),
}

_UNITS: Mapping[str, tuple[BilingualWords, BilingualWords]] = {
    "hours": (words("heure", "hour"), words("heures", "hours")),
    "days": (words("jour", "day"), words("jours", "days")),
    "months": (words("mois", "month"), words("mois", "months")),
    "per_year": (words("par an", "a year"), words("par an", "a year")),
    "eur": (words("€", "euros"), words("€", "euros")),
    "fees_months": (words("mois de redevances", "month of fees"), words("mois de redevances", "months of fees")),
}

SPECIFIC: Mapping[bool, BilingualWords] = {
    True: words("Précis", "Specific"),
    False: words("Reprend le règlement", "Repeats the regulation"),
}


def requirement_title(result: RequirementResult, obligations: Iterable[Obligation]) -> BilingualWords:
    """What a requirement is called: one of the twenty, else by its obligation, else by its id.

    >>> missing = RequirementResult("data_types", ("C14",), RequirementStatus.MISSING, BilingualWords("", ""))
    >>> requirement_title(missing, ()).said_in(Language.EN)
    'Types of personal data'
    """
    if result.id in REQUIREMENTS:
        return REQUIREMENTS[result.id]
    named = {obligation.key: obligation.title for obligation in obligations}
    return next((named[key] for key in result.obligations if key in named), BilingualWords(result.id, result.id))


def term_title(term: ContractTerm) -> BilingualWords:
    """What a term is called."""
    return TERMS.get(term.id, BilingualWords(term.id, term.id))


def term_quantity(term: ContractTerm, language: Language) -> str:
    """A term's value with its unit; empty when it is not a number.

    >>> from portal.paper.rules.check_result import Span
    >>> why, span = BilingualWords("", ""), Span("", 0, 0)
    >>> notice = ContractTerm("breach_notice", 48.0, "hours", TermJudgement.GOOD, why, span)
    >>> term_quantity(notice, Language.FR), term_quantity(notice, Language.EN)
    ('48\\u202fheures', '48 hours')
    """
    if term.value is None:
        return ""
    number = f"{term.value:,.2f}".rstrip("0").rstrip(".")
    if language is Language.FR:
        number = number.replace(",", "\u202f").replace(".", ",")
    one, several = _UNITS.get(term.unit, (BilingualWords("", ""), BilingualWords("", "")))
    unit = (one if abs(term.value) < 2 else several).said_in(language)
    return f"{number}{chr(0x202F) if language is Language.FR else ' '}{unit}".strip()
