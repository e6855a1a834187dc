import itertools
import random
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum import luhn

from portal.core.language import say
from portal.core.spreadsheets import Problem, Row
from portal.vendors.rules.columns import ImportField, chosen_mapping, propose_mapping
from portal.vendors.rules.duplicates import Certainty, CompanyIdentity
from portal.vendors.rules.import_plan import DuplicateDecision, plan_import
from tests.factories.work import calls

HEADER = "Nom;Raison sociale;Pays;Prestation;SIREN;Données sensibles;Budget"
NAMES = ["Nova", "NOVA SAS", "Nova Cloud", "Câble (Nova)", "Câble", "Axeptio", "Axceptio", "", "Lot 1"]
KNOWN = [
    CompanyIdentity(key="nova", name="Nova"),
    CompanyIdentity(key="cable", name="Câble SA", siren="356000000"),
    CompanyIdentity(key="fil", name="Fil"),
]

lines = st.builds(
    lambda *cells: ";".join(cells),
    st.sampled_from(NAMES),
    st.sampled_from(["", "Nova Inc", "Câble SA"]),
    st.sampled_from(["", "France", "US", "Syldavie", "Pays Bas et Allemagne"]),
    st.sampled_from(["", "Paie", "Hébergement"]),
    st.sampled_from(["", "732829320", "356000000", "123"]),
    st.sampled_from(["", "oui", "parfois"]),
    st.sampled_from(["", "12"]),
)
broken = st.sampled_from(["", "Nova;Paie", "a;b;c;d;e;f;g;h"])
files = st.lists(lines | broken, max_size=15).map(lambda rows: "\n".join([HEADER, *rows, ""]))
decisions = st.none() | st.sampled_from(DuplicateDecision)


@pytest.fixture
def plan_of(cut, atlas):
    def make(text, **options):
        table = cut(text)
        return plan_import(table, options.pop("mapping", propose_mapping(table.header)), atlas, **options)

    return make


def lines_of(made):
    return [line for vendor in made.vendors for line in vendor.lines]


@given(files, decisions, st.booleans(), st.randoms(use_true_random=False))
def test_every_line_ends_up_in_exactly_one_place(cut, atlas, text, default, with_register, chance):
    table = cut(text)
    mapping, existing = propose_mapping(table.header), KNOWN if with_register else []
    first = plan_import(table, mapping, atlas, existing=existing)
    chosen = {group.key: chance.choice(list(DuplicateDecision)) for group in first.duplicates if chance.random() < 0.7}
    made = plan_import(table, mapping, atlas, existing=existing, decisions=chosen, default=default)
    wrong = {problem.line for problem in made.problems}
    placed = [*lines_of(made), *(skipped.line for skipped in made.skipped), *wrong - {1}]
    assert sorted(placed) == sorted({row.line for row in table.rows} | {problem.line for problem in table.problems})


@given(files)
def test_merging_loses_no_row_and_leaves_no_certain_double(cut, atlas, text):
    table = cut(text)
    mapping = propose_mapping(table.header)
    apart = plan_import(table, mapping, atlas, default=DuplicateDecision.SEPARATE)
    merged = plan_import(table, mapping, atlas, default=DuplicateDecision.MERGE)
    assert sorted(lines_of(merged)) == sorted(lines_of(apart))
    assert len(merged.vendors) <= len(apart.vendors)
    homes = {line: vendor.key for vendor in merged.vendors for line in vendor.lines}
    for group in merged.duplicates:
        if group.certainty is Certainty.CERTAIN:
            assert len({homes[line] for line in group.lines}) == 1


@given(files, decisions)
def test_problems_and_warnings_point_to_lines_and_columns_that_exist(cut, atlas, text, default):
    table = cut(text)
    made = plan_import(table, propose_mapping(table.header), atlas, existing=KNOWN, default=default)
    last = text.count("\n")
    for problem in (*made.problems, *made.warnings):
        assert 1 <= problem.line <= last
        assert problem.column in {*HEADER.split(";"), ""}
        assert str(problem.message)
    assert [p.line for p in made.problems] == sorted(p.line for p in made.problems)


