from collections import Counter
from dataclasses import replace

import pytest

from portal.audits.exchange_models import DelayRequest, DelayState, Delegation, QuestionMessage
from portal.audits.models import Answer, Audit
from portal.audits.rules import AuditState
from portal.authz.policy import Role
from portal.contracts.models import Contract, ContractVersion
from portal.contracts.rules.life import ContractState
from portal.contracts.rules.signing_order import SignatoryState, SigningSide, SigningState
from portal.contracts.signing_models import ContractSignatory, ContractSigning
from portal.core import process
from portal.core.clock import legal_date, now
from portal.core.config import UNNAMED
from portal.findings.models import Finding
from portal.identity.models import User
from portal.jobs import clock_guard
from portal.jobs.models import Mail
from portal.mystery.models import MysteryState, MysteryTest
from portal.scorecards.models import Scorecard
from portal.seed import __main__ as seed
from portal.seed.demo_history import write_history
from portal.seed.demo_people import ENTITIES, ORGANISATION, STAFF, VENDORS
from portal.vendors.models import Vendor
from portal.vendors.rules.standing import ContractStanding
from tests.conftest import REPOSITORY
from tests.printing_cache import nothing_printed


def test_the_story_shows_every_state_of_the_product(session, portal_settings, app, monkeypatch, tmp_path):
    settings = replace(portal_settings, seal_file=tmp_path / "seal.json")
    monkeypatch.setattr(process, "_settings", [settings])
    with nothing_printed():
        logins = write_history(session, now(), "une phrase de passe bien longue")
    assert session.query(Vendor).count() == len(VENDORS)
    states = {state for (state,) in session.query(Audit.state).distinct()}
    assert states >= {AuditState.IN_PROGRESS, AuditState.SUBMITTED, AuditState.RETURNED, AuditState.ACCEPTED}
    grades = {grade for (grade,) in session.query(Scorecard.grade).distinct()}
    assert len(grades) >= 3
    assert session.query(Finding).count() > 0
    versions = session.query(ContractVersion).all()
    assert len(versions) >= 8
    assert not [version.contract_id for version in versions if "despite" in version.facts], "drafted against its checks"
    assert {code for version in versions for code in version.facts["values"]["transfers.mechanism"]} == {
        "none",
        "adequacy",
        "scc",
    }
    signed = session.query(Vendor).filter(Vendor.standing == ContractStanding.IN_FORCE).count()
    assert 0 < signed < session.query(Vendor).count()
    mystery = [state for (state,) in session.query(MysteryTest.state)]
    assert set(mystery) == {MysteryState.CONCLUDED, MysteryState.PLANNED}
    assert session.query(MysteryTest).filter(MysteryTest.breached > 0).count() == 2
    assert session.query(Delegation).filter(Delegation.done_at.is_(None)).count() == 1
    assert session.query(QuestionMessage).filter_by(from_vendor=True, answered_at=None).count() == 1
    assert session.query(DelayRequest).filter_by(state=DelayState.ASKED).count() == 1
    said = session.query(Answer).filter_by(question_key="registre.mise-a-jour").all()
    assert said
    assert not [one.id for one in said if one.value["v"] > legal_date(one.updated_at).isoformat()], "before it happened"
    [(signing, agreed)] = session.query(ContractSigning.state, Contract.state).join(ContractSigning.contract)
    assert (signing, agreed) == (SigningState.OPEN, ContractState.AGREED)
    people = session.query(ContractSignatory).order_by(ContractSignatory.rank).all()
    assert [(one.side, one.state) for one in people] == [
        (SigningSide.OURS, SignatoryState.SIGNED), (SigningSide.VENDOR, SignatoryState.ASKED),
    ]  # fmt: skip
    assert ("prestataire_admin", people[-1].email) in logins, "who is awaited may sign in"
    assert {role for role, _ in logins} >= {Role.DPO.value, Role.LEGAL.value, Role.MANAGEMENT.value}
    assert session.query(User).filter(User.password_hash.is_(None)).count() == 0
    a_day = Counter((mail.recipient, legal_date(mail.queued_at)) for mail in session.query(Mail))
    assert max(a_day.values()) <= 3, "one person had fifteen in a day"
    assert {mail.template for mail in session.query(Mail)} >= {"notices/emails/vendor", "audits/emails/received"}
    assert clock_guard.look(session, now()) == (True, None), "jobs of weeks ago held the schedule: no login was told"


def test_production_refuses_demonstration_data(monkeypatch, tmp_path, capsys):
    monkeypatch.setenv("VIGIE_ENV", "production")
    monkeypatch.setenv("VIGIE_BASE_URL", "https://vigie.exemple.test")
    monkeypatch.setenv("VIGIE_DATA_DIR", str(tmp_path))
    assert seed.main(["ensure"]) == 1
    assert "production" in capsys.readouterr().err
    assert not (tmp_path / "vigie.db").exists()


@pytest.mark.parametrize("name", ["Peugeot", "Orange", "Google"])
def test_nobody_real_is_in_the_demonstration(name):
    assert not [vendor_plan for vendor_plan in VENDORS if name in vendor_plan.sheet.name]


def test_the_company_of_the_demonstration_has_a_name_and_its_people_and_entities_bear_it():
    family = ORGANISATION.split()[-1]
    assert ORGANISATION != UNNAMED
    assert all(family in entity.name for entity in ENTITIES)
    assert all(f"@{family.lower()}." in email for email, *_ in STAFF)
    # `.ci/serve` says it to the web and to the worker, without a start of Python to ask what it is.
    assert f"VIGIE_ORGANISATION:-{ORGANISATION}}}" in (REPOSITORY / ".ci" / "serve").read_text(encoding="utf-8")
