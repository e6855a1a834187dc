"""A text that takes back several of its promises is believed in none; honest limits leave a text as it was."""

import pytest

from portal.documents_in.reader import read_document
from portal.paper.rulebook_files import load_rulebook
from portal.paper.rules.checking import check_contract
from tests.paper.test_wordings import AROUND

HELP = {
    "fr": "Le Prestataire aide le Client à réaliser ses analyses d'impact et à consulter l'autorité de contrôle.",
    "en": "The Supplier shall assist the Client with data protection impact assessments and prior consultation.",
}
SECRET = {
    "fr": "Le Prestataire veille à ce que les personnes autorisées à traiter les données s'engagent à la "
    "confidentialité.",
    "en": "The Supplier shall ensure that persons authorised to process the data have committed themselves to "
    "confidentiality.",
}
OUTRIGHT = {
    "fr": (
        "Le Prestataire n'a pas à prévenir le Client de ses choix.",
        "Le Prestataire déplace les serveurs sans avoir à en référer au Client.",
    ),
    "en": (
        "The Supplier is under no duty to tell the Client of its choices.",
        "The Supplier moves the servers as it goes and is not obliged to report it.",
    ),
}
FAIR = {
    "fr": (
        "Le Prestataire n'est pas tenu de vérifier l'exactitude des données que le Client lui remet.",
        "Le Client peut s'opposer au nouveau prestataire sans avoir à donner de motif.",
        "Le Prestataire n'est pas tenu de répondre lui-même aux personnes concernées.",
        "Aucune suppression n'a lieu avant cette date.",
    ),
    "en": (
        "The Supplier is under no obligation to verify the accuracy of the data that the Client provides.",
        "The Client may object to the new provider without having to give reasons.",
        "The Supplier is not required to answer data subjects itself.",
        "No deletion shall take place before then.",
    ),
}


def read(language, *articles):
    said = "\n\n".join(f"Article {number}\n\n{article}" for number, article in enumerate(articles, 1))
    return check_contract(read_document(AROUND[language].replace("{}", said).encode(), "a.txt"), load_rulebook())


@pytest.mark.parametrize("language", ["fr", "en"])
def test_a_text_that_says_twice_that_it_owes_nothing_is_believed_in_none_of_its_promises(language):
    found = read(language, HELP[language], SECRET[language], *OUTRIGHT[language]).result_of("confidentiality_persons")
    assert found.status.value == "weak"
    quotes = [span.quote for span in found.spans]
    assert SECRET[language] in quotes, "what is promised is shown"
    assert set(OUTRIGHT[language]) <= set(quotes), "and what makes it doubtful"


@pytest.mark.parametrize("language", ["fr", "en"])
def test_once_is_not_enough(language):
    found = read(language, HELP[language], SECRET[language], OUTRIGHT[language][0])
    assert found.result_of("confidentiality_persons").status.value == "satisfied"


@pytest.mark.parametrize("language", ["fr", "en"])
def test_what_honest_agreements_do_not_owe_counts_for_nothing(language):
    found = read(language, HELP[language], SECRET[language], *FAIR[language])
    assert found.result_of("confidentiality_persons").status.value == "satisfied"
    assert found.result_of("dpia_assistance").status.value == "satisfied"


@pytest.mark.parametrize(
    ("language", "denial"),
    [
        ("fr", "Il est entendu que le Prestataire n'a pas à intervenir dans une analyse d'impact."),
        ("en", "It is understood that the Supplier has no obligation to take part in an impact assessment."),
    ],
)
def test_a_denial_far_away_touches_the_duty_it_speaks_of_and_no_other(language, denial):
    between = ("Le droit français s'applique.", "English law applies.")[language == "en"]
    found = read(language, HELP[language], SECRET[language], between, between, denial)
    assert found.result_of("dpia_assistance").status.value == "weak"
    assert found.result_of("confidentiality_persons").status.value == "satisfied"
