from hypothesis import given
from hypothesis import strategies as st
from werkzeug.datastructures import MultiDict

from portal.vendor_space.answer_form import read_answers
from tests.factories.spaces import small

QUESTIONS = small().questions
NAMES = st.sampled_from([q.key for q in QUESTIONS]).flatmap(
    lambda key: st.sampled_from(["", ":base", ":comment", ":0:nom", ":1:pays", ":1:", "::", ":x:y"]).map(key.__add__)
) | st.text(max_size=12)


def read(*pairs):
    return read_answers(MultiDict(pairs), QUESTIONS)


def test_a_question_whose_version_is_absent_was_not_on_the_page():
    assert read(("b.delai", "4")).entries == {}
    assert set(read(("b.delai", "4"), ("b.delai:base", "0.")).entries) == {"b.delai"}


def test_each_kind_of_question_is_read_from_its_controls():
    found = read(
        ("a.chiffre", "oui"), ("a.chiffre:base", "2.abc"), ("a.chiffre:comment", "Depuis 2019"),
        ("a.mesures", "mfa"), ("a.mesures", "edr"), ("a.mesures:base", "0."),
        ("b.jour:base", "1.x"),
        ("b.liste:10:nom", "Dix"), ("b.liste:2:nom", "Deux"), ("b.liste:2:pays", "Allemagne"), ("b.liste:base", "0."),
    ).entries  # fmt: skip
    chiffre = found["a.chiffre"]
    assert (chiffre.posted, chiffre.comment, chiffre.base, chiffre.seen) == ("oui", "Depuis 2019", 2, "abc")
    assert found["a.mesures"].posted == ["mfa", "edr"]
    assert (found["b.jour"].posted, found["b.jour"].comment) == (None, None)
    assert found["b.liste"].posted == [{"nom": "Deux", "pays": "DE"}, {"nom": "Dix"}]


def test_a_row_taken_away_is_left_out():
    form = MultiDict([("b.liste:0:nom", "Un"), ("b.liste:1:nom", "Deux"), ("b.liste:base", "0.")])
    found = read_answers(form, QUESTIONS, without="b.liste:0")
    assert [row["nom"] for row in found.entries["b.liste"].posted] == ["Deux"]


def test_an_unknown_country_is_refused_and_stays_as_typed():
    found = read(("b.liste:0:pays", "Portugual"), ("b.liste:base", "0."))
    assert "Portugal" in str(found.refused["b.liste"].sentence.values["reason"])
    assert found.entries["b.liste"].posted == [{"pays": "Portugual"}]


@given(st.lists(st.tuples(NAMES, st.text(max_size=30)), max_size=30))
def test_whatever_is_posted_is_read_without_failing(pairs):
    found = read(*pairs)
    assert set(found.refused) <= set(found.entries) <= {question.key for question in QUESTIONS}
