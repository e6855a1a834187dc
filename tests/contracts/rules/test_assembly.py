import json
from collections import Counter
from dataclasses import replace
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.contracts import library as files
from portal.contracts.rules.assembly import assemble_contract, coverage_report
from portal.contracts.rules.fact_catalogue import FACTS, FactKind
from portal.contracts.rules.facts import ContractFacts
from portal.core.documents.tree import Blank, Items, Note, Paragraph, Reference, Section, Table, Text
from portal.core.language import Language
from tests.factories.contracts import COMPLETE, FURTHER, OF_THE_AGREEMENT, facts, inlines, sections

LIBRARY = files.cached()
DPA = LIBRARY.template["dpa"]
REGIMES = [("none",), ("adequacy",), ("scc",), ("adequacy", "scc")]

some_facts = st.builds(
    lambda kept, regime, tier: ContractFacts(
        {
            **{key: value for key, value in COMPLETE.items() if key in kept},
            **({"transfers.mechanism": regime} if regime else {}),
            **({"tier": tier} if tier else {}),
        }
    ),
    st.sets(st.sampled_from(sorted(COMPLETE.keys() - {"transfers.mechanism", "tier"}))),
    st.sampled_from([*REGIMES, None]),
    st.sampled_from(["standard", "renforce", "critique", None]),
)
languages = st.sampled_from(list(Language))


def draft(known, language=Language.FR, library=LIBRARY):
    return assemble_contract(library, library.template["dpa"], known, language)


def blanks_shown(document):
    return [inline for inline in inlines(document) if isinstance(inline, Blank)]


def article(assembly, key):
    return next(section for section in sections(assembly.document.blocks) if section.anchor == key)


def words(assembly):
    return " ".join(inline.text for inline in inlines(assembly.document) if isinstance(inline, Text | Reference))


def test_the_complete_facts_hold_every_fact_the_library_knows():
    assert set(COMPLETE) == set(FACTS)


@pytest.mark.parametrize("template", LIBRARY.template)
def test_any_fact_left_blank_leaves_the_same_obligations_short_in_both_languages(template):
    for key in COMPLETE:
        known, short = facts(**{key.replace(".", "__"): None}), []
        for language in Language:
            made = assemble_contract(LIBRARY, LIBRARY.template[template], known, language)
            lines = {(line.obligation.key, line.status, line.missing) for line in made.coverage}
            short.append((lines, [one.key for one in made.blanks]))
        assert short[0] == short[1], key


@pytest.mark.parametrize(
    ("regime", "tier", "language"), list(product(REGIMES, ["standard", "renforce", "critique"], Language))
)
def test_with_complete_facts_the_dpa_covers_every_obligation_and_leaves_no_blank(regime, tier, language):
    assembly = draft(facts(transfers__mechanism=regime, tier=tier), language)
    assert assembly.blanks == ()
    assert blanks_shown(assembly.document) == []
    assert not assembly.document.draft
    assert assembly.uncovered == ()
    assert [line.obligation.key for line in assembly.coverage if line.status != "covered"] == []


WITHOUT_A_BLANK = {
    *(key.replace("__", ".") for key in FURTHER if key != "access__mode"),
    "service.withdrawals", "service.calls", "service.other_processing",
    "signature.place", "signature.date", "signature.copies",
}  # fmt: skip
"""Facts that bring a clause in when they are yes, and those of the signing, left to the pen; never a blank."""


@pytest.mark.parametrize("key", sorted(set(OF_THE_AGREEMENT) - WITHOUT_A_BLANK))
def test_a_missing_fact_is_a_visible_blank_and_a_line_of_the_list_and_invents_no_word(key):
    whole, lacking = draft(facts()), draft(facts(**{key.replace(".", "__"): None}))
    assert lacking.document.draft
    assert key in {blank.key for blank in lacking.blanks}
    assert key in {blank.key for blank in blanks_shown(lacking.document)}
    provisional = {
        inline.text
        for section in sections(lacking.document.blocks)
        for block in section.blocks
        if isinstance(block, Note)
        for inline in block.inlines
        if isinstance(inline, Text)
    }
    default_clause = " ".join(
        passage.quote for placed in lacking.clauses if placed.key in {"CL14", "CL24"} for passage in placed.passages
    )
    known = Counter(words(whole).split()) + Counter(" ".join(provisional).split()) + Counter(default_clause.split())
    assert Counter(word for word in words(lacking).split() if not word.strip("(.,)").isdecimal()).keys() <= known.keys()
    value = COMPLETE[key]
    if isinstance(value, str) and FACTS[key].kind is FactKind.TEXT:
        assert value in words(whole)
        assert value not in words(lacking)


