"""What is done to a contract changes exactly what it should: order, language, files, negation, parties, clauses."""

import random
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.contracts import library
from portal.contracts.rules.assembly import assemble_contract
from portal.contracts.rules.coverage import CoverageStatus
from portal.contracts.rules.facts import ContractFacts
from portal.core.documents.text import tree_text
from portal.core.documents.tree import Section
from portal.core.language import Language
from portal.documents_in.reader import read_document
from portal.paper.rulebook_files import load_rulebook
from portal.paper.rules.amended_contract import join_documents
from portal.paper.rules.check_result import ContractVerdict, RequirementStatus
from portal.paper.rules.checking import check_contract
from portal.paper.rules.naming import REQUIREMENTS
from portal.paper.tree_source import source_of_tree
from tests.effort import at_most
from tests.factories.contracts import COMPLETE, FURTHER, OF_THE_AGREEMENT, facts
from tests.factories.papers import WITH_CONSUMERS, bare, contract, only, saying, statuses, swapped, without

FR, EN = Language.FR, Language.EN
ABSENT = {RequirementStatus.MISSING, RequirementStatus.CONTRADICTED}

CARRIED = {
    ("CL03", "annex_description"): {"subject_matter", "duration", "nature_purpose"},
    ("CL04", "annex_description"): {"data_types", "data_subjects"},
    ("CL06", "CL24"): {"documented_instructions", "transfer_instructions"},
    ("CL07",): {"unlawful_instruction_notice"},
    ("CL10",): {"confidentiality_persons"},
    ("CL04", "CL11", "annex_measures"): {"security_measures"},
    ("CL15", "annex_subprocessors"): {
        "subprocessor_authorisation",
        "subprocessor_change_notice_objection",
        "subprocessor_flowdown",
        "subprocessor_liability",
    },
    ("CL17",): {"data_subject_assistance"},
    ("CL18",): {"breach_notification"},
    ("CL19",): {"dpia_assistance"},
    ("CL20",): {"deletion_or_return"},
    ("CL21",): {"demonstrate_compliance_info", "audits_inspections"},
}
"""Parts of our shortest contract → the requirements that nothing else in it satisfies."""

DUTIES = {
    "CL06": {"documented_instructions"},
    "CL07": {"unlawful_instruction_notice"},
    "CL10": {"confidentiality_persons"},
    "CL11": {"security_measures"},
    "CL15": {"subprocessor_change_notice_objection", "subprocessor_flowdown", "subprocessor_liability"},
    "CL17": {"data_subject_assistance"},
    "CL18": {"breach_notification"},
    "CL19": {"dpia_assistance"},
    "CL20": {"deletion_or_return"},
    "CL21": {"demonstrate_compliance_info", "audits_inspections"},
}
"""Articles that bind the processor: once the parties are exchanged, they bind the wrong one."""

CONTRARY = {
    "documented_instructions": (
        "CL06",
        "Le Sous-traitant n'est pas tenu de traiter les Données sur instruction documentée et peut les traiter à sa "
        "guise.",
        "The Processor is not required to process the Personal Data on documented instructions and may process them "
        "as it sees fit.",
    ),
    "unlawful_instruction_notice": (
        "CL07",
        "Le Sous-traitant n'est pas tenu d'informer le Responsable du traitement qu'une instruction viole le RGPD.",
        "The Processor is not obliged to inform the Controller that an instruction infringes the GDPR.",
    ),
    "confidentiality_persons": (
        "CL10",
        "Les personnes autorisées à traiter les Données ne sont pas tenues à la confidentialité.",
        "Persons authorised to process the Personal Data are not bound by confidentiality.",
    ),
    "subprocessor_liability": (
        "CL15",
        "Le Sous-traitant n'est pas responsable des manquements de ses Sous-traitants ultérieurs.",
        "The Processor is not liable for the failures of its Sub-processors.",
    ),
    "subprocessor_change_notice_objection": (
        "CL15",
        "Le Responsable du traitement ne peut pas s'opposer à l'ajout ou au remplacement d'un Sous-traitant ultérieur.",
        "The Controller may not object to the addition or replacement of a Sub-processor.",
    ),
    "data_subject_assistance": (
        "CL17",
        "Le Sous-traitant n'aide pas le Responsable du traitement à répondre aux demandes des Personnes concernées.",
        "The Processor does not assist the Controller in responding to requests from Data Subjects.",
    ),
    "breach_notification": (
        "CL18",
        "Le Sous-traitant n'est pas tenu de notifier les Violations de données au Responsable du traitement.",
        "The Processor is not obliged to notify the Controller of Personal Data Breaches.",
    ),
    "dpia_assistance": (
        "CL19",
        "Le Sous-traitant n'aide pas le Responsable du traitement à réaliser les analyses d'impact.",
        "The Processor does not assist the Controller with data protection impact assessments.",
    ),
    "deletion_or_return": (
        "CL20",
        "À la fin du Service, le Sous-traitant ne supprime pas les Données et ne les restitue pas.",
        "At the end of the Service, the Processor shall neither delete nor return the Personal Data.",
    ),
    "audits_inspections": (
        "CL21",
        "Le Responsable du traitement ne peut réaliser aucun audit ni aucune inspection.",
        "The Controller may not conduct any audit or inspection.",
    ),
}
"""Requirement → the article that carries it, and the contrary of what it says."""


