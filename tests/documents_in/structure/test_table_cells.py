"""Rows of tables."""

from portal.documents_in.document import ParagraphKind
from portal.documents_in.structure.blocks import Block
from portal.documents_in.structure.table_cells import table_rows


def test_cells_of_several_paragraphs_are_one_cell_with_their_marks():
    table = [[[Block("Mesures")], [Block("chiffrer", label="•"), Block("sauvegarder", label="•")]]]
    assert [(block.kind, block.text) for block in table_rows(table)] == [
        (ParagraphKind.ROW, "Mesures | • chiffrer • sauvegarder")
    ]


def test_a_box_and_columns_of_clauses_are_read_as_text():
    clause = Block("Le prestataire notifie la violation. " * 8)
    assert list(table_rows([[[clause]], [[Block("Encadré")]]])) == [clause, Block("Encadré")]
    assert list(table_rows([[[clause], [clause]]])) == [clause, clause]


def test_an_empty_row_is_left_out():
    assert list(table_rows([[[], []], [[Block("a")], []]])) == [Block("a | ", ParagraphKind.ROW)]
