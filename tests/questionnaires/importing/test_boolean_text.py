import re

import pytest

from portal.questionnaires.importing.boolean_text import parse_boolean
from portal.questionnaires.importing.expressions import Either, Every, Opposite, Unsayable

TOKEN = re.compile(r"&&|\|\||[!()]|[a-z]+")


@pytest.mark.parametrize(
    "text", ["a &&", "(a", "a b", "a % b", "!", "()", "matches(a, 'x')", "!" * 500 + "a", "a" * 5000]
)
def test_what_is_no_such_expression_is_kept_as_it_is_written(text):
    assert parse_boolean(text, TOKEN, Unsayable) == Unsayable(text[:200] if len(text) > 4000 else text)


def test_and_binds_more_than_or():
    a, b, c = map(Unsayable, "abc")
    assert parse_boolean("a || !b && c", TOKEN, Unsayable) == Either((a, Every((Opposite(b), c))))
