"""An amendment asks for what closes the gaps and nothing else, and is blank where nobody has given the fact."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.contracts import library
from portal.contracts.rules.facts import ContractFacts
from portal.contracts.rules.model import BilingualWords, ObligationClass
from portal.core.documents.text import tree_text
from portal.core.documents.tree import Blank, Reference, Section, Signatures
from portal.core.language import Language
from portal.paper.amendments import _frame
from portal.paper.rulebook_files import load_rulebook
from portal.paper.rules.amendment import DATE, AmendedContract, assemble_amendment, clauses_to_add, find_gaps
from portal.paper.rules.check_result import Check, ContractVerdict, RequirementResult, RequirementStatus
from portal.paper.rules.rulings import Ruling
from tests.effort import at_most
from tests.factories.contracts import facts, inlines, sections

LIBRARY, RULEBOOK = library.cached(), load_rulebook()
TEMPLATE = LIBRARY.template["dpa"]
FRAME, _ = _frame()
NOTHING = BilingualWords("", "")
OPEN = [status for status in RequirementStatus if not status.holds]
HELD = [status for status in RequirementStatus if status.holds]


def a_check(given):
    """A check with these statuses; every other requirement is satisfied."""
    return Check(
        Language.FR,
        ContractVerdict.TO_REVIEW,
        NOTHING,
        tuple(
            RequirementResult(one.id, one.obligations, given.get(one.id, RequirementStatus.SATISFIED), NOTHING)
            for one in RULEBOOK.requirements
        ),
    )


def made(check, known=None, language=Language.FR, everything=False, amended=None):
    found = find_gaps(check, LIBRARY, {}, everything=everything)
    told = amended or AmendedContract("Contrat Acme")
    return assemble_amendment(found, RULEBOOK, LIBRARY, TEMPLATE, FRAME, told, known or facts(), language)


checks = st.dictionaries(
    st.sampled_from([one.id for one in RULEBOOK.requirements]), st.sampled_from(RequirementStatus), max_size=8
).map(a_check)
languages = st.sampled_from(Language)


def test_nothing_is_amended_where_nothing_is_missing():
    assert made(a_check({})) is None
    assert made(a_check({RULEBOOK.requirements[0].id: RequirementStatus.NOT_APPLICABLE})) is None


@given(checks, languages)
@at_most(40)
def test_no_clause_is_there_unasked(check, language):
    amendment = made(check, language=language)
    open_points = {one.id for one in check.requirements if not one.status.holds}
    if amendment is None:
        return
    frame = {one.key for one in (*FRAME.before, *FRAME.after)}
    placed = {one.key for one in amendment.assembly.clauses} - frame
    slots = {key: slot.key for slot in TEMPLATE.slots for key in slot.among}
    assert {slots[key] for key in placed} == set(amendment.closed)
    assert all(reasons and set(reasons) <= open_points for reasons in amendment.closed.values())


@given(checks, languages)
@at_most(40)
def test_every_gap_of_the_contract_is_covered_by_some_clause(check, language):
    amendment = made(check, language=language)
    contract = {one.key for one in LIBRARY.obligations if one.kind is ObligationClass.CONTRACT}
    wanted = {key for one in check.requirements if not one.status.holds for key in one.obligations if key in contract}
    covered = {line.obligation.key for line in amendment.assembly.coverage if line.proofs} if amendment else set()
    assert wanted <= covered


@given(checks)
@at_most(20)
def test_clauses_come_once_and_in_the_order_of_our_contracts(check):
    amendment = made(check)
    if amendment is not None:
        order = {key: rank for rank, key in enumerate(TEMPLATE.clause_keys)}
        ranks = [order[one.key] for one in amendment.assembly.clauses if one.key in order]
        assert all(first < second for first, second in pairwise(ranks))


@given(checks)
@at_most(20)
def test_one_more_gap_never_takes_a_clause_away(check):
    worse = a_check(
        {**{one.id: one.status for one in check.requirements}, "breach_notification": RequirementStatus.MISSING}
    )
    before = made(check)
    assert set(before.closed if before else ()) <= set(made(worse).closed)


@pytest.mark.parametrize("status", OPEN)
def test_every_kind_of_gap_is_closed(status):
    assert set(made(a_check({"breach_notification": status})).closed) == {"CL18"}


@pytest.mark.parametrize("status", HELD)
def test_a_lawyer_who_says_that_it_holds_closes_the_gap_and_the_contrary(status):
    check = a_check({"breach_notification": RequirementStatus.MISSING})
    assert find_gaps(check, LIBRARY, {"breach_notification": Ruling(status)}) == ()
    assert [one.id for one in find_gaps(a_check({}), LIBRARY, {"duration": Ruling(RequirementStatus.WEAK)})] == [
        "duration"
    ]


def test_statute_and_good_practice_are_asked_only_when_wanted():
    check = Check(
        Language.FR,
        ContractVerdict.TO_REVIEW,
        NOTHING,
        (RequirementResult("C72", ("C72",), RequirementStatus.MISSING, NOTHING),),
    )
    assert find_gaps(check, LIBRARY, {}) == ()
    assert [one.id for one in find_gaps(check, LIBRARY, {}, everything=True)] == ["C72"]
    closed, uncovered = clauses_to_add(find_gaps(check, LIBRARY, {}, everything=True), RULEBOOK, LIBRARY, TEMPLATE)
    assert (closed, uncovered) == ({"CL23": ("C72",)}, ())


def test_a_requirement_no_clause_answers_is_said_to_be_left():
    unknown = RequirementResult("C99", ("C99",), RequirementStatus.MISSING, NOTHING)
    assert clauses_to_add((unknown,), RULEBOOK, LIBRARY, TEMPLATE) == ({}, ("C99",))


@pytest.mark.parametrize("language", Language)
def test_a_fact_nobody_gave_is_a_visible_blank_and_none_is_made_up(language):
    check = a_check(dict.fromkeys(("data_types", "breach_notification"), RequirementStatus.MISSING))
    amendment = made(check, ContractFacts({}), language)
    blanks = {one.key for one in inlines(amendment.document) if isinstance(one, Blank)}
    assert {DATE, "controller.name", "vendor.name", "data.categories", "service.name"} <= blanks
    assert blanks <= {one.key for one in amendment.blanks}
    assert amendment.document.draft


def test_with_every_fact_and_the_date_it_is_ready_to_sign():
    amendment = made(
        a_check({"breach_notification": RequirementStatus.MISSING}),
        amended=AmendedContract("Contrat", date="1er mars 2026"),
    )
    assert amendment.blanks == ()
    assert not amendment.document.draft


@pytest.mark.parametrize("language", Language)
def test_it_names_the_contract_amended_its_digest_and_each_point_with_its_article(language):
    check = a_check({"dpia_assistance": RequirementStatus.MISSING})
    text = tree_text(made(check, language=language, amended=AmendedContract("Contrat Acme v3", "ab" * 32)).document)
    assert "Contrat Acme v3" in text
    assert "ab" * 32 in text
    assert "art. 28(3)(f), 35, 36" in text.replace("\u00a0", " ")
    assert ("prévaut" if language is Language.FR else "shall prevail") in text


@given(checks, languages)
@at_most(30)
def test_every_reference_leads_to_an_article_of_the_amendment_or_says_where_to_look(check, language):
    amendment = made(check, language=language)
    if amendment is None:
        return
    anchors = {one.anchor for one in sections(amendment.document.blocks)}
    found = list(inlines(amendment.document))
    assert {one.target for one in found if isinstance(one, Reference)} <= anchors
    assert not [one for one in found if isinstance(one, Blank) and one.key.startswith("ref:")]


def test_the_annexes_follow_and_both_parties_sign_last():
    document = made(a_check({"security_measures": RequirementStatus.WEAK})).document
    kinds = [block.kind if isinstance(block, Section) else type(block).__name__ for block in document.blocks]
    assert kinds == ["section", "article", "article", "article", "article", "annex", "section"]
    assert [len(block.parties) for block in document.blocks[-1].blocks if isinstance(block, Signatures)] == [2]


@given(checks)
@at_most(20)
def test_both_languages_ask_for_the_same(check):
    french, english = made(check), made(check, language=Language.EN)
    assert (french and french.closed) == (english and english.closed)
    assert (french and french.blanks and len(french.blanks)) == (english and english.blanks and len(english.blanks))
