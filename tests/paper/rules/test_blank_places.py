"""A blank makes to be completed what it stands for, and nothing else; no verdict passes over it."""

import pytest

from portal.documents_in.reader import read_document
from portal.paper.rulebook_files import load_rulebook
from portal.paper.rules.check_result import ContractVerdict, RequirementStatus
from portal.paper.rules.checking import check_contract

AROUND = {
    "fr": (
        "Accord de sous-traitance\n\nNacre (le « Prestataire », sous-traitant) traite des données personnelles pour le "
        "compte du Client (le responsable du traitement), pour héberger sa boutique en ligne.\n\n{}\n\n9. Divers\n\n"
        "Le droit français s'applique.\n"
    ),
    "en": (
        "Data processing agreement\n\nNacre (the “Supplier”, acting as processor) processes personal data on behalf of "
        "the Client (the controller), to host its online shop.\n\n{}\n\n9. General\n\nEnglish law applies.\n"
    ),
}
TO_COMPLETE = RequirementStatus.TO_COMPLETE


def status(language, said, requirement):
    document = read_document(AROUND[language].replace("{}", said).encode(), "a.txt")
    return check_contract(document, load_rulebook()).result_of(requirement).status


BREACH, AUDIT = "breach_notification", "audits_inspections"


@pytest.mark.parametrize(
    ("language", "requirement", "said"),
    [
        ("fr", BREACH, "Le Prestataire notifie au Client toute violation de données sous XX heures."),
        ("en", BREACH, "The Supplier shall notify the Client of any personal data breach within [XX] hours."),
        ("fr", "data_types", "Les données traitées sont : noms, adresses, [autres types de données]."),
        ("en", "data_subjects", "Categories of data subjects: customers, employees, <other data subjects>"),
        ("fr", "duration", "Durée du traitement : durée du contrat, soit ____ mois."),
        ("en", "nature_purpose", "Purposes: hosting, backup and TBD"),
        ("fr", AUDIT, "Le Client peut auditer le Prestataire avec un préavis de {{delai}} jours."),
        ("en", AUDIT, "1. Audits\n\nThe Client may audit the Supplier.\n\nAudits are announced [number] days before."),
    ],
)
def test_a_blank_inside_a_sentence_is_never_an_answer(language, requirement, said):
    assert status(language, said, requirement) is TO_COMPLETE


def test_a_blank_about_who_a_party_is_leaves_the_rest_of_the_text_alone():
    said = "Le Client est représenté par [nom du client].\n\nTypes de données : noms, adresses, numéros de téléphone."
    assert status("fr", said, "data_types") is RequirementStatus.SATISFIED


@pytest.mark.parametrize("inside", ["", "\n\n[to be completed]"])
def test_an_empty_security_annex_leaves_security_to_be_completed(inside):
    said = "The Supplier implements the appropriate technical and organisational measures of Schedule B."
    text = f"{AROUND['en'].replace('{}', said)}\nSchedule B - Security measures{inside}\n"
    found = check_contract(read_document(text.encode(), "a.txt"), load_rulebook())
    assert found.result_of("security_measures").status is TO_COMPLETE


def test_a_text_with_a_blank_is_said_not_to_be_finished():
    document = read_document(AROUND["en"].replace("{}", "The invoice is paid within [XX] days.").encode(), "a.txt")
    found = check_contract(document, load_rulebook())
    assert [span.quote.endswith("[XX]") for span in found.blanks] == [True]
    assert found.reason.en == "This text is not finished: one blank in it is still to be completed."
    assert found.verdict is not ContractVerdict.COMPLETE
