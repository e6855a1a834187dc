"""Each rule has its planted defect, and the linter names table, row and column of it; a rule without one fails."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.core.language import Language
from portal.core.translation import translate
from portal.dora.reference import structure
from portal.dora.rules.defects import OF_A_PACKAGE, OF_THE_PORTAL, DoraRow, DoraRule
from portal.dora.rules.lint import defects_of
from portal.dora.wording import RULE_NAMES
from tests.factories.dora import BANK, HOST, PARENT, SHARED, lei_of, sound_rows

TODAY = date(2026, 11, 24)
Rows = dict[str, list[DoraRow]]
R = DoraRule


@dataclass(frozen=True)
class Planted:
    """One thing changed in a sound register, and where the linter must see it."""

    rule: DoraRule
    table: str
    column: str
    line: int | None
    change: Callable[[Rows], None]


def cell(table: str, line: int, column: str, value: str) -> Callable[[Rows], None]:
    """Write a value in one cell."""

    def change(rows: Rows) -> None:
        row = rows[table][line - 2]
        rows[table][line - 2] = replace(row, cells={**row.cells, column: value})

    return change


def gone(table: str, *lines: int) -> Callable[[Rows], None]:
    """Take rows out."""

    def change(rows: Rows) -> None:
        rows[table] = [row for row in rows[table] if row.line not in lines]

    return change


def twice(table: str, line: int, **cells: str) -> Callable[[Rows], None]:
    """Add a row like another one."""

    def change(rows: Rows) -> None:
        row = rows[table][line - 2]
        rows[table].append(DoraRow({**row.cells, **cells}, line=len(rows[table]) + 2))

    return change


def in_cell(rule: DoraRule, table: str, line: int, column: str, value: str) -> Planted:
    """A planted defect that is seen in the very cell that was changed."""
    return Planted(rule, table, column, line, cell(table, line, column, value))


PLANTED = [
    in_cell(R.KEY_MISSING, "B_07.01", 2, "c0010", ""),
    in_cell(R.KEY_MISSING, "B_02.02", 3, "c0130", ""),
    Planted(R.KEY_TWICE, "B_05.01", "c0010", 6, twice("B_05.01", 3)),
    Planted(R.KEY_TWICE, "B_07.01", "c0010", 3, twice("B_07.01", 2, c0050="eba_ZZ:x962")),
    in_cell(R.NOT_FOUND, "B_02.02", 2, "c0050", "F9"),
    in_cell(R.NOT_FOUND, "B_01.03", 2, "c0020", lei_of(77)),
    in_cell(R.NOT_FOUND, "B_02.01", 3, "c0030", "C-77"),
    in_cell(R.NOT_FOUND, "B_04.01", 3, "c0040", "BE-77"),
    in_cell(R.NOT_FOUND, "B_05.01", 2, "c0110", lei_of(77)),
    in_cell(R.NOT_FOUND, "B_05.02", 3, "c0060", lei_of(77)),
    Planted(R.NOT_FOUND, "B_05.01", "c0110", 2, gone("B_05.01", 3)),
    in_cell(R.CELL_MISSING, "B_01.01", 2, "c0050", ""),
    in_cell(R.CELL_MISSING, "B_02.02", 2, "c0100", ""),
    in_cell(R.CELL_MISSING, "B_02.02", 2, "c0150", "eba_GA:qx2007"),
    in_cell(R.CELL_MISSING, "B_07.01", 2, "c0060", ""),
    in_cell(R.CELL_MISSING, "B_05.01", 2, "c0100", ""),
    in_cell(R.CELL_MISSING, "B_02.01", 3, "c0030", ""),
    Planted(R.CELL_MISSING, "B_02.02", "c0090", 2, cell("B_02.02", 2, "c0080", "2026-01-01")),
    in_cell(R.CODE_UNKNOWN, "B_02.02", 2, "c0060", "eba_TA:S20"),
    in_cell(R.CODE_UNKNOWN, "B_06.01", 2, "c0020", "eba_TA:activité"),
    in_cell(R.COUNTRY_UNKNOWN, "B_01.02", 2, "c0030", "eba_GA:XY"),
    in_cell(R.CURRENCY_UNKNOWN, "B_02.01", 2, "c0040", "eba_CU:FRF"),
    in_cell(R.LEI_WRONG, "B_01.02", 3, "c0060", BANK[:-2] + "00"),
    in_cell(R.LEI_WRONG, "B_01.02", 3, "c0060", BANK[:-1]),
    in_cell(R.LEI_WRONG, "B_01.02", 3, "c0060", f" {BANK}".lower()),
    in_cell(R.EUID_WRONG, "B_05.01", 5, "c0110", "552100554"),
    in_cell(R.TYPE_DIFFERS, "B_03.02", 2, "c0030", "eba_qCO:qx2002"),
    in_cell(R.LEGAL_PERSON, "B_05.01", 5, "c0020", "eba_qCO:qx2004"),
    in_cell(R.DATE_WRONG, "B_07.01", 2, "c0070", "01/03/2026"),
    in_cell(R.DATE_WRONG, "B_02.02", 2, "c0070", "2026-02-30"),
    in_cell(R.DATE_AHEAD, "B_06.01", 2, "c0070", "2027-01-01"),
    in_cell(R.DATE_ORDER, "B_02.02", 2, "c0080", "2023-12-31"),
    in_cell(R.NUMBER_WRONG, "B_06.01", 2, "c0080", "quatre"),
    in_cell(R.NUMBER_WRONG, "B_02.01", 2, "c0050", "1 200 €"),
    in_cell(R.FUNCTION_WRONG, "B_06.01", 3, "c0010", "Bureautique"),
    in_cell(R.LINK_WRONG, "B_03.03", 2, "c0031", "oui"),
    in_cell(R.NOT_LATIN, "B_05.01", 2, "c0060", "Хостинг"),
    in_cell(R.RANK_WRONG, "B_05.02", 3, "c0050", "0"),
    Planted(R.RANK_FIRST, "B_02.02", "c0030", 2, gone("B_05.02", 2)),
    in_cell(R.RANK_ITSELF, "B_05.02", 2, "c0060", PARENT),
    in_cell(R.RANK_ITSELF, "B_05.02", 3, "c0060", "FRRCS.552100554"),
    in_cell(R.RANK_GAP, "B_05.02", 3, "c0050", "3"),
    Planted(R.ONE_ROW, "B_01.01", "", None, gone("B_01.01", 2)),
    Planted(R.SOME_ROWS, "B_06.01", "", None, gone("B_06.01", 2, 3)),
    Planted(R.NOTHING_UNDER, "B_02.01", "c0010", 4, gone("B_02.02", 3)),
    Planted(R.NOBODY_SIGNS, "B_02.01", "c0010", 4, gone("B_03.01", 4)),
    Planted(R.NOBODY_SIGNS, "B_02.01", "c0010", 4, gone("B_03.02", 4)),
    Planted(R.NO_CHAIN, "B_02.02", "c0030", 3, gone("B_05.02", 4)),
    Planted(R.NOT_ASSESSED, "B_02.02", "c0060", 2, gone("B_07.01", 2)),
    in_cell(R.ASSESSED_ALONE, "B_07.01", 2, "c0040", "eba_TA:S19"),
    in_cell(R.NOT_DEFINED, "B_99.01", 2, "c0110", ""),
    Planted(R.NOT_DEFINED, "B_99.01", "c0110", None, gone("B_99.01", 2)),
]


def test_a_sound_register_has_no_defect():
    assert defects_of(structure(), sound_rows(), TODAY) == []


def test_what_ends_on_the_day_it_begins_is_in_order():
    rows = sound_rows()
    begins = rows["B_02.02"][0].cell("c0070")
    cell("B_02.02", 2, "c0080", begins)(rows)
    assert [one for one in defects_of(structure(), rows, TODAY) if one.rule is R.DATE_ORDER] == []


def test_every_rule_of_the_rows_has_its_planted_defect():
    assert {one.rule for one in PLANTED} == set(DoraRule) - OF_A_PACKAGE - OF_THE_PORTAL


@pytest.mark.parametrize("planted", PLANTED, ids=lambda one: f"{one.rule.value}-{one.table}-{one.column}")
def test_each_planted_defect_is_named(planted):
    rows = sound_rows()
    planted.change(rows)
    found = [one for one in defects_of(structure(), rows, TODAY) if one.rule is planted.rule]
    places = {(one.table, one.column, one.line) for one in found}
    assert (planted.table, planted.column, planted.line) in places, places
    (seen,) = [one for one in found if (one.table, one.column, one.line)
               == (planted.table, planted.column, planted.line)][:1]  # fmt: skip
    assert seen.row or planted.line is None or not structure().tables[planted.table].key, (
        "the row is named by what identifies it"
    )
    french, english = (translate(seen.sentence, language) for language in Language)
    assert french != english, "told in both languages"


def test_every_rule_has_a_name():
    assert set(RULE_NAMES) == set(DoraRule)


def test_what_is_referred_to_may_not_be_waved_away():
    """« Not applicable » is no provider and no entity, though it is where no frame contract applies."""
    rows = sound_rows()
    cell("B_02.01", 2, "c0030", "Not Applicable")(rows)
    assert defects_of(structure(), rows, TODAY) == []
    cell("B_02.02", 2, "c0030", "Not Applicable")(rows)
    assert R.NOT_FOUND in {one.rule for one in defects_of(structure(), rows, TODAY)}


def test_an_empty_register_is_not_a_sound_one():
    found = defects_of(structure(), {}, TODAY)
    assert {one.table for one in found} >= {"B_01.01", "B_01.02", "B_02.01", "B_05.01", "B_06.01"}


def test_a_shared_entity_is_a_provider_like_another():
    rows = sound_rows()
    cell("B_03.03", 2, "c0020", HOST)(rows)
    found = defects_of(structure(), rows, TODAY)
    assert {(one.rule, one.table) for one in found} == {(R.NOT_FOUND, "B_03.03")}
    assert SHARED != HOST


@given(st.data())
def test_any_text_in_any_cell_is_judged_and_never_breaks(data):
    rows = sound_rows()
    table = data.draw(st.sampled_from(sorted(rows)))
    column = data.draw(st.sampled_from([one.code for one in structure().tables[table].columns]))
    cell(table, 2, column, data.draw(st.text(max_size=30)))(rows)
    for defect in defects_of(structure(), rows, TODAY):
        translate(defect.sentence, Language.EN)
