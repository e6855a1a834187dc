"""From pieces to blocks."""

from portal.documents_in.document import ParagraphKind
from portal.documents_in.formats.pdf_layout import page_blocks
from portal.documents_in.formats.pdf_tables import PdfPage, PdfPiece


def piece(text: str, top: float, x0: float = 70, x1: float = 0, *, size: float = 11, bold: bool = False) -> PdfPiece:
    return PdfPiece(x0, top, x1 or x0 + len(text) * 5.2, top + size, size, bold, text)


def texts(*pieces: PdfPiece) -> list[str]:
    return [block.text for block in page_blocks([PdfPage(pieces)])]


FULL = "Le sous-traitant notifie au responsable du traitement toute violation de données"


def test_a_line_that_reaches_the_edge_goes_on_and_a_short_one_ends():
    ends = piece("dans les 24 heures.", 114), piece("Il l'assiste ensuite.", 128)
    found = texts(piece(FULL, 100, x1=520), *ends, piece(FULL, 142, x1=520))
    assert found == [f"{FULL} dans les 24 heures.", "Il l'assiste ensuite.", FULL]


def test_a_wide_space_parts_two_paragraphs():
    assert len(texts(*(piece(FULL, top, x1=520) for top in (100, 114, 128, 170, 184)))) == 2


def test_a_number_and_its_text_are_one():
    assert texts(piece("4.2", 100), piece("Audit du prestataire", 100, 110)) == ["4.2 Audit du prestataire"]


def test_a_title_keeps_to_itself_whatever_its_length():
    found = page_blocks(
        [PdfPage((piece("MESURES DE SÉCURITÉ", 100, bold=True), piece(FULL, 114, x1=520), piece("fin.", 128)))]
    )
    assert [(block.text, block.strong) for block in found] == [("MESURES DE SÉCURITÉ", True), (f"{FULL} fin.", False)]


def test_small_letters_with_a_number_are_a_note():
    found = page_blocks(
        [PdfPage((piece(FULL, 100, x1=520), piece("fin.", 114), piece("1 Voir l'annexe.", 700, size=8)))]
    )
    assert (found[-1].kind, found[-1].label, found[-1].text) == (ParagraphKind.NOTE, "1", "Voir l'annexe.")


def test_a_sentence_goes_on_over_the_page():
    pages = [
        PdfPage((piece(FULL, 700, x1=520),)),
        PdfPage((piece("dans les 24 heures.", 80), piece("Fin du contrat.", 94))),
    ]
    found = page_blocks(pages)
    assert [(block.text, block.page) for block in found] == [(f"{FULL} dans les 24 heures.", 1), ("Fin du contrat.", 2)]


def test_a_full_line_that_ends_on_a_semicolon_goes_on_over_the_page_and_an_item_does_not():
    full = PdfPage((piece(f"{FULL} ;", 700, x1=520),))
    goes_on, item = piece("le responsable l'accepte.", 80), piece("- le responsable l'accepte.", 80)
    assert [block.text for block in page_blocks([full, PdfPage((goes_on,))])] == [f"{FULL} ; le responsable l'accepte."]
    assert len(page_blocks([full, PdfPage((item,))])) == 2
    short = PdfPage((piece(FULL, 686, x1=520), piece("sous 24 heures ;", 700)))
    assert len(page_blocks([short, PdfPage((goes_on,))])) == 2


def test_a_spread_line_of_a_justified_paragraph_is_no_table():
    address = "https://exemple.test/politique-de-securite"
    spread = piece(address, 114, x1=380), piece("et", 114, 440, 452), piece("suite", 114, 490, 520)
    whole = texts(piece(FULL, 100, x1=520), *spread, piece("dans les 24 heures.", 128))
    assert whole == [f"{FULL} {address} et suite dans les 24 heures."]


def test_cells_without_rules_are_rows_and_an_empty_first_cell_goes_on():
    found = page_blocks(
        [
            PdfPage(
                (
                    *(piece("Lieu", 100), piece("Lyon et", 100, 300), piece("un an", 100, 450)),
                    *(piece("Lille", 114, 300), piece("au plus", 114, 450)),
                )
            )
        ]
    )
    assert [(block.kind, block.text) for block in found] == [
        (ParagraphKind.ROW, "Lieu | Lyon et Lille | un an au plus")
    ]


def test_a_line_of_contents_never_goes_on():
    entries = piece("Objet et durée du contrat ........ 3", 100, x1=520), piece("sécurité ........ 4", 114, x1=520)
    assert len(texts(*entries)) == 2
