from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.core.language import Language
from portal.documents_in.document import ParagraphKind, SourceDocument, assemble_paragraphs
from portal.paper.rules.sentences import split_sentences


def read(*pieces):
    """Sentences of (text, kind, level) pieces."""
    text, paragraphs = assemble_paragraphs([(text, kind, level, "", None) for text, kind, level in pieces])
    return text, split_sentences(SourceDocument(text, paragraphs, Language.FR))


@given(st.lists(st.text(alphabet="ab. ;:(A)é\n", min_size=1, max_size=60), max_size=8))
def test_every_sentence_is_a_passage_of_the_text_and_they_follow_one_another(lines):
    text, found = read(*((line, ParagraphKind.TEXT, 0) for line in lines))
    assert all(text[one.start : one.end] == one.text for one in found)
    assert all(first.end <= second.start for first, second in pairwise(found))


def test_an_item_is_read_with_the_words_that_introduce_it():
    _, found = read(
        ("Le sous-traitant s'engage à :", ParagraphKind.TEXT, 0),
        ("notifier toute violation ;", ParagraphKind.ITEM, 1),
        ("aider le client.", ParagraphKind.ITEM, 1),
    )
    assert [one.lead for one in found] == ["", "Le sous-traitant s'engage à :", "Le sous-traitant s'engage à :"]


def test_a_new_title_ends_what_an_introduction_governs():
    _, found = read(
        ("Il s'engage à :", ParagraphKind.TEXT, 0),
        ("Audit", ParagraphKind.HEADING, 1),
        ("un audit par an est permis.", ParagraphKind.TEXT, 0),
    )
    assert found[-1].lead == ""
    assert found[-1].heading == "Audit"


def test_the_introduction_of_a_chapter_governs_its_sections_and_nothing_after_them():
    _, found = read(
        ("Obligations", ParagraphKind.HEADING, 1),
        ("L'éditeur s'engage à :", ParagraphKind.TEXT, 0),
        ("Confidentialité", ParagraphKind.HEADING, 2),
        ("- garder le secret ;", ParagraphKind.ITEM, 1),
        ("Sécurité", ParagraphKind.HEADING, 2),
        ("- chiffrer les données ;", ParagraphKind.ITEM, 1),
        ("Durée", ParagraphKind.HEADING, 1),
        ("- celle du contrat.", ParagraphKind.ITEM, 1),
    )
    leads = {one.text: one.lead for one in found if one.kind is ParagraphKind.ITEM}
    assert leads == {
        "- garder le secret ;": "L'éditeur s'engage à :",
        "- chiffrer les données ;": "L'éditeur s'engage à :",
        "- celle du contrat.": "",
    }


def test_bare_words_under_a_numbered_title_are_a_list_whose_marks_were_lost():
    lines = ("Chiffrement en transit", "Gestion des rôles", "Sauvegarde quotidienne")
    text, paragraphs = assemble_paragraphs(
        [
            ("Mesures de sécurité", ParagraphKind.HEADING, 1, "5", None),
            *((line, ParagraphKind.TEXT, 0, "", None) for line in lines),
        ]
    )
    found = split_sentences(SourceDocument(text, paragraphs, Language.FR))
    assert [one.announces for one in found if one.kind is ParagraphKind.TEXT] == [False] * 3
    _, alone = read(
        ("Mesures de sécurité", ParagraphKind.HEADING, 1), ("Sauvegarde quotidienne", ParagraphKind.TEXT, 0)
    )
    assert alone[-1].announces


def test_a_label_alone_is_answered_by_the_next_paragraph_however_long():
    long = "Les métadonnées des fichiers, qui peuvent comprendre un lieu, un appareil et un auteur, " * 2 + "sans plus."
    _, found = read(
        ("Types de données :", ParagraphKind.TEXT, 0), (long, ParagraphKind.TEXT, 0), (long, ParagraphKind.TEXT, 0)
    )
    assert [one.lead for one in found] == ["", "Types de données :", ""]


def test_the_first_row_of_a_table_introduces_the_others():
    _, found = read(("Catégorie | Finalité", ParagraphKind.ROW, 0), ("Candidat | Recrutement", ParagraphKind.ROW, 0))
    assert found[1].lead == "Catégorie | Finalité"


def test_a_table_of_contents_is_not_read():
    assert read(("Audits ........ 4", ParagraphKind.CONTENTS, 0))[1] == ()


@pytest.mark.parametrize(
    ("title", "after", "announces"),
    [
        ("Notification des violations", "Sous 24 heures.", True),
        ("Traiter les données uniquement sur instruction documentée", "Le client les donne.", False),
    ],
)
def test_a_title_binds_only_when_it_is_a_sentence(title, after, announces):
    _, found = read((title, ParagraphKind.HEADING, 1), (after, ParagraphKind.TEXT, 0))
    assert found[0].announces is announces


def test_a_title_with_nothing_under_it_binds_no_one():
    _, found = read(
        ("Traiter les données uniquement sur instruction documentée", ParagraphKind.HEADING, 1),
        ("Audit", ParagraphKind.HEADING, 1),
    )
    assert found[0].announces
