"""Tables by their rules."""

from portal.documents_in.formats.pdf_tables import PdfPage, PdfPiece, RuledLine, ruled_rows


def piece(text: str, top: float, x0: float, x1: float | None = None) -> PdfPiece:
    return PdfPiece(x0, top, x0 + 6 * len(text) if x1 is None else x1, top + 10, 10, False, text)


def words(page: PdfPage) -> list[list[str]]:
    return [[" ".join(piece.text for piece in cell) for cell in row] for row in ruled_rows(page)]


RULES = tuple(RuledLine(70, y, 500) for y in (100, 130, 170))


def test_between_two_rules_stands_one_row():
    first = piece("Durée", 110, 72), piece("un an", 110, 300)
    second = piece("Lieu", 140, 72), piece("Lyon", 140, 300), piece("Lille", 152, 300)
    assert words(PdfPage((*first, *second), RULES)) == [["Durée", "un an"], ["Lieu", "Lyon Lille"]]


def test_prose_between_two_rules_is_no_table():
    assert ruled_rows(PdfPage((piece("a" * 60, 110, 72), piece("b" * 60, 140, 72)), RULES)) == []


def test_rules_drawn_cell_by_cell_give_the_columns_and_titles_above_them():
    rules = tuple(RuledLine(x0, y, x1) for y in (100, 130) for x0, x1 in ((70, 200), (200, 350), (350, 500)))
    titles = piece("Nom", 85, 72), piece("Pays", 85, 202), piece("Objet", 85, 352)
    row = piece("Nuage", 110, 72), piece("France", 110, 202)
    found = words(PdfPage((*titles, *row, piece("Annexe C", 40, 72)), rules))
    assert found == [["Nom", "Pays", "Objet"], ["Nuage", "France", ""]]


def test_one_rule_alone_is_an_ornament():
    assert ruled_rows(PdfPage((piece("Nom", 85, 72), piece("Pays", 85, 300)), (RuledLine(70, 100, 500),))) == []
