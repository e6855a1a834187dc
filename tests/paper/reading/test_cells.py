"""Rows of tables."""

from portal.paper.reading.blocks import Block
from portal.paper.reading.cells import rows
from portal.paper.rules.document import Kind


def test_cells_of_several_paragraphs_are_one_cell_with_their_marks():
    table = [[[Block("Mesures")], [Block("chiffrer", label="•"), Block("sauvegarder", label="•")]]]
    assert [(block.kind, block.text) for block in rows(table)] == [(Kind.ROW, "Mesures | • chiffrer • sauvegarder")]


def test_a_box_and_columns_of_clauses_are_read_as_text():
    clause = Block("Le prestataire notifie la violation. " * 8)
    assert list(rows([[[clause]], [[Block("Encadré")]]])) == [clause, Block("Encadré")]
    assert list(rows([[[clause], [clause]]])) == [clause, clause]


def test_an_empty_row_is_left_out():
    assert list(rows([[[], []], [[Block("a")], []]])) == [Block("a | ", Kind.ROW)]
