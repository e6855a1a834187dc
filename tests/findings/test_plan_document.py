from dataclasses import replace
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


def told(table, row=0):
    return ["".join(inline.text for inline in cell) for cell in table.rows[row]]


def test_what_ended_is_under_no_deadline_and_what_is_to_be_done_is_on_paper():
    ended = replace(ROW, group="Clos", settled_on=date(2026, 11, 20), is_closed=True, settled="Vérifié, par Ana : lu")
    accepted = replace(ended, group="Acceptés en l'état", is_closed=False)
    tree = plan_tree(plan(ROW, ended, accepted), Language.FR)
    todo, closed, waived = (section.blocks[0] for section in tree.blocks if isinstance(section, Section))
    assert "Signer." in told(todo)[0]
    assert "clos le 20 novembre 2026" in told(closed)[1]
    assert "accepté le 20 novembre 2026" in told(waived)[1]
    assert "Vérifié, par Ana" in told(closed)[0]
    header, row = cells(plan_workbook(plan(accepted), Language.FR))
    assert "Clos le" not in header, "what is accepted as it is was never closed"
    assert str(dict(zip(header, row, strict=True))["Clos ou accepté le"]).startswith("2026-11-20")


def test_a_part_of_a_plan_says_that_it_is_no_more():
    """The verdict is that of the whole plan: over the lines of one stage, it would count what is not there."""
    part = replace(plan(), only=say("Ici, l'étape « %(stage)s » seule.", stage="Avant la vente"))
    assert "Avant la vente" in str(cells(plan_workbook(part, Language.FR))[1][0])
    assert [block.blocks for block in plan_tree(part, Language.FR).blocks if isinstance(block, Section)] == []
    assert "Avant la vente" in str(plan_tree(part, Language.FR).blocks[1])


@pytest.mark.parametrize("action", ["mot " * 899 + "mot", "m" * 3000])
def test_an_action_longer_than_a_page_is_cut_on_paper_and_whole_in_the_workbook(action):
    """A row that no page holds left the first one empty but for the title."""
    blocks = plan_tree(plan(replace(ROW, action=action)), Language.FR).blocks
    [section] = [one for one in blocks if isinstance(one, Section)]
    shown = told(section.blocks[0])[0]
    assert shown.endswith(("m […]", "mot […]"))
    assert 600 < len(shown) < 700
    header, row = cells(plan_workbook(plan(replace(ROW, action=action)), Language.FR))
    assert dict(zip(header, row, strict=True))["Action attendue"] == action
