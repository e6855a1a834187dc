"""Lines made paragraphs again."""

import textwrap

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.documents_in.document import ParagraphKind
from portal.documents_in.structure.line_wrapping import parse_line, unwrap
from tests.effort import at_most

CLAUSES = (
    "Le sous-traitant traite les données à caractère personnel uniquement sur instruction documentée du responsable du "
    "traitement, y compris en ce qui concerne les transferts vers un pays tiers ou une organisation internationale.",
    "Il veille à ce que les personnes autorisées à traiter les données s'engagent à respecter la confidentialité ou "
    "soient soumises à une obligation légale de confidentialité, pendant toute la durée du contrat et après.",
    "Il aide le responsable du traitement, par des mesures techniques et organisationnelles appropriées, à s'acquitter "
    "de son obligation de donner suite aux demandes dont les personnes concernées le saisissent.",
)


def read(text: str) -> list[str]:
    return [block.text for block in unwrap([parse_line(raw) for raw in text.split("\n")])]


@pytest.mark.parametrize("width", [48, 60, 72, 90, 110])
def test_paragraphs_cut_to_a_width_are_whole_again(width):
    cut = "\n\n".join("\n".join(textwrap.wrap(clause, width)) for clause in CLAUSES)
    assert read(cut) == list(CLAUSES)


@given(st.integers(45, 110), st.lists(st.sampled_from(CLAUSES), min_size=3, max_size=6))
@at_most(40)
def test_no_word_is_lost_or_moved_whatever_the_width(width, clauses):
    cut = "\n\n".join("\n".join(textwrap.wrap(clause, width, break_on_hyphens=False)) for clause in clauses)
    assert " ".join(read(cut)).split() == " ".join(clauses).split()


def test_texts_of_one_line_a_paragraph_stay_so():
    text = "\n".join((*CLAUSES, "Données traitées", "Identité", "Adresse électronique", "Journaux de connexion"))
    assert read(text) == text.split("\n")


def test_items_of_a_wrapped_list_keep_their_lines():
    items = [f"- {clause}" for clause in CLAUSES]
    cut = "\n".join("\n".join(textwrap.wrap(item, 66, subsequent_indent="  ")) for item in items)
    assert read(cut) == items


def test_a_number_in_the_middle_of_a_sentence_does_not_end_it():
    clause = "Le sous-traitant applique, pour chacun des transferts, les garanties prévues à l'article\n"
    clause += "12. Il en informe le client."
    wrapped = "\n\n".join("\n".join(textwrap.wrap(each, 88)) for each in CLAUSES)
    assert read(f"{wrapped}\n\n{clause}")[-1].endswith("prévues à l'article 12. Il en informe le client.")


def test_lines_double_spaced_are_one_text():
    cut = "\n\n\n".join("\n\n".join(textwrap.wrap(clause, 80)) for clause in CLAUSES * 2)
    assert " ".join(read(cut)).split() == " ".join(CLAUSES * 2).split()
    assert len(read(cut)) == len(CLAUSES) * 2


def test_rows_are_parted_by_bars_and_rules_of_dashes_are_dropped():
    found = unwrap(
        [parse_line(raw) for raw in ["| Lieu | Durée |", "|---|:--|", "| Lyon | un an |", "", "---", "", "Fin."]]
    )
    assert [(block.kind, block.text) for block in found] == [
        (ParagraphKind.ROW, "Lieu | Durée"),
        (ParagraphKind.ROW, "Lyon | un an"),
        (None, "Fin."),
    ]


def test_a_blank_line_inside_a_sentence_does_not_end_it():
    first, second = (
        "Le client accepte le recours aux sous-traitants ultérieurs pour la",
        "réalisation du service décrit.",
    )
    assert read(f"{first}\n\n{second}") == [f"{first} {second}"]
    assert (
        len(read("il supprime les données que le client lui a confiées pour le service ; ou\n\nil les renvoie.")) == 2
    )


def test_a_line_set_in_under_its_bullet_goes_on_with_it_where_no_width_is_known():
    found = unwrap(
        [
            parse_line("- Aider le client à répondre aux"),
            parse_line("  demandes des personnes"),
            parse_line("- Alerter"),
        ]
    )
    assert [block.text for block in found] == ["- Aider le client à répondre aux demandes des personnes", "- Alerter"]
