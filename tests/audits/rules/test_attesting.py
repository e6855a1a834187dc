"""Who attests: a person's name and function, however short they are."""

from portal.audits.rules.attesting import Signatory, signatory


def test_the_shortest_name_and_function_of_a_person_are_taken():
    assert signatory(" Li  Wu ", "DG") == Signatory("Li Wu", "DG")
