import re

from hypothesis import given

from portal.paper.rules.expressions import parse_expression
from tests.paper.rules.test_factoring import EXPRESSIONS
from tests.paper.rules.test_required_words import expressions


def written(branches):
    return "|".join(
        "".join(
            atom.source + (f"{written(atom.branches)})" if atom.branches else "") + atom.times for atom in branch.atoms
        )
        for branch in branches
    )


@given(expressions())
def test_an_expression_taken_apart_is_all_there(expression):
    branches = parse_expression(expression)
    assert written(branches) == expression
    assert "|".join(branch.source for branch in branches) == expression


def test_so_are_those_of_the_readings():
    for expression in EXPRESSIONS:
        assert written(parse_expression(expression)) == expression


def test_what_a_sign_stands_for_and_how_many_times():
    ((look, letter, some, group),) = (branch.atoms for branch in parse_expression(r"(?<!a)\.b{2,3}(?:c|d)?"))
    assert (look.read, letter.letter, letter.once) == ((), ".", True)
    assert (some.letter, some.least, some.once) == ("b", 2, False)
    assert ([branch.source for branch in group.read], group.least) == (["c", "d"], 0)


def test_what_is_written_back_is_still_an_expression():
    assert re.compile(written(parse_expression(r"[^\]]x|\(y\)*?")))