@pytest.mark.parametrize("language", Language)
def test_every_further_clause_comes_in_when_its_fact_says_yes_and_leaves_no_blank(language):
    assembly = draft(facts(**FURTHER), language)
    further = {
        "CL12",
        "CL13",
        "CL27",
        "CL28",
        "CL29",
        "CL32",
        "CL33",
        "CL34",
        "CL37",
        "CL38",
        "CL39",
        "CL40",
        "CL41",
        "CL44",
    }
    assert further <= {placed.key for placed in assembly.clauses}
    assert further.isdisjoint(
        placed.key
        for placed in draft(facts(access__mode=("hebergement",), transfers__mechanism=("none",)), language).clauses
    )
    assert assembly.blanks == ()
    unsaid = draft(facts(**dict.fromkeys(FURTHER)), language)
    assert {key.replace("__", ".") for key in FURTHER} <= set(unsaid.undecided)


@given(some_facts, languages)
def test_every_blank_is_listed_and_every_line_of_the_list_is_shown(known, language):
    assembly = draft(known, language)
    listed = [blank.key for blank in assembly.blanks]
    assert len(listed) == len(set(listed))
    assert set(listed) == {blank.key for blank in blanks_shown(assembly.document)}
    assert all(blank.places and blank.label for blank in assembly.blanks)
    assert assembly.document.draft == bool(assembly.blanks)


@given(some_facts, languages)
def test_articles_sub_articles_and_annexes_are_numbered_without_a_gap(known, language):
    document = draft(known, language).document
    articles = [block for block in document.blocks if isinstance(block, Section) and block.kind == "article"]
    annexes = [block for block in document.blocks if isinstance(block, Section) and block.kind == "annex"]
    assert [one.number for one in articles] == [str(n) for n in range(1, len(articles) + 1)]
    assert [one.number for one in annexes] == list("ABCD")[: len(annexes)]
    for one in articles:
        subs = [block.number for block in one.blocks if isinstance(block, Section)]
        assert subs == [f"{one.number}.{n}" for n in range(1, len(subs) + 1)]


@given(some_facts, languages)
def test_every_reference_leads_to_a_block_and_says_its_number(known, language):
    document = draft(known, language).document
    numbers = {section.anchor: section.number for section in sections(document.blocks) if section.anchor}
    anchors = [section.anchor for section in sections(document.blocks) if section.anchor]
    assert len(anchors) == len(set(anchors))
    for inline in inlines(document):
        if isinstance(inline, Reference):
            assert inline.text.split()[-1] == numbers[inline.target]


def shape(block):
    match block:
        case Section():
            return (block.kind, block.number, block.anchor, [shape(one) for one in block.blocks])
        case Items():
            return ("items", block.ordered, [kinds(item) for item in block.items])
        case Table():
            return ("table", len(block.header), [[kinds(cell) for cell in row] for row in block.rows])
        case Paragraph() | Note():
            return (type(block).__name__, kinds(block.inlines))
        case _:
            return type(block).__name__


def kinds(run):
    return sorted(
        inline.key if isinstance(inline, Blank) else inline.target
        for inline in run
        if isinstance(inline, Blank | Reference)
    )


@given(some_facts)
def test_both_languages_say_the_same_thing_in_the_same_places(known):
    french, english = draft(known, Language.FR), draft(known, Language.EN)
    assert [shape(block) for block in french.document.blocks] == [shape(block) for block in english.document.blocks]
    assert [blank.key for blank in french.blanks] == [blank.key for blank in english.blanks]
    assert [(line.status, line.missing) for line in french.coverage] == [
        (line.status, line.missing) for line in english.coverage
    ]


