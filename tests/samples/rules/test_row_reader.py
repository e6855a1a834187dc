"""Rows read whole or refused cell by cell, corrected without being sent again, and never judged on a contradiction."""

from datetime import date, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.consumer_law.rules.periods import Channel, ContractKind
from portal.samples import law_files
from portal.samples.rules.calls import Call
from portal.samples.rules.cases import Decision, StatedBy, WithdrawalCase
from portal.samples.rules.columns import CallField, CaseField, SampleKind, map_header
from portal.samples.rules.row_reader import CellProblem, RowReader

SOUND = {
    CaseField.REFERENCE: "VIG-1", CaseField.KIND: "bien", CaseField.CONCLUDED: "28/09/2026",
    CaseField.DELIVERIES: "01/10/2026", CaseField.INFORMED: "oui", CaseField.STATED: "06/10/2026 09:00",
    CaseField.STATED_BY: "courriel", CaseField.DECISION: "acceptée", CaseField.AMOUNT: "100,00 €",
}  # fmt: skip
LAW = law_files.case_law()


def reader(row, law=None):
    return RowReader(map_header([field.value for field in row], SampleKind.CASES), law)


def read(law=None, **told):
    row = {**SOUND, **{CaseField(name): text for name, text in told.items()}}
    return reader(row, law).read(2, [*row.values()])


def said(found):
    assert isinstance(found, tuple), found
    return [(problem.line, problem.field, str(problem.message)) for problem in found]


def test_a_sound_row_is_a_case():
    assert read() == WithdrawalCase(
        2, "VIG-1", ContractKind.GOODS, datetime(2026, 10, 6, 9), Decision.ACCEPTED, Decimal("100.00"),
        concluded=date(2026, 9, 28), deliveries=(date(2026, 10, 1),), stated_by=StatedBy.EMAIL,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("text", "informed", "on"),
    [
        ("oui", True, None),
        ("no", False, None),
        ("03/10/2026", True, date(2026, 10, 3)),
        ("46298", True, date(2026, 10, 3)),
    ],
)
def test_informed_is_a_yes_a_no_or_a_day(text, informed, on):
    found = read(informed=text)
    assert (found.informed, found.informed_on) == (informed, on)


@pytest.mark.parametrize(("today", "refused"), [(date(2026, 10, 19), True), (date(2026, 10, 20), False)])
def test_what_was_done_was_not_done_on_a_day_to_come(today, refused):
    """A refund that is planned is no refund: it would hide a sum that is due."""
    row = {**SOUND, CaseField.REFUNDED: "100,00 €", CaseField.REFUNDED_ON: "20/10/2026"}
    row[CaseField.DEADLINE_CLAIMED] = "01/03/2027"
    mapping = map_header([field.value for field in row], SampleKind.CASES)
    found = RowReader(mapping, today=today).read(2, [*row.values()])
    told = [(2, CaseField.REFUNDED_ON, "Cette date est à venir\u202f: vérifiez-la.")]
    assert said(found) == told if refused else isinstance(found, WithdrawalCase)


def test_every_bad_cell_of_a_row_is_listed_with_its_line_its_column_and_what_to_write():
    found = read(
        reference="Jean Dupont", kind="chose", stated="hier", amount="beaucoup", decision="", informed="peut-être",
        channel="pigeon", refunded="-3",
    )  # fmt: skip
    fields = [field for _, field, _ in said(found)]
    assert set(fields) == {
        CaseField.REFERENCE, CaseField.KIND, CaseField.STATED, CaseField.AMOUNT, CaseField.DECISION, CaseField.INFORMED,
        CaseField.CHANNEL, CaseField.REFUNDED,
    }  # fmt: skip
    assert len(fields) == len(set(fields))
    assert all(problem.line == 2 and problem.column and str(problem.message) for problem in found)


@pytest.mark.parametrize("field", [CaseField.KIND, CaseField.INFORMED, CaseField.STATED, CaseField.AMOUNT])
def test_a_cell_no_row_can_do_without_is_asked_for(field):
    (problem,) = read(**{field.value: "  "})
    assert (problem.field, str(problem.message)) == (field, "Cette cellule ne peut pas être vide.")


