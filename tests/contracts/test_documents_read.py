"""What a lawyer who read the documents once printed stumbled on: meaning, not style, so that it does not come back."""

import re

import pytest

from portal.contracts import library
from portal.contracts.fact_sources.languages import FreeText, said_fact
from portal.contracts.rules.assembly import assemble_contract
from portal.core.documents.text import tree_text
from portal.core.documents.tree import Document
from portal.core.language import Language
from tests.factories.contracts import facts

FR, EN = Language.FR, Language.EN
LIBRARY = library.cached()
ABROAD = {"vendor__article_3_2": ("no",)}


def body(template, language=FR, **changes):
    """The articles and annexes as printed, with plain spaces; neither cover nor title."""
    made = assemble_contract(LIBRARY, LIBRARY.template[template], facts(**ABROAD | changes), language).document
    text = tree_text(Document("", language, made.blocks, contents=False))
    return text.replace("\u202f", " ").replace("\xa0", " ").replace("’", "'")


@pytest.mark.parametrize("template", LIBRARY.template)
@pytest.mark.parametrize(("language", "word", "defined"), [(FR, "RGPD", "« RGPD »"), (EN, "GDPR", '"GDPR"')])
def test_a_regulation_is_named_by_its_initials_only_once_they_are_defined(template, language, word, defined):
    text = body(template, language).replace("“", '"').replace("”", '"')
    if defined in text:
        assert text.index(word) == text.index(defined) + defined.index(word)


@pytest.mark.parametrize(("language", "words"), [(FR, "leurs clauses 17 et 18"), (EN, "their Clauses 17 and 18")])
def test_only_the_clauses_of_2021_914_are_said_to_have_a_clause_17(language, words):
    """The package of decision 2021/915 has eleven clauses, and neither governing law nor courts of its own."""
    for template in ("dpa", "cct-sous-traitance", "responsables-conjoints"):
        (line,) = (line for line in body(template, language).split("\n") if words in line)
        assert "(UE) 2021/914, dont" in line or "(EU) 2021/914, whose" in line


def test_module_two_governs_between_the_parties_only_the_transfers_that_the_annex_gives_it():
    """A vendor of the United States under an adequacy decision, with a sub-processor under the clauses."""
    assert "Pour les transferts entre les Parties que l'annexe D rattache aux CCT, le module deux" in body("dpa")
    assert "For the transfers between the Parties that Annex D assigns to the SCCs, Module Two" in body("dpa", EN)


@pytest.mark.parametrize(("language", "words"), [(FR, "rang"), (EN, "rank")])
def test_the_list_of_documents_never_reads_as_if_the_main_contract_prevailed(language, words):
    (line,) = (line for line in body("liste-annexes", language).split("\n") if "contrat 2026-041" in line)
    assert line.index(words) < line.index("contrat 2026-041")
    assert not re.search("emporte|prévaut|prevails", line)


def test_a_contract_with_no_sensitive_data_does_not_say_that_some_are_entrusted():
    text = body("dpa", data__special=())
    assert "sont les suivantes : aucune." in text
    assert "Si de telles données lui sont confiées" in text
    assert "celles qui lui sont confiées" not in text


def test_the_return_to_a_controller_outside_europe_says_how_sensitive_data_are_protected():
    """Annex I.B of decision 2021/914 asks for it in module four too."""
    assert "Restrictions et garanties propres aux données sensibles" in body("cct-retour")


def test_the_contract_of_a_host_of_health_data_does_not_claim_particulars_that_it_lacks():
    """R. 1111-11 of the public health code: penalties or their absence, guaranteed level, failure of the host."""
    text = body("dpa", service__health_hosting=("yes",))
    assert "Une mention qui manque est arrêtée par écrit avant que des Données de santé soient confiées" in text
    assert "existence ou absence de pénalités" in text


def test_a_date_of_the_list_of_documents_is_written_as_its_language_writes_it():
    rows = ({"rank": "1", "date": FreeText("2026-12-01")}, {"rank": "2", "date": "v3"})
    for language, day in ((FR, "1er décembre 2026"), (EN, "1 December 2026")):
        said = said_fact("agreement.documents", rows, language).value
        assert [row["date"] for row in said] == [day, "v3"]


def test_a_number_of_registration_may_begin_with_its_register():
    """« n° RCS Lyon 552 100 554 » and « registration no. RCS Lyon » are said by nobody."""
    for template in ("dpa", "dpa-annexe", "responsables-conjoints"):
        assert "immatriculation : 552 100 554" in body(template)
        assert not re.search(r"registration no\.", body(template, EN))


@pytest.mark.parametrize("template", LIBRARY.template)
def test_no_annex_gives_instructions_to_whoever_fills_it_in(template):
    assert not re.search(r"une ligne par|one line for each", body(template).split("Signatures")[0])