ONE_ANNEX = {
    "annex_description": {"subject_matter", "duration", "nature_purpose", "data_types", "data_subjects"},
    "annex_measures": {"security_measures"},
    "annex_subprocessors": {"subprocessor_authorisation"},
}
"""Annexes of our contract, and the requirements left to be completed once one holds nothing but blanks."""


def main(found):
    return {name: status for name, status in found.items() if name in REQUIREMENTS}


def held(found):
    return {name for name, status in main(found).items() if status.holds}


@pytest.mark.parametrize("language", Language)
def test_our_shortest_contract_satisfies_every_main_requirement(language):
    assert held(statuses(bare(language))) == set(REQUIREMENTS)


@pytest.mark.parametrize("language", Language)
def test_the_order_of_articles_changes_no_status(language):
    whole = contract(language)
    for seed in range(2):
        blocks = list(whole.blocks)
        random.Random(seed).shuffle(blocks)
        assert statuses(replace(whole, blocks=tuple(blocks))) == statuses(whole)


@pytest.mark.parametrize("regime", [("none",), ("adequacy",), ("scc",), ("adequacy", "scc")], ids="+".join)
def test_the_same_contract_in_the_other_language_has_the_same_statuses(regime):
    rows = {} if regime != ("none",) else {"transfers__rows": None}
    french, english = (
        check_contract(source_of_tree(contract(language, transfers__mechanism=regime, **rows)), load_rulebook())
        for language in (FR, EN)
    )
    assert [(one.id, one.status, one.specific) for one in french.requirements] == [
        (one.id, one.status, one.specific) for one in english.requirements
    ]


def test_the_same_contract_in_the_other_language_has_the_same_terms():
    french, english = (
        check_contract(source_of_tree(contract(language)), load_rulebook()).terms for language in (FR, EN)
    )
    assert {(one.id, one.value, one.unit, one.judgement) for one in french} == {
        (one.id, one.value, one.unit, one.judgement) for one in english
    }


@pytest.mark.parametrize("language", Language)
@given(cut=st.integers(1, 20))
@at_most(4)
def test_a_contract_in_two_files_is_read_as_one(language, cut):
    whole = contract(language)
    first, second = replace(whole, blocks=whole.blocks[:cut]), replace(whole, blocks=whole.blocks[cut:])
    found = check_contract(join_documents(source_of_tree(first), source_of_tree(second)), load_rulebook())
    assert {one.id: one.status for one in found.requirements} == statuses(whole)


@pytest.mark.parametrize("language", Language)
@pytest.mark.parametrize("anchors", CARRIED, ids="+".join)
def test_taking_a_clause_away_opens_what_it_carried_and_nothing_else(language, anchors):
    assert set(REQUIREMENTS) - held(statuses(without(bare(language), *anchors))) == CARRIED[anchors]


