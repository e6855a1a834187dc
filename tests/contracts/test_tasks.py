"""Printing a version: two valid files that say one thing, the same bytes each time, and nothing printed twice."""

import re
from dataclasses import replace
from functools import lru_cache

import pytest

from portal.authz.context import Context
from portal.authz.policy import SYSTEM, Role
from portal.contracts import tasks
from portal.contracts.models import ContractVersion
from portal.core import process
from portal.core.clock import now
from portal.core.documents.docx import render_docx
from portal.core.documents.freezing import thaw
from portal.core.documents.markup import STYLE, to_html
from portal.core.documents.text import fold, tree_text
from portal.core.documents.wording import WORDS
from portal.core.language import Language
from portal.core.stored import StoredFile, blob_of
from tests.docx_text import docx_text
from tests.factories.desk import drafted, matter
from tests.factories.printed import W, failures, outline, part, pdf_text, through_libreoffice
from tests.printing_cache import render_pdf

FR, EN = Language.FR, Language.EN
pytestmark = [pytest.mark.usefixtures("app"), pytest.mark.pdf]
LACKING = {"representative": "", "breach_contact": "", "legal_form": ""}
HOSTILE = '<script>alert(1)</script> {{ 7*7 }} & "%(x)s" \x07\u202e'


def tree_of(ctx, language, facts=None, **typed):
    _, version = drafted(ctx, matter(ctx.session, **(facts or {})), language, **typed)
    return thaw(version.tree)


@lru_cache(maxsize=8)
def pdf_of(tree):
    """A print takes seconds: equal trees, which give equal bytes (below), are printed once."""
    return render_pdf(tree)


def contents_pages(pdf, language):
    """Pages of the contents: up to the one where the first article starts."""
    pages = [(title, page) for _, title, page in outline(pdf)]
    start = next(rank for rank, (title, _) in enumerate(pages) if title == WORDS[language].contents)
    return range(pages[start][1], pages[start + 1][1])


@pytest.fixture(params=list(Language))
def language(request):
    return request.param


@pytest.fixture(params=["complete", "lacking"])
def tree(request, ctx, language):
    """A contract whose facts are all known, and one with blanks, in each language."""
    return tree_of(ctx, language, LACKING if request.param == "lacking" else {})


def test_the_pdf_breaks_no_rule_of_pdf_ua_1_and_pdf_a_3a(tree):
    assert failures(pdf_of(tree)) == []


def test_word_and_pdf_carry_the_same_text(tree):
    said = fold(tree_text(tree))
    assert len(said) > 30_000
    assert fold(docx_text(render_docx(tree))) == said
    pdf = pdf_of(tree)
    pages = contents_pages(pdf, tree.language)
    assert pages[0] == 2
    assert fold(pdf_text(pdf, skip_pages=pages)) == said


def test_libreoffice_opens_the_word_file_and_finds_every_word(ctx, tmp_path):
    tree = tree_of(ctx, FR, {"representative": ""})
    printed = pdf_of(tree)
    converted = pdf_text(through_libreoffice(render_docx(tree, printed), tmp_path), content_only=False)
    opened = fold(converted)
    for article in tree.blocks:
        for word in re.findall(r"\w+", getattr(article, "title", "")):
            assert word in opened
    assert "[à compléter : nom et qualité du représentant du sous-traitant]" in opened.replace("\u202f", " ")
    assert_contents_are_those_of(printed, [fold(page) for page in converted.split("\f")[:-1]])


def assert_contents_are_those_of(printed, converted):
    """LibreOffice shows the pages of the PDF, as they were written; its own are those, or the next ones to them."""
    contents = next(page for page in converted if WORDS[FR].contents in page)
    after = converted[converted.index(contents) + 1 :]
    begun = [(fold(title), page) for _, title, page in outline(printed)][1:]
    assert len(begun) > 30
    for title, page in begun:
        assert f"{title} {page} " in f"{contents} "
        there = next(rank for rank, text in enumerate(after, start=len(converted) - len(after) + 1) if title in text)
        assert abs(there - page) <= 1, title


def test_a_blank_is_highlighted_in_both_files(ctx):
    tree = tree_of(ctx, FR, LACKING)
    word = part(render_docx(tree), "word/document.xml")
    styled = [
        "".join(run.itertext())
        for run in word.iter(f"{W}r")
        if any(style.get(f"{W}val") == "ACompleter" for style in run.iter(f"{W}rStyle"))
    ]
    assert styled
    assert all(text.startswith("[à compléter") for text in styled)
    assert len(styled) == tree_text(tree).count("[à compléter")
    styles = part(render_docx(tree), "word/styles.xml").iter(f"{W}style")
    style = next(one for one in styles if one.get(f"{W}styleId") == "ACompleter")
    assert list(style.iter(f"{W}shd")) or list(style.iter(f"{W}highlight"))
    assert re.search(r"\.blank\s*\{[^}]*background", STYLE)
    assert str(to_html(tree)).count('class="blank"') == len(styled)
    assert "PROJET" in pdf_text(pdf_of(tree), content_only=False)


