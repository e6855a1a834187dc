"""What begins with some letters is found along an index as it is by reading every text, on both databases."""

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, literal, select
from sqlalchemy.orm import Session

from portal.chain.models import ChainCompany, ChainCompanyWord
from portal.core import sought
from portal.core.sought import Words, beginnings, begins_a_word, bound_words, titles_of, words_to_index
from portal.vendors.rules.naming import plain
from tests.conftest import NOW

pytestmark = pytest.mark.both_databases
WORD = st.text("aeimnyz09", min_size=1, max_size=4)
NAME = st.lists(WORD, min_size=1, max_size=4).map(" ".join)
TITLES = titles_of(ChainCompany, ChainCompanyWord.company_id)


def company(session: Session, name: str) -> ChainCompany:
    row = ChainCompany(key=f"named-{name}"[:80], name=name, created_at=NOW)
    session.add(row)
    session.flush()
    return row


def along_index(session: Session, word: str) -> set[int]:
    """Companies under that word, asked as a written word and as a bound one, which have to agree."""
    (bound,), letters = bound_words(Words((word,)).shape), Words((word,)).letters
    of_rows = set(session.scalars(select(ChainCompany.id).where(TITLES.of_row(word))))
    for clause in (TITLES.along_index(word), TITLES.along_index(bound), TITLES.of_row(bound)):
        assert set(session.scalars(select(ChainCompany.id).where(clause), letters)) == of_rows
    return of_rows


@given(names=st.lists(NAME, min_size=1, max_size=4, unique=True), word=WORD)
@example(names=["l atelier", "datelier", "ratelier"], word="atelier")
@example(names=["zz", "z", "z9", "az"], word="z")
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_word_is_found_where_a_word_of_the_text_begins_with_it(session, names, word):
    with session.begin_nested() as savepoint:
        rows = [company(session, name) for name in names]
        said = {
            row.id
            for row in rows
            if any(part.startswith(beginning) for part in row.sought.split() for beginning in beginnings(word))
        }
        assert along_index(session, word) & {row.id for row in rows} == said
        savepoint.rollback()


@pytest.mark.parametrize(
    ("word", "begins"),
    [("atelier", ("atelier", "latelier", "datelier")), ("hote", ("hote", "lhote", "dhote")), ("paie", ("paie",)),
     ("9", ("9",))],
)  # fmt: skip
def test_an_elided_article_is_one_with_its_noun(word, begins):
    assert beginnings(word) == begins


def test_the_longest_word_comes_first_and_is_what_the_shape_begins_with():
    words = Words(("pi", "atelier", "studio"))
    assert words.longest_first == ("atelier", "studio", "pi")
    assert words.shape == (3, 1, 1)
    assert [word.number for word in bound_words(words.shape)] == [0, 1, 2]
    assert words.letters["within_0_1"] == "% latelier%"
    assert words.letters["first_2_0"] == "pi"
    assert words.letters["after_2_0"] > "pi" + "zzz"


def test_two_searches_of_one_shape_differ_in_their_letters_alone():
    one, other = Words(("studio", "pi")), Words(("bureau", "vu"))
    assert one.shape == other.shape
    assert one.letters.keys() == other.letters.keys()
    assert one.letters != other.letters


@pytest.mark.parametrize("typed", ["%", "_", "\\", "50%"])
def test_what_a_pattern_would_mean_is_looked_for_as_it_stands(session, typed):
    def begins(text: str) -> bool | None:
        return session.scalar(select(begins_a_word(literal(text), typed)))

    assert begins(f"mot {typed}suite")
    assert not begins("mot suite")


def test_the_index_follows_the_text_and_goes_with_the_row(session):
    row = company(session, "Étude Nord, Nord")
    number = row.id

    def words() -> set[str]:
        return set(session.scalars(select(ChainCompanyWord.text).where(ChainCompanyWord.company_id == number)))

    assert words() == {"etude", "nord"}
    row.address = "1, rue Haute"
    session.flush()
    assert words() == {"etude", "nord"}
    row.name = "Étude Sud"
    session.flush()
    assert words() == {"etude", "sud"}
    assert along_index(session, "nord") == set()
    session.execute(delete(ChainCompany).where(ChainCompany.id == number))
    assert words() == set()


def test_a_text_without_a_word_has_none_in_the_index(session):
    row = company(session, "…")
    assert row.sought == plain("…")
    assert not session.scalars(select(ChainCompanyWord).where(ChainCompanyWord.company_id == row.id)).all()


def test_a_word_longer_than_the_index_is_found_by_its_beginning(session):
    name = "x" * (sought.LONGEST_INDEXED + 5)
    row = company(session, name)
    assert words_to_index(name) == [name[: sought.LONGEST_INDEXED]]
    assert row.id in along_index(session, "xxx")
