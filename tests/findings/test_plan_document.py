from datetime import date

import pytest

from portal.core.documents.tree import Section
from portal.core.language import Language, say
from portal.core.spreadsheets import read_table
from portal.findings.plan_document import PlanOnPaper, PlanRow, plan_tree, plan_workbook
from portal.findings.rules import Severity
from tests.conftest import NOW

ROW = PlanRow(
    group="En retard", title="Pas de contrat", action="Signer.", due_on=date(2026, 11, 2),
    first_due_on=date(2026, 10, 1), postponements=2, proposed_due_on=date(2026, 12, 1), in_charge="Ana",
    proof_expected="Le contrat signé", proofs=0, severity=Severity.CRITICAL, stage="avant", settled="",
)  # fmt: skip


def plan(*rows, is_ours=True):
    return PlanOnPaper(
        "Nuage", say("Constats dont l'échéance est passée : %(n)s.", n=1), rows, is_ours, NOW, NOW.date()
    )


def cells(content):
    table = read_table(content, "plan.xlsx")
    return [list(table.header), *[list(row.cells) for row in table.rows]]


def test_the_workbook_says_how_often_a_date_was_put_off_and_what_it_was_first():
    header, row = cells(plan_workbook(plan(ROW), Language.FR))
    said = dict(zip(header, map(str, row), strict=True))
    assert said["Constat"] == "Pas de contrat"
    assert (said["Gravité"], said["Relation client"]) == ("Critique", "Avant la vente")
    assert said["Repoussée (fois)"] == "2"
    assert "2026-10-01" in said["Échéance d’origine"] or "01/10/2026" in said["Échéance d’origine"]


def test_an_empty_plan_is_no_empty_sheet():
    rows = cells(plan_workbook(plan(), Language.FR))
    assert "échéance est passée" in str(rows[1][0])


@pytest.mark.parametrize("language", list(Language))
def test_what_the_vendor_takes_away_has_neither_the_severity_nor_our_reasons(language):
    header, *_rows = cells(plan_workbook(plan(ROW, is_ours=False), language))
    assert len(header) == 10
    assert not {"Gravité", "Severity", "Motif de clôture", "Clos le"} & set(header)


def test_the_document_has_a_table_a_group_with_the_first_date():
    tree = plan_tree(plan(ROW, ROW), Language.FR)
    [section] = [block for block in tree.blocks if isinstance(block, Section)]
    assert section.title == "En retard (2)"
    [table] = section.blocks
    told = "".join(inline.text for cell in table.rows[0] for inline in cell)
    for words in ("Pas de contrat", "Critique", "repoussée 2 fois", "1 octobre 2026", "aucune pièce remise"):
        assert words.replace("1 octobre", "1er octobre") in told or words in told
