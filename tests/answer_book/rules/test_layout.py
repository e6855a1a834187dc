"""Which rows of a sheet are questions: headers or none, titles, examples, identity, cells already filled."""

import pytest

from portal.answer_book.rules.form import Grid, GridCell
from portal.answer_book.rules.layout import LONGEST_HEADER, questions_of

YES_NO = ("Oui", "Non")


def grid(*rows: tuple[str | GridCell, ...]) -> Grid:
    """A sheet, by its rows; an empty text is an empty cell."""
    cells = [[cell if isinstance(cell, GridCell) else GridCell(cell) for cell in row] for row in rows]
    return Grid("Feuille", {number: dict(enumerate(row, 1)) for number, row in enumerate(cells, 1)})


def asked(*rows: tuple[str | GridCell, ...]) -> list[tuple[str, int, int]]:
    """The questions of a sheet, with the columns of their answer and of their remarks."""
    return [(one.question, one.answer, one.comment) for one in questions_of([grid(*rows)])]


def test_a_header_says_where_questions_answers_and_remarks_are():
    assert asked(("N°", "Question", "Réponse", "Commentaire"), ("1", "Chiffrez-vous les sauvegardes ?", "", "")) == [
        ("Chiffrez-vous les sauvegardes ?", 3, 4)
    ]


def test_a_row_that_names_what_is_asked_on_the_right_of_the_answers_heads_nothing():
    rows = [("Réponse", "Mesure"), ("", "Chiffrez-vous les sauvegardes ?")]
    assert asked(*rows) == [("Chiffrez-vous les sauvegardes ?", 3, 0)], "read as without a header"


def test_columns_to_tick_need_a_yes_and_a_no():
    row = ("Chiffrez-vous les sauvegardes ?", "", "")
    [ticked] = questions_of([grid(("Exigence", *YES_NO), row)])
    assert ticked.ticks == (("Oui", 2), ("Non", 3))
    assert not ticked.answer
    assert questions_of([grid(("Exigence", "Oui", "Partiel"), row)])[0].ticks == ()


@pytest.mark.parametrize(
    ("text", "is_asked"),
    [
        ("Décrire vos sauvegardes quotidiennes", True), ("Décrire vos sauvegardes", False), ("Chiffrées ?", True),
        ("Notre politique de sauvegarde quotidienne", False),
    ],
)  # fmt: skip
def test_without_a_header_a_row_asks_by_its_mark_or_by_four_words_that_ask(text, is_asked):
    assert asked((text, "")) == ([(text, 2, 0)] if is_asked else [])


def test_without_a_header_answers_go_into_the_first_empty_column_and_remarks_into_the_next():
    rows = [("Chiffrez-vous ?", "art. 32", "", ""), ("Journalisez-vous ?", "art. 32", "", "")]
    assert asked(*rows) == [("Chiffrez-vous ?", 3, 4), ("Journalisez-vous ?", 3, 4)]


def test_a_title_is_no_question():
    rows = [
        ("Question", "Réponse"), ("SÉCURITÉ DES ACCÈS", ""), ("Chiffrez-vous ?", ""), ("2. Sauvegardes", ""),
        ("Journalisez-vous ?", ""), (GridCell("Hébergement", bold=True), ""), ("Où hébergez-vous ?", ""),
        (GridCell("Une phrase qui s'étend jusqu'aux réponses ?", width=2), ""),
    ]  # fmt: skip
    assert [text for text, *_ in asked(*rows)] == ["Chiffrez-vous ?", "Journalisez-vous ?", "Où hébergez-vous ?"]


def test_capitals_are_a_title_as_long_as_a_header_may_be_and_no_longer():
    def kept(words: int) -> int:
        text = " ".join(["MESURE"] * words)
        return len(asked(("Question", "Réponse"), ("Chiffrez-vous les données ?", ""), (text, ""))) - 1

    assert (kept(LONGEST_HEADER), kept(LONGEST_HEADER + 1)) == (0, 1)


def test_where_questions_have_a_number_what_has_none_is_a_title():
    rows = [("N°", "Question", "Réponse"), ("", "Votre organisation et ses engagements envers nous", "")]
    rows += [(f"1.{number}", f"Faites-vous la chose {number} ?", "") for number in range(1, 5)]
    assert [text for text, *_ in asked(*rows)] == [f"Faites-vous la chose {number} ?" for number in range(1, 5)]


def test_an_example_and_who_answers_are_not_asked():
    rows = [
        ("Question", "Réponse"), ("Exemple : chiffrez-vous ?", "Oui"), ("Nom et fonction du répondant", ""),
        ("Chiffrez-vous ?", ""), ("Journalisez-vous ?", ""),
    ]  # fmt: skip
    assert [text for text, *_ in asked(*rows)] == ["Chiffrez-vous ?", "Journalisez-vous ?"]


def test_the_one_row_filled_at_the_head_of_others_shows_how_to_answer_and_a_filled_cell_is_not_written():
    questions = [(f"Faites-vous la chose {number} ?", "") for number in range(3)]
    head = ("Question", "Réponse")
    assert len(asked(head, ("Tenez-vous un registre ?", "Oui, tenu à jour"), *questions)) == 3
    later = asked(head, questions[0], ("Tenez-vous un registre ?", "Oui, tenu à jour"), *questions[1:])
    assert [answer for text, answer, _ in later if text.startswith("Tenez")] == [0]


def test_a_table_without_a_header_is_read_as_the_one_before_it_when_it_is_as_wide():
    first = grid(("N°", "Question", "Réponse"), ("1", "Chiffrez-vous ?", ""))
    assert [(one.question, one.answer) for one in questions_of([first, grid(("2", "Journaliser les accès", ""))])] == [
        ("Chiffrez-vous ?", 3), ("Journaliser les accès", 3)
    ]  # fmt: skip
    assert len(questions_of([first, grid(("2", "Journaliser les accès"))])) == 1
