from datetime import timedelta

import pytest
from sqlalchemy import select

from portal.audits import services
from portal.audits.models import Audit
from portal.audits.rules import AuditState
from portal.authz.policy import Role
from portal.core.errors import Forbidden, Refused
from portal.journal.models import JournalEntry
from portal.questionnaires.queries import questionnaire_of
from tests.factories.world import vendor_of, version_of

pytestmark = pytest.mark.both_databases


def test_an_audit_opens_with_nothing_answered_and_is_journaled(session, acting):
    dpo, vendor, version = acting(Role.DPO), vendor_of(session), version_of(session)
    audit = services.open_audit(dpo, vendor, version, due_on=dpo.today)
    assert (audit.state, audit.round, audit.answered, audit.submitted_at) == (AuditState.OPENED, 1, 0, None)
    session.commit()
    entry = session.scalars(select(JournalEntry).where(JournalEntry.action == "audit.opened")).one()
    assert entry.vendor_id == vendor.id
    assert entry.after["questionnaire"] == version.sha256
    assert entry.object_label == f"{vendor.name}, {dpo.now:%Y-%m-%d}"


def test_an_audit_is_not_opened_for_yesterday(session, acting):
    dpo = acting(Role.DPO)
    with pytest.raises(Refused, match="échéance est déjà passée"):
        services.open_audit(dpo, vendor_of(session), version_of(session), due_on=dpo.today - timedelta(days=1))


@pytest.mark.parametrize("role", [Role.BUYER, Role.MANAGEMENT, Role.VENDOR_ADMIN, Role.EXPERT])
def test_only_those_who_may_open_an_audit_do(session, acting, role):
    vendor = vendor_of(session)
    someone = acting(role, vendor_ids=frozenset({vendor.id}))
    with pytest.raises(Forbidden):
        services.open_audit(someone, vendor, version_of(session), due_on=someone.today)


def test_a_wave_opens_one_audit_per_vendor_with_few_statements_and_keeps_their_order(session, acting, statements):
    dpo, version = acting(Role.DPO), version_of(session)
    vendors = [vendor_of(session, country=country) for _ in range(10) for country in ("FR", "")]
    held = [vendor for vendor in vendors if vendor.country]
    questionnaire_of(session, version)  # read once in a process, whoever asks first
    statements.clear()
    ids = services.open_audits(dpo, [v.id for v in vendors], version, due_on=dpo.today)
    assert len(statements) == 6  # four readings of the register, what stands, the audits
    audits = [session.get_one(Audit, i) for i in ids]
    assert [(audit.vendor_id, audit.carries) for audit in audits] == [(v.id, v in held) for v in vendors]
    statements.clear()
    again = services.open_audits(dpo, [v.id for v in reversed(held)], version, due_on=dpo.today)
    assert len(statements) == 2  # each has a fact on its own sheet: no more is looked for
    assert [session.get_one(Audit, i).vendor_id for i in again] == [v.id for v in reversed(held)]
    assert services.open_audits(dpo, [], version, due_on=dpo.today) == []