@given(files, decisions)
def test_new_keys_are_unique_and_never_those_of_the_register_or_reserved(cut, atlas, text, default):
    table = cut(text)
    made = plan_import(
        table, propose_mapping(table.header), atlas, existing=KNOWN, default=default, reserved=["axeptio"]
    )
    keys = [vendor.key for vendor in made.vendors]
    assert len(set(keys)) == len(keys)
    for vendor in made.vendors:
        assert vendor.known == (vendor.key in {"nova", "cable", "fil"})
        assert vendor.key != "axeptio"


def test_a_certain_double_blocks_until_it_is_decided(plan_of):
    text = f"{HEADER}\nNova;;;Paie;;;\nNOVA SAS;;;SMS;;;\n"
    made = plan_of(text)
    assert not made.importable
    [group] = made.undecided
    assert not made.problems
    for decision, vendors, skipped in (("merge", 1, 0), ("separate", 2, 0), ("skip", 1, 1)):
        decided = plan_of(text, decisions={group.key: DuplicateDecision(decision)})
        assert decided.importable
        assert (len(decided.vendors), len(decided.skipped)) == (vendors, skipped)
    assert [s.title for s in plan_of(text, default=DuplicateDecision.MERGE).vendors[0].services] == ["Paie", "SMS"]
    assert [v.key for v in plan_of(text, default=DuplicateDecision.SEPARATE).vendors] == ["nova", "nova-2"]


def test_decisions_may_come_as_stored_words_and_nothing_else(plan_of):
    text = f"{HEADER}\nNova;;;;;;\nNova;;;;;;\n"
    [group] = plan_of(text).undecided
    assert len(plan_of(text, decisions={group.key: "merge"}).vendors) == 1
    with pytest.raises(ValueError, match="fondre"):
        plan_of(text, decisions={group.key: "fondre"})


def test_a_probable_double_does_not_block_and_no_default_decides_on_it(plan_of):
    text = f"{HEADER}\nGoogle;;;;;;\nGoogle Ads;;;;;;\n"
    made = plan_of(text, default=DuplicateDecision.MERGE)
    assert made.importable
    assert len(made.vendors) == 2
    [group] = made.duplicates
    merged = plan_of(text, decisions={group.key: DuplicateDecision.MERGE})
    assert [vendor.lines for vendor in merged.vendors] == [(2, 3)]


def test_a_decision_on_one_group_wins_over_the_default(plan_of):
    text = f"{HEADER}\nNova;;;;;;\nNova;;;;;;\nFil;;;;;;\nFil;;;;;;\n"
    first, _ = plan_of(text).duplicates
    made = plan_of(text, decisions={first.key: DuplicateDecision.SEPARATE}, default=DuplicateDecision.MERGE)
    assert [vendor.lines for vendor in made.vendors] == [(2,), (3,), (4, 5)]


def test_a_row_already_in_the_register_becomes_one_of_its_services_or_is_skipped(plan_of):
    text = f"{HEADER}\nNova SAS;;;Paie;;;\n"
    [vendor] = plan_of(text, existing=KNOWN, default=DuplicateDecision.MERGE).vendors
    assert (vendor.key, vendor.known, vendor.lines) == ("nova", True, (2,))
    made = plan_of(text, existing=KNOWN, default=DuplicateDecision.SKIP)
    assert made.vendors == ()
    assert "Déjà dans le registre (nova)" in str(made.skipped[0].reason)


def test_a_double_of_a_skipped_row_is_not_lost_with_it(plan_of):
    made = plan_of(f"{HEADER}\nNova;;;;;;\nNova;;;;;;\n", default=DuplicateDecision.SKIP)
    assert [vendor.lines for vendor in made.vendors] == [(2,)]
    assert [(skipped.line, skipped.name) for skipped in made.skipped] == [(3, "Nova")]


