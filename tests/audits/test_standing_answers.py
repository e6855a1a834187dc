"""What a letter says is there already is what the vendor's page then shows, whatever became of the proofs."""

from datetime import date

import pytest
from sqlalchemy import event, select

from portal.audits import queries
from portal.audits.models import StandingAnswer
from portal.audits.standing_answers import asked_of, counts_here, held_proofs
from portal.authz.policy import Permission
from portal.evidence.models import Evidence
from portal.evidence.rules import EvidenceVerdict
from tests.factories.review import accepted, second_year


def replaced(case, **facts):
    """The piece that an answer rests on, replaced by a newer version."""
    old = case.proofs["a.chiffre"]
    columns = {c.key: getattr(old, c.key) for c in Evidence.__table__.columns if c.key != "id"}
    newer = Evidence(**{**columns, **facts})
    case.session.add(newer)
    case.session.flush()
    old.replaced_by_id = newer.id


CHANGES = {
    "nothing": lambda case: None,
    "set aside": lambda case: setattr(case.proofs["a.chiffre"], "verdict", EvidenceVerdict.REJECTED),
    "ended": lambda case: setattr(case.proofs["a.chiffre"], "expires_on", date(2026, 12, 1)),
    "replaced by a good one": lambda case: replaced(case, issued_on=date(2027, 11, 1), expires_on=None),
    "replaced by one set aside": lambda case: replaced(case, verdict=EvidenceVerdict.REJECTED),
    "another kind": lambda case: setattr(case.proofs["a.chiffre"], "kind", "iso27001"),
    "contested": lambda case: setattr(
        case.session.scalars(select(StandingAnswer).filter_by(question_key="a.role")).one(), "contested", True
    ),
    "no longer offered": lambda case: setattr(
        case.session.scalars(select(StandingAnswer).filter_by(question_key="a.role")).one(), "value", {"v": "perdu"}
    ),
}


@pytest.mark.both_databases
@pytest.mark.parametrize("days", [30, 365])
@pytest.mark.parametrize("change", CHANGES)
def test_what_is_counted_is_what_the_page_shows(sending, backend, change, days):
    case = second_year(accepted(sending()), days=days)
    CHANGES[change](case)
    case.session.flush()
    case.session.expire_all()
    sheet = queries.open_sheet(case.answering, case.audit.id, to=Permission.AUDIT_ANSWER)
    proofs = held_proofs(case.answering, case.vendor.id)
    asked = asked_of(sheet.questionnaire, sheet.held, proofs, sheet.proposed, case.answering.today)
    shown = len((sheet.proposed.keys() & sheet.shown) - asked.keys()), sum(part.total for part in sheet.progress)
    assert shown[0] > 0
    assert counts_here(case.answering, [case.vendor.id], sheet.questionnaire) == {case.vendor.id: shown}


@pytest.mark.both_databases
def test_the_proofs_of_standing_answers_are_asked_by_one_statement_put_together_once(sending, backend):
    case = second_year(accepted(sending()), days=30)
    ctx, asked = case.answering, []
    every = held_proofs(ctx, case.vendor.id)
    event.listen(ctx.session, "do_orm_execute", lambda state: asked.append(state.statement))
    for keys in (None, list(every)[:1], None, list(every)[1:], []):
        found = held_proofs(ctx, case.vendor.id, keys)
        assert found == {key: links for key, links in every.items() if keys is None or key in keys}
    assert asked[0] is asked[2]
    assert asked[1] is asked[3] is asked[4]


@pytest.mark.both_databases
def test_a_sheet_with_answers_proposed_is_opened_in_two_statements(sending, backend, statements):
    case = second_year(accepted(sending()))
    case.answer_over("a.role", "autre")
    case.session.commit()
    ctx, audit_id = case.answering, case.audit.id
    statements.clear()
    sheet = queries.open_sheet(ctx, audit_id, to=Permission.AUDIT_ANSWER, lock=True)
    assert len(statements) == 2, statements
    assert set(sheet.answers) == {"a.role"}
    assert sheet.carried.keys() == {"a.role"}
    assert "a.role" not in sheet.proposed
    assert sheet.held["a.role"].said_by
    assert sheet.held["a.role"].said_at
    assert sheet.held["a.role"].audit_id != case.audit.id
