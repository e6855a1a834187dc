from dataclasses import replace

from portal.core.language import Language
from portal.documents_in.document import Annex, ParagraphKind, SourceDocument, assemble_paragraphs
from portal.paper.rules.amended_contract import join_documents


def document(*texts: str, pages: int | None = None) -> SourceDocument:
    whole, paragraphs = assemble_paragraphs([(text, ParagraphKind.TEXT, 0, "", 1) for text in texts])
    return SourceDocument(whole, paragraphs, Language.FR, (Annex(texts[-1], whole.index(texts[-1]), True),), (), pages)


def test_each_paragraph_and_annex_of_two_texts_read_as_one_stands_where_it_is_said_to_stand():
    contract = document("Le client confie ses fichiers.", "Annexe 1", pages=3)
    joined = join_documents(contract, document("Avenant.", "Les données sont rendues.", "Annexe 2", pages=1))
    assert [joined.text[one.start : one.end] for one in joined.paragraphs] == [one.text for one in joined.paragraphs]
    assert [one.text for one in joined.paragraphs] == [
        "Le client confie ses fichiers.", "Annexe 1", "Avenant.", "Les données sont rendues.", "Annexe 2",
    ]  # fmt: skip
    assert [joined.text[one.start :].startswith(one.label) for one in joined.annexes] == [True, True]


def test_pages_of_the_second_text_are_unknown_for_they_are_another_files():
    contract = document("Le client confie ses fichiers.", pages=3)
    joined = join_documents(contract, document("Avenant."))
    assert [one.page for one in joined.paragraphs] == [1, None]
    assert joined.pages == 3
    assert join_documents(contract, replace(contract, paragraphs=(), annexes=())).paragraphs == contract.paragraphs