def test_a_line_that_could_not_be_cut_is_not_examined_further(plan_of):
    made = plan_of(f"{HEADER}\nNova;;Syldavie\n;;;;;;x\n")
    assert [(problem.line, problem.column) for problem in made.problems] == [(2, ""), (3, "Nom")]


def test_a_fault_of_the_file_is_carried_with_its_column_or_its_header_line(cut, atlas):
    table = replace(
        cut(f"{HEADER}\nNova;;;;;;\n"),
        header_line=3,
        problems=(Problem(None, None, say("Encodage douteux.")), Problem(2, 3, say("Formule."))),
    )
    made = plan_import(table, propose_mapping(table.header), atlas)
    assert [(problem.line, problem.column) for problem in made.problems] == [(2, "Pays"), (3, "")]
    assert made.vendors == ()


def test_unknown_columns_are_kept_as_notes(plan_of):
    [vendor] = plan_of(f"{HEADER}\nNova;;;;;;12 k€\n").vendors
    assert [(note.line, note.label, note.value) for note in vendor.notes] == [(2, "Budget", "12 k€")]


def test_without_a_column_for_the_name_the_file_is_refused_whole(plan_of, cut):
    made = plan_of("Pays;Budget\nFrance;12\n")
    assert [str(problem.message)[:28] for problem in made.problems] == ["Aucune colonne ne donne le n"]
    assert not made.importable
    chosen = chosen_mapping(["Pays", "Budget"], {"name": 1})
    assert [vendor.company.name for vendor in plan_of("Pays;Budget\nFrance;12\n", mapping=chosen).vendors] == ["12"]


def test_an_empty_file_is_refused_and_blank_rows_of_a_spreadsheet_are_no_rows(plan_of, cut, atlas):
    assert not plan_of(f"{HEADER}\n").importable
    table = replace(cut(f"{HEADER}\nNova;;;;;;\n"), rows=(Row(2, ("Nova",)), Row(3, ("", " "))))
    assert plan_import(table, propose_mapping(table.header), atlas).importable


def test_a_row_that_repeats_another_and_hidden_characters_are_pointed_out(plan_of):
    made = plan_of(f"{HEADER}\nNo\u00adva;;;;;;\nFil;;;Paie;;;\nFil;;;Paie;;;\n", default=DuplicateDecision.MERGE)
    assert [(warning.line, warning.column) for warning in made.warnings] == [(2, "Nom"), (4, "")]
    assert "Ligne identique à la ligne 3." in str(made.warnings[1].message)


def test_twice_the_rows_are_planned_with_twice_the_work(cut, atlas):
    chance = random.Random(4)
    parts = [*map("".join, itertools.product(("al", "be", "cy", "da", "eu"), ("net", "soft", "data", "info")))]

    def siren(number):
        body = f"{number + 10_000_000:08d}"
        return body + luhn.calc_check_digit(body)

    rows = [
        f"{''.join(chance.choices(parts, k=2))} {chance.choice(parts)} SAS;;France;Paie, congés;{siren(at)};non;12"
        for at in range(1000)
    ]

    def planned(count):
        table = cut("\n".join([HEADER, *rows[:count], ""]))
        made = plan_import(table, propose_mapping(table.header), atlas, default=DuplicateDecision.MERGE)
        assert made.importable
        assert len(made.vendors) == count, "different SIREN numbers keep homonyms apart"

    assert calls(lambda: planned(1000)) < 3 * calls(lambda: planned(500)), "a quadratic search takes four times as much"


def test_the_name_column_is_the_only_one_that_is_required(plan_of):
    [vendor] = plan_of("Fournisseur\nNova\n").vendors
    assert vendor.company.name == "Nova"
    assert propose_mapping(["Fournisseur"]).columns[ImportField.NAME] == 0
