"""References to the RGPD: what exists is accepted, what does not is caught."""

import pytest

from portal.questionnaires.rules import articles
from portal.questionnaires.rules.articles import LAST_POINT, PARAGRAPHS, is_article


@pytest.mark.parametrize(
    "reference",
    ["1", "99", "28", "28(1)", "28(10)", "28(3)(a)", "28(3)(h)", "30(2)(d)", "32(1)(d)", "31", "44", "4(26)"],
)
def test_an_article_that_exists_is_accepted(reference):
    assert is_article(reference)


@pytest.mark.parametrize(
    "reference",
    ["", "0", "100", "028", "28(0)", "28(11)", "28(3)(i)", "28(h)", "31(1)",
     "30(2)(e)", "28.3.h", "art. 28", "28(3)(H)", "28 "],
)  # fmt: skip
def test_a_reference_that_designates_nothing_is_refused(reference):
    assert not is_article(reference)


def test_the_tables_add_up_to_what_the_regulation_holds():
    """99 articles, 372 numbered paragraphs and 26 definitions, 348 lettered points under a paragraph."""
    assert sum(PARAGRAPHS.values()) == 372 + 26
    assert sum(ord(last) - ord("a") + 1 for last in LAST_POINT.values()) == 348


def test_the_points_counted_belong_to_paragraphs_that_exist():
    assert all(paragraph <= PARAGRAPHS[article] for article, paragraph in LAST_POINT)


@pytest.mark.parametrize(
    "reference",
    ["conso L221-18", "conso D221-5", "conso L215-1-1", "csp L1111-8", "lil 45", "dora 30(2)(i)", "nis2 21(3)",
     "data 32", "ia 50"],
)  # fmt: skip
def test_an_article_of_a_code_is_known_by_the_key_of_its_code(reference):
    assert articles.is_article(reference)


@pytest.mark.parametrize(
    "reference",
    ["L221-18", "conso L221-99", "conso 28(3)", "conso", "cpce L34-5", "conso  L221-18", " 28", "dora 30(2)(j)",
     "dora 31", "nis2 21(2)(k)", "lil 99", "DORA 28(3)", "ia 28(3)(h)"],
)  # fmt: skip
def test_an_article_that_nobody_verified_is_not_citable(reference):
    assert not articles.is_article(reference)


def test_references_are_grouped_under_the_name_of_their_text():
    said = [str(one) for one in articles.articles_in_words(["conso L221-24", "12(3)", "conso L242-4", "28"])]
    assert said == ["RGPD art. 12(3), 28", "Code de la consommation, art. L221-24, L242-4"]
    assert articles.articles_in_words([]) == ()


def test_each_reference_alone_names_its_text_in_short():
    assert [str(articles.article_tag(one)) for one in ("28(3)(h)", "conso L221-28")] == [
        "art. 28(3)(h)", "C. conso. art. L221-28",
    ]  # fmt: skip


def test_european_and_french_texts_are_each_under_their_own_name():
    said = [str(one) for one in articles.articles_in_words(["dora 30(2)(a)", "28(3)(d)", "lil 45", "dora 29(2)"])]
    assert said == [
        "RGPD art. 28(3)(d)", "Règlement (UE) 2022/2554 (DORA), art. 30(2)(a), 29(2)",
        "Loi n° 78-17 du 6 janvier 1978, art. 45",
    ]  # fmt: skip