@pytest.mark.parametrize("language", Language)
@pytest.mark.parametrize("requirement", CONTRARY)
def test_the_contrary_of_a_clause_does_not_satisfy_it(language, requirement):
    anchor, french, english = CONTRARY[requirement]
    found = statuses(saying(bare(language), anchor, french if language is FR else english))
    assert found[requirement] in ABSENT
    carried = next(names for anchors, names in CARRIED.items() if anchor in anchors)
    assert held(found) >= set(REQUIREMENTS) - carried - CARRIED[("CL06", "CL24")]


@pytest.mark.parametrize("language", Language)
@pytest.mark.parametrize("anchor", DUTIES)
def test_a_duty_put_on_the_controller_is_not_the_processors(language, anchor):
    whole = without(bare(language), "annex_measures")  # a table of measures in place binds whoever wrote it
    found = held(statuses(swapped(whole, [anchor, "CL04"])))  # which says how special categories are secured
    assert found.isdisjoint(DUTIES[anchor])
    assert found >= set(REQUIREMENTS) - DUTIES[anchor] - {"subprocessor_authorisation", "transfer_instructions"}


@pytest.mark.parametrize("language", Language)
def test_a_contract_with_its_parties_exchanged_binds_no_processor(language):
    whole = without(bare(language), "annex_measures")
    every = [
        block.anchor for block in whole.blocks if isinstance(block, Section) and block.anchor not in ("CL01", "CL02")
    ]
    assert held(statuses(swapped(whole, every))).isdisjoint(set().union(*DUTIES.values()))


@pytest.mark.parametrize("language", Language)
def test_headings_and_contents_without_their_articles_satisfy_nothing(language):
    whole = contract(language)
    titles = [block.title for block in whole.blocks if isinstance(block, Section)]
    found = check_contract(
        read_document("\n\n".join([whole.title, *titles]).encode(), "sommaire.txt"),
        load_rulebook(),
    )
    assert {one.id for one in found.requirements if one.status.holds} == set()


@pytest.mark.parametrize("language", Language)
def test_the_same_text_twice_is_read_as_once(language):
    text = tree_text(bare(language))
    once = check_contract(read_document(text.encode(), "a.txt"), load_rulebook())
    twice = check_contract(read_document(f"{text}\n\n{text}".encode(), "a.txt"), load_rulebook())
    assert [one.status for one in twice.requirements] == [one.status for one in once.requirements]


WITHOUT_A_BLANK = {
    *(key.replace("__", ".") for key in {**FURTHER, **WITH_CONSUMERS} if key != "access__mode"),
    "service.other_processing",
    *("signature.place", "signature.date", "signature.copies"),
}
"""Facts that bring a further clause in; while nobody has said, nothing of it is shown. Those of the signature are left
to the pen."""


SAID_EITHER_WAY = {
    "chain.authorisation": {
        "subprocessor_change_notice_objection",
        "subprocessor_flowdown",
        "subprocessor_liability",
    },
}
"""A fact that chooses between two clauses, one shown provisionally until then → what both say in full whatever is
chosen: the library leaves the whole clause short, the reader only the choice."""


def drafted(fact, language):
    """Our contract without one fact, its check, and the main requirements that the library says it leaves short."""
    shipped = library.cached()
    made = assemble_contract(
        shipped,
        shipped.template["dpa"],
        facts(**{**dict.fromkeys(WITH_CONSUMERS), fact.replace(".", "__"): None}),
        language,
    )
    short = {line.obligation.key for line in made.coverage if line.status is CoverageStatus.INCOMPLETE}
    book = replace(
        load_rulebook(), terms=(), requirements=tuple(r for r in load_rulebook().requirements if not r.finer)
    )
    wanted = {one.id for one in book.requirements if not short.isdisjoint(one.obligations)}
    return made, check_contract(source_of_tree(made.document), book), wanted


@pytest.mark.parametrize("fact", [fact for fact in OF_THE_AGREEMENT if fact not in WITHOUT_A_BLANK])
def test_a_fact_left_blank_leaves_to_be_completed_what_it_carries_and_nothing_else(fact):
    """What is short is what the library itself says is short; the languages take turns, to halve what it costs."""
    made, found, wanted = drafted(fact, list(Language)[OF_THE_AGREEMENT.index(fact) % 2])
    left = {one.id for one in found.requirements if one.status is RequirementStatus.TO_COMPLETE}
    assert left == wanted - SAID_EITHER_WAY.get(fact, set())
    assert len(found.blanks) >= len(made.blanks)
    assert found.verdict is not ContractVerdict.COMPLETE
    assert found.reason.fr
    cited = [(span.start, span.end) for one in found.requirements if one.status.holds for span in one.spans]
    assert not [one for one in found.blanks for start, end in cited if start < one.end and one.end <= end]


