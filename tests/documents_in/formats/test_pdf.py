"""PDF files, through the child process."""

import pytest

from portal.core.documents.printing import PrintingCrashed, PrintingTimedOut
from portal.documents_in.document import ParagraphKind
from portal.documents_in.errors import UnreadableDocument
from portal.documents_in.formats import pdf
from portal.documents_in.reader import read_document
from tests.factories import paper

TEXT = [
    (72.0, 700.0, "Article 1 - Objet du contrat"),
    (72.0, 670.0, "Le sous-traitant traite les données du client, uniquement sur instruc-"),
    (72.0, 656.0, "tion documentée du responsable du traitement, y compris les sous-"),
    (72.0, 642.0, "traitants."),
]


def test_lines_become_paragraphs_with_their_page():
    second = [(72, 700, "Article 2 - Durée"), (72, 670, "Un an à compter de la signature.")]
    document = read_document(paper.pdf(TEXT, second), "a.pdf")
    assert document.pages == 2
    assert [(p.kind, p.number, p.page) for p in document.paragraphs] == [
        (ParagraphKind.HEADING, "1", 1),
        (ParagraphKind.TEXT, "", 1),
        (ParagraphKind.HEADING, "2", 2),
        (ParagraphKind.TEXT, "", 2),
    ]
    assert "sur instruction documentée" in document.paragraphs[1].text
    assert document.paragraphs[1].text.endswith("y compris les sous-traitants.")


def test_two_columns_are_read_one_after_the_other():
    left = [
        "Le sous-traitant traite les données",
        "uniquement sur instruction écrite du",
        "client et l'informe sans délai si une",
        "instruction lui paraît contraire aux",
        "règles de protection des données que",
        "le règlement impose aux parties.",
    ]
    right = [
        "Le client garantit que les données",
        "sont collectées de façon licite et que",
        "les personnes concernées en ont été",
        "informées par ses soins, avant tout",
        "envoi au sous-traitant de fichiers ou",
        "de copies de ses bases de données.",
    ]
    page = [(60.0, 700.0 - 14 * n, line) for n, line in enumerate(left)]
    page += [(330.0, 700.0 - 14 * n, line) for n, line in enumerate(right)]
    document = read_document(paper.pdf(sorted(page, key=lambda placed: -placed[1])), "a.pdf")
    assert [p.text for p in document.paragraphs] == [" ".join(left), " ".join(right)]


def test_ruled_cells_make_rows():
    page = [(72.0, 690.0, "Durée"), (300.0, 690.0, "un an"), (72.0, 660.0, "Lieu")]
    page += [(300.0, 660.0, "Lyon, puis"), (300.0, 646.0, "Lille")]
    document = read_document(paper.pdf(page, rules=((70, 705, 500), (70, 680, 500), (70, 640, 500))), "a.pdf")
    assert {p.kind for p in document.paragraphs} == {ParagraphKind.ROW}
    assert [p.text for p in document.paragraphs] == ["Durée | un an", "Lieu | Lyon, puis Lille"]


def test_running_headers_and_page_numbers_are_dropped():
    told = [f"Le point {word} est convenu." for word in ("premier", "deuxième", "troisième", "quatrième")]
    pages = [[(72, 800, "Contrat ACME v2"), (72, 700, words), (300, 40, f"{n}")] for n, words in enumerate(told, 1)]
    assert [p.text for p in read_document(paper.pdf(*pages), "a.pdf").paragraphs] == told


def test_a_clause_number_that_opens_a_page_is_no_page_number():
    clauses = ("notifie la violation.", "assiste le client.", "détruit les données.", "tient un registre.")
    pages = [[(72, 700, f"{n}.1"), (110, 700, f"Le prestataire {clause}")] for n, clause in enumerate(clauses, 1)]
    assert [p.number for p in read_document(paper.pdf(*pages), "a.pdf").paragraphs] == ["1.1", "2.1", "3.1", "4.1"]


def test_a_scan_is_refused_with_its_number_of_pages():
    with pytest.raises(UnreadableDocument, match=r"image sans texte \(pages numérisées.: 2\)"):
        read_document(paper.pdf([], []), "a.pdf")


def test_more_pages_than_a_contract_has_are_refused():
    with pytest.raises(UnreadableDocument, match="compte 1001 pages"):
        read_document(paper.pdf(*[[(72.0, 700.0, "x")]] * 1001), "a.pdf")


def test_ten_thousand_pages_are_refused_at_once():
    with pytest.raises(UnreadableDocument, match="compte 10000 pages"):
        read_document(paper.pdf(*[[]] * 10_000), "a.pdf")


def test_a_password_is_asked_to_be_removed():
    keys = b"/O (%s) /U (%s) /P -4" % (b"a" * 32, b"b" * 32)
    trailer = b"/Encrypt << /Filter /Standard /V 1 /R 2 %s >> /ID [(a)(a)] /Root" % keys
    with pytest.raises(UnreadableDocument, match="mot de passe"):
        read_document(paper.pdf(TEXT).replace(b"/Root", trailer), "a.pdf")


def test_a_file_that_only_says_it_is_a_pdf_is_refused():
    with pytest.raises(UnreadableDocument, match="endommagé"):
        read_document(b"%PDF-1.7\nnothing", "a.pdf")


@pytest.mark.parametrize(
    ("failure", "words"), [(PrintingTimedOut("lent"), "plus de 8 secondes"), (PrintingCrashed("mort"), "endommagé")]
)
def test_a_child_that_hangs_or_dies_is_a_refusal(monkeypatch, failure, words):
    def fail(*_):
        raise failure

    monkeypatch.setattr(pdf._extractor, "call", fail)
    with pytest.raises(UnreadableDocument, match=words):
        pdf.read(b"%PDF-")


def test_the_child_is_stopped_when_it_takes_too_long(monkeypatch):
    monkeypatch.setattr(pdf, "TIMEOUT", 0.02)
    with pytest.raises(UnreadableDocument, match="secondes"):
        pdf.read(paper.pdf(*[TEXT] * 900))
    monkeypatch.undo()
    assert pdf.read(paper.pdf(TEXT)).paragraphs, "the next file gets a new child"