@given(some_facts, languages)
def test_the_same_facts_give_the_same_tree_in_whatever_order_they_come(known, language):
    backwards = ContractFacts(dict(reversed(list(known.values.items()))))
    assert draft(known, language) == draft(backwards, language)


def test_unknown_transfers_take_the_most_protective_clause_and_say_that_it_is_provisional():
    assembly = draft(facts(transfers__mechanism=None))
    assert "CL24" in [placed.key for placed in assembly.clauses]
    assert isinstance(article(assembly, "CL24").blocks[0], Note)
    [awaited] = [blank for blank in assembly.blanks if blank.key == "transfers.mechanism"]
    assert awaited.decides
    assert {line.obligation.key: line.status for line in assembly.coverage}["C73"] == "incomplete"
    assert [block.anchor for block in assembly.document.blocks if isinstance(block, Section)][-2] == "annex_transfers"


@pytest.mark.parametrize(
    ("regime", "expected"),
    [(("none",), ["CL24"]), (("adequacy",), ["CL25"]), (("scc",), ["CL26"]), (("adequacy", "scc"), ["CL25", "CL26"])],
)
def test_the_regime_of_transfers_chooses_the_clauses_and_the_annex(regime, expected):
    assembly = draft(facts(transfers__mechanism=regime))
    assert [placed.key for placed in assembly.clauses if placed.key in {"CL24", "CL25", "CL26"}] == expected
    annexes = [
        block.anchor for block in assembly.document.blocks if isinstance(block, Section) and block.kind == "annex"
    ]
    assert ("annex_transfers" in annexes) == (regime != ("none",))


def test_a_reference_to_a_place_with_two_clauses_names_both_articles():
    text = next(one.quote for placed in draft(facts()).clauses for one in placed.passages if one.anchor == "CL06_6")
    assert "(articles\xa018 et 19)" in text
    english = next(
        one.quote for placed in draft(facts(), Language.EN).clauses for one in placed.passages if one.anchor == "CL06_6"
    )
    assert "(Articles\xa018 and 19)" in english


@pytest.mark.parametrize(("tier", "count"), [("standard", 6), ("renforce", 7), ("critique", 8)])
def test_the_tier_decides_how_far_the_security_article_goes(tier, count):
    security = article(draft(facts(tier=tier)), "CL11")
    assert len([block for block in security.blocks if isinstance(block, Section)]) == count


def test_a_known_none_is_said_in_words_and_leaves_no_blank():
    assembly = draft(facts(data__special=(), subprocessors=()))
    assert assembly.blanks == ()
    sensitive = next(one.quote for placed in assembly.clauses for one in placed.passages if one.anchor == "CL04_2")
    assert "sont les suivantes\u202f: aucune." in sensitive
    assert "Aucun sous-traitant ultérieur n’est autorisé" in words(assembly)


def test_an_empty_cell_of_a_table_is_a_blank_of_its_own_and_leaves_the_obligation_incomplete():
    row = dict(COMPLETE["subprocessors"][0], contact="")
    assembly = draft(facts(subprocessors=(row,)))
    [blank] = assembly.blanks
    assert (blank.key, blank.label, blank.places) == (
        "subprocessors.0.contact",
        "Interlocuteur (Nuage du Nord)",
        ("annexe C",),
    )
    assert {line.obligation.key: line.status for line in assembly.coverage}["C30"] == "incomplete"


def test_an_optional_cell_left_empty_is_a_dash_and_a_column_empty_everywhere_is_left_out():
    bare = {"theme": "Accès", "measure": "droits revus", "evidence": None}
    proven = {"theme": "Accès", "measure": "double authentification", "evidence": "rapport 2026"}
    annexes = {"subprocessors": (), "transfers.rows": None, "transfers.mechanism": ("none",)}

    def measured(*rows):
        return words(draft(ContractFacts({**facts().values, **annexes, "measures": rows})))

    assert "—" in measured(bare, proven)
    assert "—" not in measured(bare)
    assert "Preuve" not in measured(bare)


