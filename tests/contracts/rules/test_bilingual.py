"""Two languages in two columns: the same passages on the same rows, one place to sign, which one prevails."""

from dataclasses import replace
from io import BytesIO
from zipfile import ZipFile

import lxml.html
import pytest

from portal.contracts import library
from portal.contracts.rules.assembly import assemble_contract
from portal.contracts.rules.bilingual import PREVAILING, bilingual
from portal.core.documents.docx import render_docx
from portal.core.documents.freezing import freeze, thaw
from portal.core.documents.machine_readable import to_json
from portal.core.documents.markup import to_html
from portal.core.documents.text import fold, tree_text
from portal.core.documents.tree import Section, SideBySide, Signatures, Translated
from portal.core.language import Language
from portal.paper.tree_source import source_of_tree
from tests.docx_text import docx_text
from tests.factories.contracts import facts, sections
from tests.factories.printed import failures, pdf_text
from tests.printing_cache import render_pdf

FR, EN = Language.FR, Language.EN
LIBRARY = library.cached()


def texts(template):
    known = facts(vendor__article_3_2=("no",))
    return [assemble_contract(LIBRARY, LIBRARY.template[template], known, one).document for one in (FR, EN)]


def both(template):
    return bilingual(*texts(template))


def rows(document):
    held = [document, *sections(document.blocks)]
    return [row for one in held for block in one.blocks if isinstance(block, SideBySide) for row in block.rows]


def test_the_english_half_of_a_title_is_said_to_be_english_in_both_files():
    document = both("liste-annexes")
    page = lxml.html.fromstring(str(to_html(document)))
    english = [one.text_content() for one in page.xpath("//h2/span[@lang='en-GB']")]
    assert "Order of precedence" in english
    assert [one.text_content() for one in page.xpath("//nav//a[@lang='en-GB']")] == english
    told = [title for title in (one.title_end for one in sections(document.blocks)) if title]
    assert len(told) == len(english) > 3
    with ZipFile(BytesIO(render_docx(document))) as archive:
        word = archive.read("word/document.xml").decode()
    runs = [run for run in word.split("<w:r>") if "Order of precedence" in run]
    assert len(runs) == 2  # in the contents and in the text
    assert all('<w:lang w:val="en-GB"/>' in run for run in runs)


@pytest.mark.parametrize("template", LIBRARY.template)
def test_every_passage_stands_beside_its_translation_and_no_other(template):
    french, english = texts(template)
    document = bilingual(french, english)
    numbered = [[one for one in sections(text.blocks) if one.number and not one.titled] for text in (french, english)]
    held = {row.anchor: row for row in rows(document) if row.anchor}
    assert [one.anchor for one in numbered[0]] == list(held) == [one.anchor for one in numbered[1]]
    for left, right in zip(*numbered, strict=True):
        row = held[left.anchor]
        for passage, column, language in ((left, row.left, FR), (right, row.right, EN)):
            assert column.language is language
            shown = tree_text(replace(french, language=language, title="", subtitle="", cover=(), draft=False,
                                      blocks=column.blocks))  # fmt: skip
            told = tree_text(replace(french, language=language, title="", subtitle="", cover=(), draft=False,
                                     blocks=(passage,)))  # fmt: skip
            assert fold(shown) == fold(told)


@pytest.mark.parametrize("template", LIBRARY.template)
def test_it_says_which_language_prevails_and_has_one_place_to_sign_for_each_party(template):
    document = both(template)
    said = fold(tree_text(document)).replace("\u202f", " ")
    assert fold(PREVAILING[FR]) in said
    assert fold(PREVAILING[EN]) in said
    [alone] = [one for one in texts(template)[0].blocks if isinstance(one, Section) and one.anchor == "signatures"]
    [signed] = [one for one in document.blocks if isinstance(one, Section) and one.anchor == "signatures"]
    places = [[len(block.parties) for block in one.blocks if isinstance(block, Signatures)] for one in (alone, signed)]
    assert places[0] == places[1]


def test_tables_keep_the_whole_width_one_language_after_the_other():
    [annex] = [one for one in both("lettre-fin-contrat").blocks if getattr(one, "anchor", "") == "annex_chain"]
    *_, french, english = annex.blocks
    assert isinstance(english, Translated)
    assert (french.header[0], english.blocks[0].header[0]) == ("Dénomination", "Name")


def test_texts_that_do_not_have_the_same_parts_are_not_set_side_by_side():
    french, english = texts("lettre-fin-contrat")
    for wrong in (english.blocks[1:], (*english.blocks[:2], *english.blocks[3:])):
        with pytest.raises(ValueError, match=r"parts|argument"):
            bilingual(french, replace(english, blocks=wrong))


def test_what_is_frozen_comes_back_and_the_data_and_the_reader_have_both_languages():
    document = both("evaluation-transfert")
    assert thaw(freeze(document)) == document
    assert b'"side_by_side"' in to_json(document)
    read = source_of_tree(document).text
    assert "Droit." in read
    assert "Law." in read


def test_the_word_file_says_the_same_with_its_languages_told_and_a_control_for_each_row():
    document = both("liste-annexes")
    file = render_docx(document)
    assert fold(docx_text(file)) == fold(tree_text(document))


@pytest.mark.pdf
@pytest.mark.parametrize("template", ["liste-annexes", "lettre-fin-contrat"])
def test_the_pdf_says_the_same_and_breaks_no_rule_of_pdf_ua_1_and_pdf_a_3a(template):
    document = replace(both(template), edition="Version 1", sha256="a" * 64)
    printed = render_pdf(document)
    assert failures(printed) == []
    said = fold(pdf_text(printed))
    assert all(fold(PREVAILING[language]) in said for language in Language)
