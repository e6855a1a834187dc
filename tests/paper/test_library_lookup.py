import pytest

from portal.core.language import Language
from portal.paper import library_lookup
from portal.paper.rulebook_files import load_rulebook
from portal.paper.rules.naming import REQUIREMENTS

pytestmark = pytest.mark.usefixtures("app")


@pytest.mark.parametrize("language", Language)
@pytest.mark.parametrize("name", REQUIREMENTS)
def test_each_main_requirement_has_our_clause_in_both_languages(name, language):
    found = library_lookup.our_clauses(name, language)
    assert found
    for standard in found:
        assert standard.paragraphs
        assert all(paragraph.strip() and "{{" not in paragraph for paragraph in standard.paragraphs)


def test_only_the_passages_that_meet_a_requirement_are_shown_when_they_are_marked():
    [standard] = library_lookup.our_clauses("breach_notification", Language.FR)
    assert standard.key == "CL18"
    assert "vingt-quatre" in standard.paragraphs[0]
    assert len(standard.paragraphs) == 3


def test_an_unknown_requirement_has_none():
    assert library_lookup.our_clauses("horoscope", Language.FR) == ()


def test_breach_notification_is_imposed_by_law_and_not_by_the_contract():
    assert "C42" not in library_lookup.contract_obligations()
    assert "C20" in library_lookup.contract_obligations()


def test_every_obligation_that_a_reading_names_is_in_the_library():
    named = {key for one in load_rulebook().requirements for key in one.obligations}
    assert named <= library_lookup.obligations_by_id().keys()
