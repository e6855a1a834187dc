"""Facts with which a document is never issued, whatever the reason given."""

import pytest

from portal.contracts import library
from portal.contracts.rules.fact_catalogue import FACTS
from portal.contracts.rules.refusals import REASONS, impediment
from tests.factories.contracts import facts

TEMPLATES = library.cached().template
LAW = "La loi permet l'accès des autorités sur décision d'un juge, avec un recours ouvert aux étrangers."


def refused(template, **changes):
    found = impediment(TEMPLATES[template], facts(**changes))
    return found and (found.fact, found.why.text)


@pytest.mark.parametrize(
    ("template", "fact"), [("cct-transfert", "vendor.article_3_2"), ("cct-retour", "controller.article_3_2")]
)
def test_standard_clauses_are_refused_to_an_importer_under_article_3_2(template, fact):
    key = fact.replace(".", "__")
    assert refused(template, **{key: ("yes",)}) == (fact, REASONS["importer_under_article_3_2"])
    assert refused(template, **{key: ("no",)}) is None
    assert impediment(TEMPLATES["dpa"], facts(vendor__article_3_2=("yes",))) is None


@pytest.mark.parametrize("conclusion", ["sufficient", "with_measures"])
@pytest.mark.parametrize("reasoning", [None, "", "RAS", "-" * 90, "voir le rapport", LAW])
@pytest.mark.parametrize("about", ["tia__law", "tia__practice", "tia__reasons"])
def test_an_assessment_never_finds_a_protection_sufficient_without_reasoning(conclusion, reasoning, about):
    """The cheapest lies: nothing written, a word, dashes, or one sentence written three times over."""
    known = {"tia__conclusion": (conclusion,), "tia__law": LAW, about: reasoning}
    if reasoning == LAW:
        known |= {"tia__practice": LAW, "tia__reasons": LAW}
    assert refused("evaluation-transfert", **known) == ("tia.conclusion", REASONS["unsupported_conclusion"])
    assert refused("evaluation-transfert", **{**known, "tia__conclusion": ("insufficient",)}) is None


def test_a_reasoning_is_counted_in_letters_from_forty_on():
    texts = {f"tia__{key}": letter * 39 + " 1." for key, letter in (("law", "a"), ("practice", "b"), ("reasons", "c"))}
    known = {"tia__conclusion": ("sufficient",), **texts}
    assert refused("evaluation-transfert", **known) == ("tia.conclusion", REASONS["unsupported_conclusion"])
    longer = {
        key: f"{text}z" if key.startswith("tia__") and key != "tia__conclusion" else text for key, text in known.items()
    }
    assert refused("evaluation-transfert", **longer) is None


@pytest.mark.parametrize("measures", [None, (), ("chiffrement",)])
def test_measures_that_make_a_protection_sufficient_are_described(measures):
    assert refused("evaluation-transfert", tia__measures=measures) == (
        "tia.conclusion", REASONS["no_supplementary_measures"],
    )  # fmt: skip
    assert refused("evaluation-transfert", tia__measures=measures, tia__conclusion=("sufficient",)) is None
    assert refused("evaluation-transfert") is None


@pytest.mark.parametrize(
    ("answer", "fact", "why"),
    [
        ("refused", "request__reasons", "unreasoned_objection"),
        ("conditional", "request__conditions", "unsaid_conditions"),
    ],
)
def test_a_refusal_gives_its_grounds_and_a_condition_its_words(answer, fact, why):
    given = {"request__answer": (answer,)}
    assert refused("autorisation-sous-traitant", **given) is None
    assert refused("autorisation-sous-traitant", **given, **{fact: None}) == ("request.answer", REASONS[why])


@pytest.mark.parametrize(
    ("ranks", "sound"), [("1 2", True), ("2 1", True), ("1 1", False), ("1 3", False), ("1 x", False)]
)
def test_each_document_has_a_rank_of_its_own_from_one(ranks, sound):
    rows = tuple({"rank": rank, "document": f"d{rank}", "subject": "prix"} for rank in ranks.split())
    assert (refused("liste-annexes", agreement__documents=rows) is None) is sound


def test_every_fact_a_refusal_names_is_asked_for_by_its_template():
    for template in TEMPLATES.values():
        for refusal in template.refusals:
            assert refusal.why in REASONS
            assert {refusal.when.fact, *refusal.unless_written} <= FACTS.keys()
