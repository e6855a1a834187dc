import pytest

from portal.contracts.rules.fact_catalogue import FACTS
from portal.contracts.rules.facts import ContractFacts
from portal.contracts.rules.model import FactCondition


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("vendor.siren", "732829320"),
        ("service.name", ("a", "b")),
        ("tier", "eleve"),
        ("transfers.mechanism", ("scc", "bcr")),
        ("measures", "chiffrement"),
        ("measures", ({"mesure": "chiffrement"},)),
        ("data.categories", ({"theme": "x"},)),
    ],
)
def test_a_fact_the_library_cannot_use_is_refused_with_its_key(key, value):
    with pytest.raises(ValueError, match=key):
        ContractFacts({key: value})


@pytest.mark.parametrize("value", [None, "", "   ", (), ("",)])
def test_an_empty_value_is_unknown(value):
    assert not ContractFacts({"data.subjects": value}).is_known("data.subjects")


def test_none_is_known_where_it_can_be_said():
    assert ContractFacts({"data.special": (), "subprocessors": ()}).is_known("data.special")
    assert not ContractFacts({"measures": ()}).is_known("measures")


def test_a_single_string_is_a_list_of_one():
    assert ContractFacts({"service.purpose": "paie"}).items("service.purpose") == ("paie",)


def test_a_row_with_an_empty_cell_is_known_but_not_complete():
    facts = ContractFacts({"measures": ({"theme": "Accès", "measure": " "},)})
    assert facts.is_known("measures")
    assert not facts.is_complete("measures")
    assert [(index, column.key) for index, column in facts.gaps("measures")] == [(0, "measure")]


@pytest.mark.parametrize(
    ("values", "verdict"),
    [({"tier": "critique"}, True), ({"tier": "standard"}, False), ({}, None), ({"tier": None}, None)],
)
def test_a_condition_is_undecided_only_while_its_fact_is_unknown(values, verdict):
    wanted = (FactCondition("tier", frozenset({"critique", "renforce"})),)
    opposite = None if verdict is None else not verdict
    assert ContractFacts(values).verdict(wanted) is verdict
    assert ContractFacts(values).verdict((FactCondition("tier", wanted[0].among, negated=True),)) is opposite


def test_one_false_condition_decides_whatever_is_unknown():
    tested = (FactCondition("tier", frozenset({"critique"})), FactCondition("transfers.mechanism", frozenset({"scc"})))
    assert ContractFacts({"tier": "standard"}).verdict(tested) is False
    assert ContractFacts({"tier": "critique"}).verdict(tested) is None


def test_without_a_condition_nothing_is_undecided():
    assert ContractFacts({}).verdict(()) is True


def test_every_fact_has_a_label_in_both_languages_and_a_table_has_columns():
    for fact in FACTS.values():
        labels = [fact.label, *fact.choices.values(), *(column.label for column in fact.columns)]
        assert all(label.fr and label.en for label in labels), fact.key
        assert bool(fact.columns) == (fact.kind == "rows"), fact.key
        assert bool(fact.choices) == (fact.kind == "codes"), fact.key
