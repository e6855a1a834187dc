"""Which questionnaires services call for, and how several become one: unknown is not no, and a key stands once."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.questionnaires import catalogue
from portal.questionnaires.definition import Bilingual
from portal.questionnaires.rules.checking import definition_defects
from portal.questionnaires.rules.composition import (
    COMPOSED,
    PackChoice,
    PackCondition,
    PackRule,
    called_packs,
    compose,
    in_order,
    missing_facts,
    question_counts,
    read_rules,
)
from portal.questionnaires.rules.parsing import defined_questions, parse_questionnaire
from portal.questionnaires.rules.snapshot import read_snapshot, snapshot_of
from portal.questionnaires.rules.vendor_copy import for_vendor
from portal.questionnaires.toml_fields import TomlTable
from portal.questionnaires.toml_reading import read_toml
from portal.vendors.rules.questionnaire_facts import FACT_KINDS, DescribedService
from tests.factories.questionnaires import both, raw_document, raw_question

WHY = Bilingual("parce que", "because")
NAMES = ("ai", "cloud", "access", "chain")


def condition(fact, *values):
    return PackCondition(fact, frozenset(values), WHY)


facts = st.fixed_dictionaries(
    {},
    optional={name: st.sampled_from(sorted(FACT_KINDS[name].values)).map(lambda v: frozenset({v})) for name in NAMES},
)
services = st.lists(st.builds(DescribedService, st.sampled_from(["Paie", "Stock", "Appels"]), facts), max_size=4)
conditions = st.sampled_from(NAMES).flatmap(
    lambda name: st.builds(
        lambda values: PackCondition(name, frozenset(values), WHY),
        st.sets(st.sampled_from(sorted(FACT_KINDS[name].values)), min_size=1),
    )
)
rules = st.lists(st.lists(conditions, min_size=1, max_size=3), min_size=1, max_size=4).map(
    lambda found: tuple(PackRule(f"p{rank}", conditions=tuple(each)) for rank, each in enumerate(found))
)


@given(rules, services, st.randoms(use_true_random=False))
def test_the_order_of_services_changes_nothing(asked, held, shuffled):
    other = [*held]
    shuffled.shuffle(other)
    assert called_packs(asked, other) == called_packs(asked, held)


@given(rules, services, services)
def test_one_more_service_never_takes_a_questionnaire_off(asked, held, more):
    before = {call.questionnaire for call in called_packs(asked, held) if call.is_called}
    assert before <= {call.questionnaire for call in called_packs(asked, [*held, *more]) if call.is_called}


@given(rules, services)
def test_a_fact_that_nobody_has_stated_is_never_a_no(asked, held):
    """What nothing calls for is undecided, unless all that it rests on was stated, of every service."""
    for rule, call in zip(asked, called_packs(asked, held), strict=True):
        stated = bool(held) and all(c.fact in service.facts for c in rule.conditions for service in held)
        assert call.is_called or call.is_undecided is not stated
        for missing in call.missing:
            assert not held or any(s.name == missing.service and missing.fact not in s.facts for s in held)


@given(rules, services, st.sampled_from(NAMES))
def test_stating_a_fact_never_takes_a_questionnaire_off(asked, held, name):
    before = {call.questionnaire for call in called_packs(asked, held) if call.is_called}
    for value in FACT_KINDS[name].values:
        told = [DescribedService(s.name, {name: frozenset({value}), **s.facts}) for s in held]
        assert before <= {call.questionnaire for call in called_packs(asked, told) if call.is_called}


def test_without_a_service_everything_is_to_be_asked():
    everyone = PackRule("socle", WHY)
    only, calls = PackRule("nuage", conditions=(condition("cloud", "oui"),)), ()
    for_all, undecided = called_packs([everyone, only], calls)
    assert for_all.is_called
    assert undecided.is_undecided
    assert [(one.fact, one.service) for one in missing_facts([for_all, undecided])] == [("cloud", "")]


def test_each_reason_names_the_services_that_make_it():
    rule = PackRule("v", conditions=(condition("access", "hebergement"), condition("ai", "oui")))
    held = [
        DescribedService("Stock", {"access": frozenset({"hebergement"}), "ai": frozenset({"non"})}),
        DescribedService("Paie", {"access": frozenset({"hebergement"})}),
    ]
    [call] = called_packs([rule], held)
    assert [reason.services for reason in call.reasons] == [("Paie", "Stock")]
    assert call.missing == ()


def packs(draw_keys):
    """Three questionnaires that share questions: each defines some and borrows some of those defined before it."""
    defined, found = {}, []
    for rank, (own, borrowed) in enumerate(draw_keys):
        name = f"p{rank}"
        entries = [{"same_as": key} for key in borrowed if key in defined]
        entries += [raw_question(f"s{rank}.q{place}") for place in range(own)]
        section = {"key": f"s{rank}", "title": both(name), "questions": entries or [raw_question(f"s{rank}.seule")]}
        raw = raw_document(key=name, title=both(name), sections=[section])
        defined |= defined_questions(raw)
        found.append(parse_questionnaire(raw, defined))
    return found


@given(
    st.lists(
        st.tuples(
            st.integers(0, 3),
            st.lists(st.sampled_from(["s0.q0", "s0.q1", "s1.q0", "s0.seule"]), unique=True, max_size=3),
        ),
        min_size=2,
        max_size=4,
    ).map(packs)
)
def test_a_question_shared_is_asked_once_and_none_is_lost(held):
    composed = compose(held)
    keys = [question.key for question in composed.questions]
    assert len(keys) == len(set(keys))
    assert set(keys) == {question.key for pack in held for question in pack.questions}
    assert list(definition_defects(composed)) == []
    assert sum(question_counts(held).values()) == len(keys)
    titles = [section.pack for section in composed.sections]
    assert [*dict.fromkeys(titles)] == [title for rank, title in enumerate(titles) if title not in titles[:rank]]
    assert read_snapshot(snapshot_of(composed)) == composed


def test_all_that_is_shipped_composes_into_one_that_is_sound():
    shipped = catalogue.load()
    held = [shipped[key] for key in in_order(catalogue.composition_rules(), shipped)]
    composed = compose(held)
    assert composed.key == COMPOSED
    assert composed.packs[0] == catalogue.BASELINE
    assert list(definition_defects(composed)) == []
    assert len(composed.questions) == len({question.key for pack in held for question in pack.questions})
    assert [section.pack for section in for_vendor(composed).sections] == [s.pack for s in composed.sections]


def test_every_questionnaire_shipped_has_a_rule_and_every_rule_a_questionnaire():
    raw = read_toml((catalogue.FOLDER / catalogue.COMPOSITION).read_bytes())
    assert {rule["questionnaire"] for rule in raw["pack"]} == set(catalogue.load())
    assert [rule.questionnaire for rule in catalogue.composition_rules() if rule.is_for_all] == [catalogue.BASELINE]


def test_one_questionnaire_alone_is_itself():
    socle = catalogue.load()[catalogue.BASELINE]
    assert compose([socle]) is socle


def test_two_sections_of_one_key_stay_two():
    first = parse_questionnaire(raw_document(raw_question("a.un"), key="un"))
    second = parse_questionnaire(raw_document(raw_question("a.deux"), key="deux"))
    assert [section.key for section in compose([first, second]).sections] == ["a", "deux-a"]


def test_a_choice_that_departs_from_what_is_called_for_says_why():
    kept = PackChoice(("a", "b"), ("a", "b"))
    changed = PackChoice(("a", "b"), ("a", "c"), "  ")
    assert not kept.lacks_reason
    assert (changed.added, changed.taken_off, changed.lacks_reason) == (("c",), ("b",), True)
    assert not PackChoice(("a",), ("b",), "Demande du client.").lacks_reason


def rule_of(**fields):
    return {"questionnaire": "x", **fields}


AI = {"fact": "ai", "in": ["oui"], "because": both("parce que")}


@pytest.mark.parametrize(
    ("raw", "message"),
    [
        (rule_of(when=[AI | {"fact": "lune"}]), "« lune » n'est pas admis"),
        (rule_of(when=[AI | {"in": ["peut-être"]}]), "« peut-être » n'est pas admis"),
        (rule_of(when=[AI | {"in": []}]), "ne dit pas pour quelles valeurs"),
        (rule_of(when=[{"fact": "ai", "in": ["oui"]}]), "because » manque"),
        (rule_of(because=both("parce que"), when=[AI]), "ne pas donner aussi des conditions"),
        (rule_of(si=1), "Champ inconnu : « si »"),
    ],
)
def test_a_rule_that_says_nothing_sure_is_a_defect(raw, message):
    found = []
    read_rules(TomlTable({"pack": [raw]}, found, "composition"))
    said = [defect.message.text % defect.message.values for defect in found]
    assert any(message in one for one in said), said


def test_two_rules_for_one_questionnaire_are_a_defect():
    found = []
    read_rules(TomlTable({"pack": [rule_of(), rule_of()]}, found, "composition"))
    assert [defect.message.text % defect.message.values for defect in found] == ["« x » a deux règles."]