@pytest.mark.parametrize(("choice", "anchor"), [("specific", "CL14"), ("general", "CL15")])
def test_what_is_said_either_way_is_said_by_each_of_the_two_clauses(choice, anchor):
    chosen = contract(EN, chain__authorisation=(choice,))
    alone = only(chosen, lambda block: not isinstance(block, Section) or block.anchor == anchor)
    assert held(statuses(alone)) >= SAID_EITHER_WAY["chain.authorisation"]


ELSEWHERE = {FR: ("voir annexe", "tel que convenu"), EN: ("see annex", "as agreed")}
CODES = {"vendor.established", "tier"}
SAID_BESIDE = {
    "controller.contact": {"documented_instructions", "data_subject_assistance", "breach_notification"},
    "vendor.breach_contact": {"breach_notification"},
    "service.name": {"subject_matter"},
    "service.start": {"duration"},
    "data.special": {"data_types"},
}
"""Facts whose requirement the rest of the contract says in full, whatever stands in their place: the duty without the
address, the operations without the trade name, the length without its first day, the common data without the special.
"""


@pytest.mark.parametrize("fact", [fact for fact in OF_THE_AGREEMENT if fact not in WITHOUT_A_BLANK])
def test_a_fact_sent_elsewhere_never_satisfies_what_it_carries(fact):
    language = list(Language)[OF_THE_AGREEMENT.index(fact) % 2]
    if not isinstance(COMPLETE[fact], str) or fact in CODES:
        pytest.skip("un choix ou un tableau ne se remplace pas par une phrase")
    book = replace(load_rulebook(), terms=())
    shipped = library.cached()
    template, (_, _, wanted) = shipped.template["dpa"], drafted(fact, language)
    for phrase in ELSEWHERE[language]:
        said = facts(**{fact.replace(".", "__"): phrase})
        made = assemble_contract(shipped, template, said, language)
        found = check_contract(source_of_tree(made.document), book)
        held = {one.id: one for one in found.requirements if one.status.holds}
        assert not (held.keys() & wanted) - SAID_BESIDE.get(fact, set())
        main = [one for name, one in held.items() if name in REQUIREMENTS]
        assert not [one.id for one in main if f": {phrase}" in one.spans[0].quote]


@pytest.mark.parametrize("language", Language)
def test_an_annex_sent_elsewhere_is_no_answer(language):
    for phrase in ELSEWHERE[language]:
        found = statuses(saying(bare(language), "annex_measures", phrase))
        assert not found["security_measures"].holds


@pytest.mark.parametrize("language", Language)
@pytest.mark.parametrize(("annex", "inside"), list(zip(ONE_ANNEX, ["[à compléter]", "……………", "TBD"], strict=True)))
def test_an_annex_left_blank_is_never_an_answer(language, annex, inside):
    found = statuses(saying(bare(language), annex, inside))
    left = {name for name, status in main(found).items() if status is RequirementStatus.TO_COMPLETE}
    assert left <= ONE_ANNEX[annex]
    assert left or annex == "annex_description"  # the articles repeat what it says


def test_our_draft_with_no_fact_at_all_is_never_said_to_be_complete():
    shipped = library.cached()
    for language in Language:
        draft = assemble_contract(shipped, shipped.template["dpa"], ContractFacts({}), language).document
        found = check_contract(read_document(tree_text(draft).encode(), "a.txt"), load_rulebook())
        assert found.verdict is ContractVerdict.INCOMPLETE
        assert len(found.blanks) > 50
        held = {one.id for one in found.requirements if one.status.holds}
        assert held.isdisjoint(
            {"subject_matter", "duration", "nature_purpose", "data_types", "data_subjects", "security_measures", "C34"}
        )
