"""The same duty in other words is the same duty, in both languages."""

import pytest

from portal.documents_in.reader import read_document
from portal.paper.rulebook_files import load_rulebook
from portal.paper.rules.checking import check_contract

ROLE = {
    "fr": "Brume (ci-après « le Sous-traitant ») traite des données personnelles pour le compte du Client.",
    "en": "Brume (the “Processor”) processes personal data on behalf of the Customer.",
}
WAYS = {
    "documented_instructions": {
        "fr": (
            "Le Sous-traitant ne traite les données que sur instruction écrite du Client.",
            "Aucun traitement n'a lieu hors des instructions documentées du Client.",
        ),
        "en": (
            "Personal data are processed solely in accordance with the Customer's written instructions.",
            "The Processor shall not process personal data other than on the Customer's documented instructions.",
        ),
    },
    "breach_notification": {
        "fr": (
            "Toute violation de données est signalée au Client dans les meilleurs délais.",
            "Brume avertit le Client de tout incident de sécurité touchant les données, sans délai.",
        ),
        "en": (
            "The Customer will be told of any data breach: Brume shall notify it without undue delay.",
            "Upon becoming aware of a security incident, the Processor will inform the Customer promptly.",
        ),
    },
    "confidentiality_persons": {
        "fr": (
            "Les salariés qui accèdent aux données sont soumis à une obligation de confidentialité.",
            "Le personnel habilité s'est engagé par écrit à la confidentialité.",
        ),
        "en": (
            "All employees with access to personal data have signed confidentiality agreements.",
            "The Processor's staff are under a duty of confidentiality.",
        ),
    },
    "subprocessor_liability": {
        "fr": (
            "Le Sous-traitant répond devant le Client des actes de ses sous-traitants ultérieurs.",
            "Brume demeure pleinement responsable de l'exécution par le sous-traitant ultérieur de ses obligations.",
        ),
        "en": (
            "The Processor is liable for the acts and omissions of its Subprocessors as for its own.",
            "Where a Subprocessor fails, the Processor shall remain responsible to the Customer for its obligations.",
        ),
    },
    "dpia_assistance": {
        "fr": (
            "Brume aide le Client à mener ses analyses d'impact.",
            "Le Sous-traitant assiste le Client pour le respect des articles 32 à 36 du RGPD.",
        ),
        "en": (
            "Brume will support the Customer in carrying out DPIAs.",
            "The Processor helps the Customer comply with Articles 32 to 36 of the GDPR.",
        ),
    },
    "audits_inspections": {
        "fr": (
            "Le Client peut faire auditer le Sous-traitant par un tiers indépendant.",
            "Brume permet la réalisation d'audits par le Client et y contribue.",
        ),
        "en": (
            "The Customer has the right to audit the Processor's facilities.",
            "Brume shall allow for and contribute to inspections carried out by the Customer.",
        ),
    },
}


@pytest.mark.parametrize(
    ("name", "language", "sentence"),
    [(name, lang, text) for name, ways in WAYS.items() for lang, texts in ways.items() for text in texts],
)
def test_other_words_change_nothing(name, language, sentence):
    found = check_contract(read_document(f"{ROLE[language]}\n\n{sentence}\n".encode(), "a.txt"), load_rulebook())
    assert {one.id for one in found.requirements if one.id in WAYS and one.status.holds} == {name}