def test_a_column_for_the_checks_alone_is_never_printed():
    row = {"importer": "Acme", "country": "Inde", "purpose": "aide", "tool": "module 3", "article_3_2": "nullement"}
    assert "nullement" not in words(draft(facts(transfers__rows=(row,))))


def test_a_fact_that_ends_with_a_full_stop_does_not_print_two():
    assert ".." not in words(draft(facts(service__description="hébergement du portail.")))


def test_facts_are_printed_as_recorded_even_when_they_look_like_placeholders():
    assembly = draft(facts(vendor__name="{{ service.name }} **SA**"))
    assert "{{ service.name }} **SA**" in words(assembly)


def test_a_clause_changed_by_one_word_changes_its_digest_and_nothing_else_of_the_list():
    before = draft(facts())
    changed = tuple(replace(c, sha256="f" * 64) if c.key == "CL18" else c for c in LIBRARY.clauses)
    after = draft(facts(), library=replace(LIBRARY, clauses=changed))
    differing = [old.key for old, new in zip(before.clauses, after.clauses, strict=True) if old != new]
    assert differing == ["CL18"]


def test_the_report_is_plain_json_and_counts_only_the_contractual_items():
    written = json.loads(json.dumps(coverage_report(draft(facts(service__purpose=None)))))
    required = [one for one in written["obligations"] if one["class"] == "C"]
    assert written["required"] == len(required)
    assert written["covered"] == len(required) - 1
    assert not written["complete"]
    [purpose] = [one for one in required if one["status"] != "covered"]
    assert (purpose["id"], purpose["status"], purpose["articles"], purpose["clauses"]) == (
        "C13",
        "incomplete",
        ["3.2"],
        ["CL03"],
    )
    assert purpose["missing"] == [{"key": "service.purpose", "label": "finalités du traitement"}]
    assert "[finalités du traitement]" in purpose["passages"][0]["quote"]
    assert {"key", "label", "places", "decides"} == set(written["blanks"][0])
    assert all(len(clause["sha256"]) == 64 for clause in written["clauses"])


def placed(known, language=Language.FR):
    return [clause.key for clause in draft(known, language).clauses]


@pytest.mark.parametrize("language", Language)
def test_a_service_that_does_nothing_with_consumers_has_a_contract_without_their_clauses(language):
    silent = facts(service__withdrawals=None, service__calls=None)
    told = facts(service__withdrawals=("no",), service__calls=("no",))
    assert draft(silent, language).document == draft(told, language).document
    assert not {"CL30", "CL31"} & set(placed(silent, language))


def test_each_of_the_two_facts_brings_its_own_clause():
    both = {"CL30", "CL31"}
    assert both & set(placed(facts(service__calls=("no",)))) == {"CL30"}
    assert both & set(placed(facts(service__withdrawals=("no",)))) == {"CL31"}
    assert both <= set(placed(facts()))


@pytest.mark.parametrize("language", Language)
def test_the_withdrawal_clause_does_not_depend_on_who_is_a_processor(language):
    [clause] = [one for one in draft(facts(), language).clauses if one.key == "CL30"]
    said = {Language.FR: "quelle que soit la qualification", Language.EN: "whatever the characterisation"}
    assert said[language] in clause.passages[0].quote


@pytest.mark.parametrize("language", Language)
def test_no_contract_shows_our_fallbacks_or_our_red_lines(language):
    said = words(draft(facts(), language))
    for clause in LIBRARY.clauses:
        for point in clause.negotiation:
            assert point.fallback[language][0] not in clause.prose[language]
            assert point.red_line.said_in(language) not in said


@pytest.mark.parametrize("language", Language)
def test_a_sheet_of_facts_names_them_in_a_third_of_its_width(language):
    sheets = [block for part in sections(draft(facts(), language).document.blocks) for block in part.blocks]
    tables = [block for block in sheets if isinstance(block, Table) and block.header[0] in {"Élément", "Item"}]
    assert tables
    assert {table.widths for table in tables} == {(1, 2)}
