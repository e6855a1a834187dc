"""The answer book, from the vendor's side: its own signed answers, and nothing that is kept."""

import base64
from io import BytesIO

import openpyxl
import pytest
from sqlalchemy import func, select

from portal.answer_book import filling, form_files
from portal.answer_book.files import form_child
from portal.core.stored import StoredFile
from portal.vendor_space.views import answer_book
from tests.answer_book.signed import signed
from tests.factories.files import saved

PATH = "/espace/livre-de-reponses"


def form() -> bytes:
    book = openpyxl.Workbook()
    for row in (
        ["Question", "Réponse"], ["Avez-vous désigné un DPO ?"], ["N'avez-vous pas de registre de sous-traitant ?"],
        ["Quel est votre chiffre d'affaires ?"], ["Notifiez-vous les violations de données à vos clients ?"],
    ):  # fmt: skip
        book.active.append(row)
    return saved(book.save)


@pytest.fixture(autouse=True)
def without_a_child(monkeypatch):
    """The child is the business of `tests/answer_book/test_cli.py`: here its work is done in this process."""
    monkeypatch.setattr(filling, "read_form", form_child.questions_in)
    monkeypatch.setattr(filling, "fill_form", form_child.answered)


@pytest.fixture
def said(monkeypatch):
    """What this vendor has signed, and who asked for it."""
    asked = []

    def answers(ctx, vendor_id, *, to):
        asked.append((vendor_id, to))
        return {key: one for key, one in signed().items() if not key.startswith("assistance.")}

    monkeypatch.setattr(answer_book, "signed_answers", answers)
    return asked


def test_a_form_comes_back_filled_and_the_page_says_what_was_found(page, space, session, said):
    before = session.scalar(select(func.count(StoredFile.id)))
    shown = page.post(PATH, {"file": (BytesIO(form()), "Client SA.xlsx")}, status=200)
    assert "Questions remplies\u202f: 1 sur 4" in shown.text
    assert "3 août 2026" in shown.text
    assert {vendor for vendor, _ in said} == {space.vendor.id}
    folded = [node.text_content() for node in shown.all("//main//details/summary")]
    assert len(folded) == 3  # answered otherwise, asked too but unsaid, and not asked by us
    link = shown.all("//a[@download]")[0]
    assert link.get("download") == "Client SA-rempli.xlsx"
    book = openpyxl.load_workbook(BytesIO(base64.b64decode(link.get("href").split(",", 1)[1])))
    assert [cell.value for cell in book.active["B"]] == ["Réponse", "Oui", None, None, None]
    assert session.scalar(select(func.count(StoredFile.id))) == before


@pytest.mark.parametrize("content", [b"bonjour", b"PK\x03\x04", b"PK\x03\x04" + bytes(300)])
def test_a_file_that_is_no_form_is_refused_with_a_sentence(page, said, content, monkeypatch):
    monkeypatch.setattr(filling, "read_form", form_files.read_form)
    monkeypatch.setattr(form_files._reader, "read", lambda _name, data: form_child.questions_in(data))
    shown = page.post(PATH, {"file": (BytesIO(content), "x.xlsx")}, status=422)
    assert shown.all("//*[contains(@class, 'field__error')]")


def test_a_file_too_large_is_refused(page, said, monkeypatch):
    monkeypatch.setattr(filling, "read_form", form_files.read_form)
    monkeypatch.setattr(form_files, "MOST_BYTES", 100)
    page.post(PATH, {"file": (BytesIO(form()), "x.xlsx")}, status=422)


def test_without_a_file_the_page_says_so(page, said):
    page.post(PATH, {}, status=422)


def test_a_vendor_that_has_signed_nothing_is_told_so(page):
    assert "Vous n’avez encore rien signé ici." in page.get(PATH).text


def test_nothing_that_is_internal_is_in_the_page(page, monkeypatch, said):
    question = signed()["gouvernance.dpo-designe"].question
    assert question.reviewer_note.fr
    shown = page.post(PATH, {"file": (BytesIO(form()), "x.xlsx")}, status=200)
    assert question.reviewer_note.fr[:30] not in shown.text
