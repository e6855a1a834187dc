"""Every contract the portal generates passes its own check, in both languages and in every form in which it leaves."""

import shutil
import subprocess
from dataclasses import replace

import pytest

from portal.contracts import library
from portal.contracts.rules.assembly import assemble_contract
from portal.contracts.rules.operative_words import fallback_prose
from portal.core.documents.docx import render_docx
from portal.core.documents.text import tree_text
from portal.core.language import Language
from portal.documents_in.reader import read_document
from portal.paper.rulebook_files import load_rulebook
from portal.paper.rules.check_result import ContractVerdict
from portal.paper.rules.checking import check_contract
from portal.paper.rules.naming import REQUIREMENTS
from portal.paper.tree_source import source_of_tree
from tests.factories.contracts import FURTHER, facts
from tests.factories.papers import WITH_CONSUMERS, contract
from tests.printing_cache import render_pdf

FORMS = {
    "tree": source_of_tree,
    "text": lambda tree: read_document(tree_text(tree).encode(), "contrat.txt"),
    "docx": lambda tree: read_document(render_docx(tree), "contrat.docx"),
    "pdf": lambda tree: read_document(render_pdf(tree), "contrat.pdf"),
}
REGIMES = {
    "no transfer": {"transfers__mechanism": ("none",), "transfers__rows": None},
    "adequacy": {"transfers__mechanism": ("adequacy",)},
    "standard clauses": {"transfers__mechanism": ("scc",)},
    "both": {},
    "standard tier, in the Area": {
        "tier": "standard",
        "vendor__established": "eea",
        "transfers__mechanism": ("none",),
        "transfers__rows": None,
    },
    "no sub-processor, no special data": {"subprocessors": (), "data__special": ()},
    "withdrawals": {"service__withdrawals": ("yes",)},
    "calls": {"service__calls": ("yes",)},
    "withdrawals and calls, no transfer": {
        **WITH_CONSUMERS,
        "transfers__mechanism": ("none",),
        "transfers__rows": None,
    },
}


def checked(document):
    return check_contract(document, load_rulebook())


def open_points(found):
    return {one.id: one.status.value for one in found.requirements if not one.status.holds}


@pytest.mark.parametrize(
    "form", [form if form != "pdf" else pytest.param(form, marks=pytest.mark.pdf) for form in FORMS]
)
@pytest.mark.parametrize("language", Language)
@pytest.mark.parametrize("consumers", [{}, WITH_CONSUMERS], ids=["bare", "consumers"])
def test_a_contract_of_ours_satisfies_every_requirement_in_every_form(language, form, consumers):
    found = checked(FORMS[form](contract(language, **consumers)))
    assert found.language is language
    assert open_points(found) == {}
    assert found.verdict is ContractVerdict.COMPLETE


@pytest.mark.parametrize("regime", REGIMES)
@pytest.mark.parametrize("language", Language)
def test_it_does_whatever_the_facts_are(language, regime):
    assert open_points(checked(source_of_tree(contract(language, **REGIMES[regime])))) == {}


@pytest.mark.parametrize(
    ("fact", "short"),
    [
        ("data__special", {"data_types"}),
        ("vendor__dpo_contact", {"C71"}),
        ("vendor__breach_contact", {"C71", "breach_notification"}),
        ("controller__contact", {"C71", "breach_notification", "data_subject_assistance", "documented_instructions"}),
    ],
)
def test_a_fact_left_blank_leaves_the_same_requirements_short_in_both_languages(fact, short):
    """A label of many words named what stood beside it instead, or nothing: longer in French than in English."""
    for language in Language:
        found = open_points(checked(source_of_tree(contract(language, **{fact: None}))))
        assert found == dict.fromkeys(short, "to_complete"), language


@pytest.mark.parametrize("language", Language)
@pytest.mark.parametrize("consumers", [{}, WITH_CONSUMERS], ids=["bare", "consumers"])
def test_it_says_how_who_and_when_beyond_the_words_of_the_regulation(language, consumers):
    found = checked(source_of_tree(contract(language, **consumers)))
    assert {one.id for one in found.requirements if one.id in REQUIREMENTS and not one.specific} == set()


@pytest.mark.parametrize("language", Language)
def test_every_passage_stands_where_it_is_said_to_stand(language):
    document = source_of_tree(contract(language, **WITH_CONSUMERS))
    for one in checked(document).requirements:
        assert one.spans, one.id
        for span in one.spans:
            assert document.text[span.start : span.end] == span.quote


@pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice is not installed")
def test_word_files_and_their_pdf_saved_again_by_libreoffice_say_the_same(tmp_path):
    trees = {language: contract(language, **WITH_CONSUMERS) for language in Language}
    expected = {language: statuses(source_of_tree(tree)) for language, tree in trees.items()}
    for language, tree in trees.items():
        (tmp_path / f"{language}.docx").write_bytes(render_docx(tree))
    for form in ("docx", "odt", "pdf"):
        command = ["soffice", f"-env:UserInstallation=file://{tmp_path}/profile", "--headless", "--convert-to", form]
        files = [str(tmp_path / f"{language}.docx") for language in trees]
        subprocess.run(
            [*command, "--outdir", str(tmp_path / form), *files], check=True, capture_output=True, timeout=120
        )
        for language in trees:
            saved = tmp_path / form / f"{language}.{form}"
            assert statuses(read_document(saved.read_bytes(), saved.name)) == expected[language], saved


@pytest.mark.parametrize("language", Language)
def test_the_same_agreement_as_an_annex_satisfies_every_requirement(language):
    found = checked(source_of_tree(other("dpa-annexe", language)))
    assert open_points(found) == {}
    assert found.verdict is ContractVerdict.COMPLETE


@pytest.mark.parametrize(
    "template", [one.key for one in library.cached().templates if not one.kind.counts or one.key.startswith("cct")]
)
@pytest.mark.parametrize("language", Language)
def test_a_document_that_is_no_contract_or_only_refers_to_one_is_never_read_as_complete(template, language):
    """What refers to the Commission's clauses is proved by its own coverage: their text is not in it to be read."""
    assert checked(source_of_tree(other(template, language))).verdict is not ContractVerdict.COMPLETE


def other(template, language):
    """Another document of ours, complete."""
    shipped = library.cached()
    known = facts(**{**dict.fromkeys(WITH_CONSUMERS), "vendor__article_3_2": ("no",)})
    return assemble_contract(shipped, shipped.template[template], known, language).document


def statuses(read):
    """Of each requirement."""
    return {one.id: one.status for one in checked(read).requirements}


@pytest.mark.parametrize("language", Language)
@pytest.mark.parametrize("authorisation", ["general", "specific"])
def test_it_does_with_every_fallback_taken_and_every_further_clause(language, authorisation):
    shipped = library.cached()
    taken = tuple(
        replace(clause, prose={one: fallback_prose(clause, one) for one in Language}) for clause in shipped.clauses
    )
    known = facts(**FURTHER, chain__authorisation=(authorisation,))
    made = assemble_contract(replace(shipped, clauses=taken), shipped.template["dpa"], known, language)
    assert "quarante-huit" in tree_text(made.document) or "forty-eight" in tree_text(made.document)
    assert open_points(checked(source_of_tree(made.document))) == {}
