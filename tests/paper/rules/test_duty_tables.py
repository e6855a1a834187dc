"""A table that shares duties out: the cross, or what stands in a column, tells who bears each."""

import pytest

from portal.documents_in.reader import read_document
from portal.paper.rulebook_files import load_rulebook
from portal.paper.rules.check_result import RequirementStatus
from portal.paper.rules.checking import check_contract

TABLE = (
    "L'Éditeur est le sous-traitant du Client, responsable du traitement.\n\n"
    "| N° | Obligation | Client | Prestataire |\n|---|---|---|---|\n"
    "| 1 | Notifier sous 48 heures toute violation de données | {} | {} |\n"
    "| 2 | Aider aux analyses d'impact | | X |\n"
)


@pytest.mark.parametrize(
    ("marks", "wanted"),
    [
        (("X", ""), RequirementStatus.CONTRADICTED),
        (("✔", ""), RequirementStatus.CONTRADICTED),
        (("", "X"), RequirementStatus.SATISFIED),
        (("X", "X"), RequirementStatus.SATISFIED),
    ],
)
def test_the_duty_is_of_the_party_whose_column_bears_the_mark(marks, wanted):
    document = read_document(TABLE.format(*marks).encode(), "a.md")
    assert check_contract(document, load_rulebook()).result_of("breach_notification").status is wanted


def statuses(text):
    found = check_contract(read_document(text.encode(), "a.md"), load_rulebook())
    return {one.id: one.status for one in found.requirements}


WORDS = (
    "**Acheteur :** la Ville d'Orval, responsable du traitement\n"
    "**Titulaire :** Silo SARL, sous-traitant\n\n"
    "| N° | Sujet | Le Titulaire | La Ville |\n|---|---|---|---|\n{}\n"
)


@pytest.mark.parametrize("void", ["—", "-", "", "néant", "sans objet", "n/a"])
def test_an_empty_column_of_the_controller_takes_nothing_from_the_processor(void):
    duties = (
        ("Sous-traitants", "peut recourir à un numériseur, ce que la Ville autorise de manière générale"),
        ("Cascade", "répercute par écrit sur chaque sous-traitant toutes les obligations de la présente annexe"),
        ("Garantie", "reste pleinement responsable, à l'égard de la Ville, de ce que font ses sous-traitants"),
        ("Preuves", "tient à disposition les informations nécessaires pour démontrer qu'il respecte l'article 28"),
    )
    rows = "\n".join(f"| {rank} | {subject} | {duty} | {void} |" for rank, (subject, duty) in enumerate(duties))
    found = statuses(WORDS.format(rows))
    for point in (
        "subprocessor_authorisation",
        "subprocessor_flowdown",
        "subprocessor_liability",
        "demonstrate_compliance_info",
    ):
        assert found[point] is RequirementStatus.SATISFIED, point


@pytest.mark.parametrize("void", ["—", "néant", ""])
def test_what_stands_in_the_other_column_alone_is_not_the_processor_s(void):
    rows = f"| 1 | Violations | {void} | notifie sous 48 heures toute violation de données |"
    assert statuses(WORDS.format(rows))["breach_notification"] is not RequirementStatus.SATISFIED


def test_each_column_is_read_for_its_party():
    ours = "| 1 | Droits | assiste la Ville pour répondre aux demandes d'accès et d'effacement | répond au patient |"
    theirs = "| 1 | Droits | transmet le courrier reçu | aide à répondre aux demandes d'accès et d'effacement |"
    assert statuses(WORDS.format(ours))["data_subject_assistance"] is RequirementStatus.SATISFIED
    assert statuses(WORDS.format(theirs))["data_subject_assistance"] is not RequirementStatus.SATISFIED


@pytest.mark.parametrize(
    ("supplier", "client"),
    [
        ("What the Supplier does", "What the Client does"),
        ("Supplier's duties", "Client's duties"),
        ("Obligations of the Supplier", "Obligations of the Client"),
        ("The Supplier shall", "The Client shall"),
    ],
)
def test_a_column_may_be_headed_by_the_duties_of_a_party(supplier, client):
    text = (
        "The Supplier is the processor of the Client, the controller.\n\n"
        f"| Topic | {supplier} | {client} |\n|---|---|---|\n"
        "| Breach | notify the Client of any personal data breach within 24 hours | notify the authority |\n"
        "| Audit | keep a register of visits | allow audits of its own premises by the Supplier |\n"
    )
    found = statuses(text)
    assert found["breach_notification"] is RequirementStatus.SATISFIED
    assert found["audits_inspections"] is not RequirementStatus.SATISFIED


def test_a_duty_said_in_one_cell_is_read_whatever_the_cells_before_it():
    text = (
        "The Supplier is the processor of the Client, the controller.\n\n"
        "| Ref. | Subject | Duty |\n|---|---|---|\n"
        "| 3.6 | Data subjects | The Supplier must assist the Client in responding to access and erasure requests. |\n"
        "| 3.7 | Chain | The Supplier must impose on each sub-processor the same obligations as in this agreement. |\n"
    )
    found = statuses(text)
    assert found["data_subject_assistance"] is RequirementStatus.SATISFIED
    assert found["subprocessor_flowdown"] is RequirementStatus.SATISFIED


def test_a_row_cut_into_sentences_goes_on_in_its_column():
    row = (
        "| 1 | Fin | au terme, restitue les dossiers à la Ville ou les détruit, au choix de celle-ci ; "
        "efface les copies dans le mois | fait connaître son choix |"
    )
    assert statuses(WORDS.format(row))["deletion_or_return"] is RequirementStatus.SATISFIED


SHEET = (
    "Cette fiche lie le Prestataire, sous-traitant, et le Client, responsable du traitement.\n\n"
    "| N° | Sujet | Ce qui est convenu |{}\n|---|---|---|{}\n"
    "| 12 | Contrats avec ces sous-traitants | "
    "Le Prestataire y reprend l'ensemble des obligations de la présente fiche |{}\n"
)


def test_the_last_cell_of_a_row_says_the_duty_that_the_others_name():
    assert statuses(SHEET.format("", "", ""))["subprocessor_flowdown"] is RequirementStatus.SATISFIED


def test_a_cell_after_it_may_take_the_duty_back():
    found = statuses(SHEET.format(" État |", "---|", " non souscrit |"))
    assert found["subprocessor_flowdown"] is not RequirementStatus.SATISFIED
