"""Plain text files."""

import pytest

from portal.documents_in.document import ParagraphKind
from portal.documents_in.errors import UnreadableDocument
from portal.documents_in.formats import plain_text

WORDS = "Le prestataire s’engage à « traiter » les données où elles sont, à l’été."


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_the_encoding_is_found(encoding):
    assert plain_text.read(WORDS.encode(encoding)).text == WORDS


@pytest.mark.parametrize("end", ["\r\n", "\r", "\u2028"])
def test_any_line_end_is_one(end):
    assert [p.text for p in plain_text.read(f"{WORDS}{end}{end}Fin du contrat.".encode()).paragraphs] == [
        WORDS,
        "Fin du contrat.",
    ]


def test_what_is_no_text_is_refused():
    with pytest.raises(UnreadableDocument, match="n’est pas du texte"):
        plain_text.read(b"\x00\x01\x02\x03" * 100)


def test_a_few_stray_controls_are_left_out():
    assert plain_text.read(("\x02" + WORDS * 3).encode()).text == WORDS * 3


def test_form_feeds_are_pages_and_what_each_repeats_goes():
    pages = [f"Contrat ACME\n\nLe point {n} est convenu.\n\n{n}" for n in ("un", "deux", "trois", "quatre")]
    found = plain_text.read("\f".join(page.replace("\n\nun", "\n\n1") for page in pages).encode())
    assert found.pages == 4
    assert [(p.page, p.text) for p in found.paragraphs if "point" in p.text][-1] == (4, "Le point quatre est convenu.")
    assert "ACME" not in found.text


def test_markdown_pasted_in_a_text_is_understood():
    source = "> Statut : **brouillon** de `contrat`\n\n```json\n- traiter les données\n```\n"
    assert [(p.kind, p.text) for p in plain_text.read(source.encode()).paragraphs] == [
        (ParagraphKind.TEXT, "Statut : brouillon de contrat"),
        (ParagraphKind.ITEM, "traiter les données"),
    ]


def test_letters_hidden_by_a_font_are_turned_back_and_said_so():
    plain = "The processor shall notify the controller of any breach without undue delay and in any event in 24 hours. "
    hidden = "".join(chr(ord(char) - 29) for char in plain) * 12
    found = plain_text.read(hidden.encode())
    assert found.text.startswith("The processor shall notify the controller")
    assert len(found.remarks) == 1
