"""The shelves of the library: every clause on one of them, found by the words of its texts."""

import pytest

from portal.contracts import library
from portal.contracts.library_page import GivingWay, ShelfFilter, shelves
from portal.core.language import Language

LIBRARY = library.cached()
FR, EN = Language.FR, Language.EN


def found(language=FR, **wanted):
    return [row for shelf in shelves(LIBRARY, ShelfFilter(**wanted), {}, language) for row in shelf.rows]


def keys(**wanted):
    return {row.clause.key for row in found(**wanted)}


def test_every_clause_stands_on_one_shelf():
    listed = [row.clause.key for row in found()]
    assert sorted(listed) == sorted(LIBRARY.clause)


def test_a_clause_of_no_theme_is_still_shown():
    bare = library.ClauseLibrary(LIBRARY.obligations, LIBRARY.clauses, LIBRARY.templates)
    [shelf] = shelves(bare, ShelfFilter(), {}, EN)
    assert (shelf.title, len(shelf.rows)) == ("No theme", len(LIBRARY.clauses))


@pytest.mark.parametrize(
    "sought", ["quarante-huit", "QUARANTE HUIT heures", "notifié delai violation", "forty-eight hours", "cl18", "c42"]
)
def test_texts_are_searched_without_accents_in_both_languages_and_in_fallbacks(sought):
    assert "CL18" in keys(search=sought)


def test_every_word_must_begin_a_word_of_the_clause():
    assert not keys(search="violation zzz")
    assert "CL18" not in keys(search="iolation")


def test_what_was_found_is_shown_where_it_stands():
    [row] = [row for row in found(search="soixante quarante-huit") if row.clause.key == "CL18"]
    assert row.found.paragraph == 1
    assert row.found.language is FR
    assert "quarante-huit" in row.found.words


def test_filters_narrow_to_a_theme_a_template_and_our_positions():
    assert keys(theme="chaine") == {"CL14", "CL15", "CL16"}
    assert keys(giving=GivingWay.YES) == {one.key for one in LIBRARY.clauses if one.negotiation}
    assert keys(giving=GivingWay.NO).isdisjoint(keys(giving=GivingWay.YES))
    assert keys(template="dpa") == set(LIBRARY.template["dpa"].clause_keys)
    assert not keys(template="absent")


def test_a_row_says_what_is_covered_who_agrees_and_in_which_templates():
    [row] = [row for row in found(EN, theme="securite") if row.clause.key == "CL18"]
    assert [key for key, _title in row.covers] == ["C42", "C43", "C44"]
    assert [one.value for one in row.approvers] == ["legal", "dpo"]
    assert "dpa" in {one.key for one in row.templates}
    assert row.languages == ("FR", "EN")