def test_a_complete_contract_is_no_draft_and_has_no_blank(ctx, language):
    tree = tree_of(ctx, language)
    text = pdf_text(pdf_of(tree), content_only=False)
    assert WORDS[language].draft not in text
    assert f"[{WORDS[language].blank}" not in text


def test_hostile_facts_are_printed_as_words_and_the_files_stay_valid(ctx):
    typed = {"vendor__representative": "Aé" * 2500, "agreement__reference": HOSTILE + "\x00"}
    tree = tree_of(ctx, FR, {"legal_name": HOSTILE}, **typed)
    word, pdf = render_docx(tree), render_pdf(tree)
    assert failures(pdf) == []
    shown = '<script>alert(1)</script> {{ 7*7 }} & "%(x)s"'
    assert shown in fold(docx_text(word))
    assert "".join(shown.split()) in "".join(pdf_text(pdf).split())
    assert "Aé" * 2500 in docx_text(word)
    assert "Aé" * 2500 in "".join(pdf_text(pdf).split())
    assert "\x07" not in docx_text(word)


def test_equal_trees_give_equal_bytes(tree):
    """Of the Word file; the PDF is proved in `tests/core/documents/test_pdf.py`."""
    assert render_docx(replace(tree)) == render_docx(tree)


# --- the job ----------------------------------------------------------------------------------------------------------


def printed(ctx, version):
    record = tasks.print_version(ctx, version_id=version.id, job_id=1)
    if record is not None:
        record(Context(ctx.session, SYSTEM, now()))
    ctx.session.flush()
    ctx.session.expire_all()
    return record


def test_the_job_prints_both_files_once(ctx, session):
    contract, version = drafted(ctx, matter(session), FR)
    session.commit()
    assert printed(ctx, version) is not None
    done = session.get_one(ContractVersion, version.id)
    word, pdf = (session.get_one(StoredFile, key) for key in (done.docx_file_id, done.pdf_file_id))
    assert (word.filename, pdf.filename) == (f"{contract.key}-v1-fr.docx", f"{contract.key}-v1-fr.pdf")
    assert b"".join(process.store().open(blob_of(pdf))) == render_pdf(thaw(done.tree))
    assert b"".join(process.store().open(blob_of(word))) == render_docx(thaw(done.tree), render_pdf(thaw(done.tree)))
    files = session.query(StoredFile).count()
    assert printed(ctx, version) is None
    assert session.query(StoredFile).count() == files


def test_two_workers_that_print_the_same_version_leave_one_pair_of_files(ctx, session):
    _, version = drafted(ctx, matter(session), FR)
    session.commit()
    records = [tasks.print_version(ctx, version_id=version.id, job_id=n) for n in (1, 2)]
    for record in records:
        record(Context(session, SYSTEM, now()))
    session.flush()
    pair = session.get_one(ContractVersion, version.id)
    kept = (pair.docx_file_id, pair.pdf_file_id)
    records[1](Context(session, SYSTEM, now()))
    assert (pair.docx_file_id, pair.pdf_file_id) == kept


def test_the_files_of_a_version_are_downloaded_as_attachments(as_, ctx, session):
    contract, version = drafted(ctx, matter(session), EN)
    session.commit()
    printed(ctx, version)
    session.commit()
    client = as_(Role.LEGAL)
    page = client.get(f"/contrats/{contract.id}")
    assert not page.all("//*[@data-portal-poll]")
    for kind, magic, media in (
        ("pdf", b"%PDF-1.7", "application/pdf"),
        ("docx", b"PK\x03\x04", "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
    ):
        path = f"/contrats/{contract.id}/versions/1/{kind}"
        assert page.all(f"//a[@href='{path}']")
        answer = client.client.get(path)
        assert answer.status_code == 200
        assert answer.data.startswith(magic)
        assert answer.mimetype == media
        assert answer.headers["Content-Disposition"] == f'attachment; filename="{contract.key}-v1-en.{kind}"'
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert int(answer.headers["Content-Length"]) == len(answer.data)
        as_(Role.BUYER).get(path, status=404)
        as_(Role.EXPERT).get(path, status=403)
