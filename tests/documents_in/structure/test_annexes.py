"""Annexes supplied or only named."""

import pytest

from portal.documents_in.annex_titles import annex_label
from portal.documents_in.structure.annexes import in_list_of_annexes
from portal.documents_in.structure.blocks import Block
from portal.documents_in.structure.document_builder import build_document

SENTENCE = "Les accès sont journalisés et revus chaque mois par le responsable de la sécurité."


def found(*texts: str) -> list[tuple[str, bool]]:
    return [(annex.label, annex.supplied) for annex in build_document([Block(text) for text in texts]).annexes]


def test_an_annex_with_a_title_and_a_text_is_supplied_and_one_only_named_is_not():
    body = "Les mesures figurent à l'annexe 1 et les sous-traitants à l'Annexe 2."
    assert found("Contrat", body, "Annexe 1 – Mesures", SENTENCE) == [("Annexe 2", False), ("Annexe 1", True)]


def test_an_empty_annex_is_not_supplied():
    listed = found("Contrat", SENTENCE, "Annexe 1 – Mesures", "Annexe 2 – Registre")
    assert listed == [("Annexe 1", False), ("Annexe 2", False)]
    assert found("Contrat", "Voir l'annexe 1, ci-après jointe au présent contrat.", "ANNEXE 1") == [("annexe 1", False)]


@pytest.mark.parametrize("label", ["Schedule A", "Exhibit 1", "Appendix II", "Annex 3", "Annexe B", "Pièce jointe 2"])
def test_all_the_words_for_an_annex_are_known(label):
    assert found("Agreement", f"{label} – Security measures", SENTENCE) == [(label, True)]
    assert found("Agreement", f"The measures of {label} apply to the whole of the service.") == [(label, False)]


def test_several_annexes_named_at_once_are_several():
    assert found("Agreement", "This agreement includes Schedules 1, 2 and 4 to it, and Annexes I et II.") == [
        *(
            ("Schedule 1", False),
            ("Schedule 2", False),
            ("Schedule 4", False),
            ("Annexe I", False),
            ("Annexe II", False),
        )
    ]


def test_annexes_of_the_law_are_none_of_ours():
    assert (
        found(
            "Contrat", "L'annexe I des clauses contractuelles types est complétée ; Annex II of the SCCs applies too."
        )
        == []
    )


def test_where_an_annex_begins_is_where_its_title_stands():
    made = build_document([Block("Contrat"), Block("Annexe 1 – Mesures"), Block(SENTENCE)])
    assert made.text[made.annexes[0].start :].startswith("Annexe 1")


def test_a_schedule_holding_annexes_is_supplied_with_them():
    assert found("Agreement", "SCHEDULE 1", "ANNEX I", SENTENCE) == [("SCHEDULE 1", True), ("ANNEX I", True)]


def test_a_sentence_that_begins_with_an_annex_is_no_title():
    assert annex_label("Annex I.A (List of Parties): As set forth in the preamble of this DPA.") == ""
    assert annex_label("Annexe 2 précise les mesures") == ""
    assert in_list_of_annexes(["Annexe 1", "Texte", "Annexe 2"]) == [False, False, False]
