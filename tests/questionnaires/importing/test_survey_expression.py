import pytest

from portal.questionnaires.importing.expressions import Either, Every, Opposite, Picked, Unsayable
from portal.questionnaires.importing.survey_expression import parse_survey_expression

A, B = Picked("q", frozenset("a")), Picked("q", frozenset("b"))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("{q} = 'a'", A),
        ('{q} == "a"', A),
        ("'a' = {q}", A),
        ("{q} = a", A),
        ("{q} contains ['a']", A),
        ("{q} contains ['a', 'b']", Every((A, B))),
        ("{q} anyof ['a', 'b']", Picked("q", frozenset("ab"))),
        ("{q} allof ['a', 'b']", Every((A, B))),
        ("{q} <> 'a'", Opposite(A)),
        ("{q} notcontains 'a'", Opposite(A)),
        ("!({q} = 'a')", Opposite(A)),
        ("({q} = 'a' or {q} = 'b') and {q} = 'a'", Every((Either((A, B)), A))),
        ("{q} = 'a' && {q} = 'b' || {q} = 'a'", Either((Every((A, B)), A))),
    ],
)
def test_expressions_are_read(text, expected):
    assert parse_survey_expression(text) == expected


@pytest.mark.parametrize(
    "text",
    ["{q} > 3", "age({q}) = 4", "{q} =", "({q} = 'a'", "{q} = 'a", "{q} anyof []", "'a'", "(" * 900, "{q} notempty"],
)
def test_what_is_not_is_kept_as_it_is_written(text):
    assert parse_survey_expression(text) == Unsayable(text[:300])