def test_a_reference_met_twice_names_the_first_line_even_on_resuming():
    again = reader(SOUND)
    assert isinstance(again.read(2, [*SOUND.values()]), WithdrawalCase)
    assert isinstance(again.read(2, [*SOUND.values()]), WithdrawalCase)
    assert "ligne 2" in str(again.read(7, [*SOUND.values()])[0].message)
    resumed = RowReader(again.mapping, seen=again.seen)
    assert "ligne 2" in str(resumed.read(8, [*SOUND.values()])[0].message)


@pytest.mark.parametrize(
    ("told", "field"),
    [
        ({"logged": "05/10/2026"}, CaseField.LOGGED),
        ({"acknowledged": "05/10/2026"}, CaseField.ACKNOWLEDGED),
        ({"refunded_on": "05/10/2026"}, CaseField.REFUNDED_ON),
        ({"stated": "01/09/2026"}, CaseField.STATED),
        ({"stated_by": "lettre"}, CaseField.LOGGED),
        ({"refunded": "12"}, CaseField.REFUNDED_ON),
        ({"refusal": "3"}, CaseField.REFUSAL),
        ({"deliveries": ""}, CaseField.DELIVERIES),
        ({"deliveries": "01/10/2026 ; 02/10/2026"}, CaseField.DELIVERIES),
        ({"deliveries": "01/09/2026"}, CaseField.DELIVERIES),
        ({"kind": "service", "concluded": ""}, CaseField.CONCLUDED),
        ({"country": "US"}, CaseField.COUNTRY),
        ({"concluded": "", "stated": "13/06/2014"}, CaseField.STATED),
        ({"region": "Corse"}, CaseField.REGION),
    ],
)
def test_facts_that_do_not_hold_together_are_said_before_being_judged(told, field):
    assert field in [one for _, one, _ in said(read(LAW, **told))]


def test_a_person_corrects_cells_on_a_page_without_sending_the_file_again():
    row = {**SOUND, CaseField.STATED: "hier", CaseField.AMOUNT: "?"}
    again = reader(row)
    corrections = {(2, CaseField.STATED): "06/10/2026", (2, CaseField.AMOUNT): "12", (3, CaseField.KIND): "service"}
    found = again.read(2, [*row.values()], corrections)
    assert (found.stated, found.amount, found.kind) == (date(2026, 10, 6), 12, ContractKind.GOODS)
    assert len(again.read(2, [*row.values()], {(2, CaseField.AMOUNT): "12"})) == 1
    added = again.read(2, [*row.values()], {**corrections, (2, CaseField.CHANNEL): "téléphone"})
    assert added.channel is Channel.PHONE


def test_a_row_longer_than_its_header_is_a_problem_and_a_shorter_one_lacks_cells():
    assert "cellules" in str(reader(SOUND).read(2, [*SOUND.values(), "x"])[0].message)
    assert isinstance(reader(SOUND).read(2, [*SOUND.values(), " "]), WithdrawalCase)
    assert {field for _, field, _ in said(reader(SOUND).read(2, ["VIG-1"]))} >= {CaseField.KIND, CaseField.INFORMED}


def test_a_call_is_read_the_same_way():
    header = ["Réf", "Appelé le", "Accord le", "Recueilli par"]
    calls = RowReader(map_header(header, SampleKind.CALLS))
    assert calls.read(2, ["APP-1", "01/09/2026 10:00", "", "C-2"]) == Call(
        2, "APP-1", datetime(2026, 9, 1, 10), consent_by="C-2"
    )
    found = calls.read(3, ["APP-2", "", "jamais", "Le client Jean a dit « oui »"])
    assert {problem.field for problem in found} == {CallField.CALLED, CallField.CONSENTED, CallField.CONSENT_BY}


@given(st.lists(st.text(max_size=12), min_size=9, max_size=9))
def test_whatever_the_cells_a_row_is_a_case_or_problems_of_its_line(cells):
    found = reader(SOUND, LAW).read(5, cells)
    if isinstance(found, tuple):
        assert found
        assert all(isinstance(problem, CellProblem) and problem.line == 5 for problem in found)
    else:
        assert LAW.period_of(found).last_day
