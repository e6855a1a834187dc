"""Words that a definition empties, and acts that another sentence says to be done by less."""

import pytest

from portal.documents_in.reader import read_document
from portal.paper.rules.defined_terms import hollow_places
from portal.paper.rules.folding import fold
from portal.paper.rules.sentences import split_sentences


def hollow(definition, sentence):
    units = split_sentences(read_document(f"{definition}\n\n{sentence}".encode(), "a.txt"))
    read = [fold(unit.text).replace("brume", "@p").replace("nacre", "@c") for unit in units]
    places, _ = hollow_places(units, read)
    return any(units[place].text == sentence for place in places)


@pytest.mark.parametrize(
    ("definition", "sentence"),
    [
        ("« Notification » : l'affichage d'un message sur la page d'état.", "Brume procède à la Notification."),
        ("« Suppression » : la fermeture de l'accès aux données, qui demeurent.", "Brume procède à leur Suppression."),
        ('"Audit" means reading the summary which Brume publishes.', "Nacre may carry out an Audit."),
        ('"Staff" means only the employees of the head office.', "Staff are bound to confidentiality."),
        ("A choice of deletion is satisfied where the data are archived.", "Brume shall delete the data."),
        ("Sending data to a group company is not a transfer.", "Brume shall not transfer the data abroad."),
        ("Le classement du dossier vaut suppression.", "Brume supprime les données."),
    ],
)
def test_a_word_that_is_emptied_leaves_no_duty_plain(definition, sentence):
    assert hollow(definition, sentence)


@pytest.mark.parametrize(
    ("definition", "sentence"),
    [
        (
            '"Data Incident" means a breach of security leading to loss. It does not include unsuccessful attempts.',
            "Brume notifies each Data Incident.",
        ),
        ('"Subprocessor" means any third party engaged by Brume to process data.', "Each Subprocessor is bound."),
        ('"Instructions" means the documented instructions of Nacre.', "Brume follows the Instructions."),
        ("« Violation » désigne toute perte de données.", "Brume notifie chaque Violation."),
        ("Any invalid provision or part-provision shall be deemed deleted.", "Brume shall delete the data."),
        ("To the extent the data is not deleted yet, it stays encrypted.", "Brume shall delete the data."),
        ('"Staff" means employees, agents and consultants of Brume.', "Staff are bound to confidentiality."),
        ('"Third Country Transfer" means one to a country other than a member state.', "No Third Country Transfer."),
    ],
)
def test_a_word_that_keeps_its_meaning_does(definition, sentence):
    assert not hollow(definition, sentence)
