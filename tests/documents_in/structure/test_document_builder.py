"""Titles, items, levels."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.core.language import Language
from portal.documents_in.document import ParagraphKind
from portal.documents_in.structure.blocks import Block
from portal.documents_in.structure.document_builder import build_document
from tests.effort import at_most


def told(*texts: str, apart: bool = True) -> list[tuple[str, int, str, str]]:
    made = build_document([Block(text, apart=apart) for text in texts])
    return [(p.kind.value, p.level, p.number, p.text) for p in made.paragraphs]


SENTENCE = "Le sous-traitant traite les données uniquement sur instruction documentée du responsable du traitement."


@pytest.mark.parametrize(
    ("printed", "number", "title"),
    [
        ("Article 5 – Durée", "5", "Durée"),
        ("ARTICLE 5 : DURÉE DU CONTRAT", "5", "DURÉE DU CONTRAT"),
        ("5. Durée", "5", "Durée"),
        ("5. Definitions.", "5", "Definitions."),
        ("4.2 Audit sur place", "4.2", "Audit sur place"),
        ("IV. Sécurité", "IV", "Sécurité"),
        ("A. Definitions", "A", "Definitions"),
        ("Section 3. Audit rights", "3", "Audit rights"),
    ],
)
def test_a_short_numbered_line_above_a_sentence_is_a_title(printed, number, title):
    assert told("Contrat", printed, SENTENCE)[1] == ("heading", told("Contrat", printed, SENTENCE)[1][1], number, title)


@pytest.mark.parametrize(
    "line",
    [
        SENTENCE,
        "4.2 " + SENTENCE,
        "Responsable : Mutuelle Horizon",
        "Signature : ____________",
        "dpo@exemple.test",
        "La notification comprend :",
        "Le client informe le prestataire",
        "Version 2 du 3 mai 2025",
    ],
)
def test_sentences_labels_and_dates_are_no_titles(line):
    assert told("Contrat de services", line, SENTENCE)[1][0] != "heading"


@pytest.mark.parametrize(
    ("strong", "below", "kind"), [(True, False, "heading"), (True, True, "text"), (False, False, "text")]
)
def test_a_numbered_line_with_a_colon_is_a_title_where_it_alone_stands_out(strong, below, kind):
    title = "Sous-traitance ultérieure : autorisation générale"
    blocks = [Block("Contrat"), Block(f"15. {title}", strong=strong), Block(SENTENCE, strong=below)]
    assert [(p.kind.value, p.text) for p in build_document(blocks).paragraphs][1] == (kind, title)


def test_article_alone_takes_the_title_of_the_next_line():
    assert told("Contrat", "Article 7", "Audit", SENTENCE)[1:3] == [
        ("heading", 1, "7", "Audit"),
        ("text", 0, "", SENTENCE),
    ]


def test_short_numbered_lines_that_follow_each_other_are_a_list():
    found = told("Il s'appuie sur :", "1. Contrat de service", "2. Avenants", SENTENCE)
    assert [entry[0] for entry in found] == ["text", "item", "item", "text"]


def test_a_numbered_clause_is_text_with_its_number():
    assert told("Contrat", "4.2 " + SENTENCE)[1] == ("text", 0, "4.2", SENTENCE)


def test_lists_nest_by_the_form_of_their_numbers():
    found = told("Il :", "a) informe ;", "i) du lieu ;", "ii) de la durée ;", "b) assiste.")
    assert [(entry[1], entry[2]) for entry in found[1:]] == [(1, "a"), (2, "i"), (2, "ii"), (1, "b")]


def test_i_after_h_is_a_letter_and_first_it_is_a_roman_number():
    letters = [f"({letter}) un élément de la liste ;" for letter in "abcdefghij"]
    assert {entry[1] for entry in told("Liste :", *letters)[1:]} == {1}
    assert [entry[1] for entry in told("Liste :", "(i) un ;", "(ii) deux ;", "(v) cinq.")[1:]] == [1, 1, 1]


def test_titles_nest_by_their_numbers_and_an_annex_starts_again():
    found = told(
        "Contrat", "1. Objet", "1.1 Nature", SENTENCE, "2. Durée", SENTENCE, "Annexe 1 – Mesures", "1. Accès", SENTENCE
    )
    assert [(entry[3], entry[1]) for entry in found if entry[0] == "heading"] == [
        ("Contrat", 1),
        ("Objet", 1),
        ("Nature", 2),
        ("Durée", 1),
        ("Annexe 1 – Mesures", 1),
        ("Accès", 2),
    ]


def test_annexes_that_are_only_listed_are_items():
    found = told("Contrat", "ANNEXES", "Annexe 1 – Registre", "Annexe 2 – Mesures", "Signatures", SENTENCE)
    assert [entry[0] for entry in found[2:4]] == ["item", "item"]


def test_a_format_that_counts_the_title_as_the_only_first_level_is_lifted():
    blocks = [
        Block("Contrat", ParagraphKind.HEADING, 1),
        Block("Objet", ParagraphKind.HEADING, 2),
        Block(SENTENCE),
        Block("Durée", ParagraphKind.HEADING, 2),
    ]
    assert [p.level for p in build_document(blocks).paragraphs if p.kind is ParagraphKind.HEADING] == [1, 1, 1]


@pytest.mark.parametrize(
    ("above", "line", "below"),
    [
        ("7. Obligations", "Traiter les données uniquement sur instructions documentées du responsable", "8. Audit"),
        ("4. Nature", "Relation client anonymisée (rappels, abonnement)", "5. Catégories de données"),
    ],
)
def test_a_duty_or_the_last_line_of_a_list_is_no_title(above, line, below):
    kinds = {text: kind for kind, *_, text in told("Contrat", above, "Un contenu.", line, below, SENTENCE)}
    assert kinds[line] == "text"


@pytest.mark.parametrize("title", ["Nature et finalité du traitement", "Return or deletion of data"])
def test_a_noun_that_looks_like_what_is_to_be_done_stays_a_title(title):
    kinds = {text: kind for kind, *_, text in told("Contrat", SENTENCE, title, SENTENCE)}
    assert kinds[title] == "heading"


def test_a_line_above_the_first_number_may_be_the_title_of_its_chapter():
    kinds = {text: kind for kind, *_, text in told("Contrat", SENTENCE, "Devoirs du prestataire", "1. Audit", SENTENCE)}
    assert kinds["Devoirs du prestataire"] == "heading"


def test_a_bilingual_text_has_a_language_for_each_part():
    english = "The processor shall process the personal data only on documented instructions from the controller."
    made = build_document(
        [
            Block("FRANÇAIS"),
            Block(SENTENCE),
            Block("ENGLISH"),
            Block(english),
            Block(SENTENCE),
            Block(english),
            Block(english),
        ]
    )
    spoken = [p.language for p in made.paragraphs if p.text in (SENTENCE, english)]
    assert spoken == [Language.FR, Language.EN, Language.FR, Language.EN, Language.EN]
    assert made.language is Language.EN


@given(st.lists(st.text(min_size=1, max_size=60).map(lambda text: text.replace("\n", " ")), max_size=30))
@at_most(80)
def test_paragraphs_follow_each_other_in_the_text(texts):
    made = build_document([Block(text) for text in texts])
    assert made.text == "\n".join(p.text for p in made.paragraphs)
    assert [p.start for p in made.paragraphs] == sorted(p.start for p in made.paragraphs)
    assert all(p.level > 0 for p in made.paragraphs if p.kind in (ParagraphKind.HEADING, ParagraphKind.ITEM))
