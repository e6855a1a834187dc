"""Two vendors with one of everything each: what tests of reach and isolation walk through."""

import itertools
from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.audits.models import Answer, AnswerEvidence, Audit, AuditFinding
from portal.audits.rules import AuditState
from portal.authz.context import Context
from portal.authz.policy import SYSTEM, Role
from portal.contracts.models import Contract, ContractVersion
from portal.core.clock import legal_date, now
from portal.core.documents.freezing import freeze
from portal.core.documents.tree import Document
from portal.core.language import Language
from portal.core.stored import StoredFile
from portal.evidence.models import Evidence
from portal.findings.models import Finding
from portal.findings.rules import Severity
from portal.identity.models import User
from portal.mystery.models import MysteryPlan, MysteryTest
from portal.mystery.rules.script import Way
from portal.paper.models import PaperBatch, PaperReview
from portal.questionnaires.models import QuestionnaireVersion
from portal.samples.models import CaseSample
from portal.samples.rules.columns import SampleKind
from portal.scorecards.models import Scorecard
from portal.vendors.models import Contact, Membership, Service, Vendor
from portal.vendors.rules.identifiers import Identifier
from portal.vendors.rules.naming import fold, plain
from portal.vendors.rules.status import VendorStatus
from portal.vendors.rules.tier import Tier
from portal.vendors.services import VendorLevel, add_spellings, keep_level
from tests.factories.people import user_of
from tests.factories.questionnaires import published, shipped

_numbers = itertools.count(1)


def vendor_of(session: Session, owner: User | None = None, **facts: object) -> Vendor:
    """A valid vendor; `services=False` leaves it bare."""
    n = next(_numbers)
    name = str(facts.pop("name", f"Prestataire {n}"))
    values: dict[str, object] = {
        "key": f"prestataire-{n}", "name": name, "folded_name": fold(name), "sought": plain(name), "country": "FR",
        "status": VendorStatus.ACTIVE, "tier": Tier.HIGH, "inherent": 4, "owner_id": owner.id if owner else None,
        "created_at": now(),
    }  # fmt: skip
    vendor = Vendor(**{**values, **facts})
    session.add(vendor)
    session.flush()
    columns = {kind: getattr(vendor, kind) for kind in ("name", "legal_name", *Identifier)}
    add_spellings(Context(session, SYSTEM, now()), [(vendor.id, columns)])
    return vendor


def version_of(session: Session, key: str = "socle-rgpd") -> QuestionnaireVersion:
    """The shipped questionnaire, published."""
    return published(session, shipped()[key])


def audit_of(session: Session, vendor: Vendor, **facts: object) -> Audit:
    """An audit with the shipped questionnaire, due in a month."""
    values: dict[str, object] = {
        "vendor_id": vendor.id, "state": AuditState.OPENED, "opened_at": now(),
        "due_on": legal_date(now()) + timedelta(days=30), "returned_questions": [], **facts,
    }  # fmt: skip
    if "questionnaire_version_id" not in values:
        values["questionnaire_version_id"] = version_of(session).id
    audit = Audit(**values)
    session.add(audit)
    session.flush()
    return audit


def contact_of(session: Session, vendor: Vendor, user: User | None = None) -> Contact:
    """A contact, with or without an account."""
    n = next(_numbers)
    contact = Contact(
        vendor_id=vendor.id, name=f"Contact {n}", email=user.email if user else f"contact{n}@exemple.test",
        user_id=user.id if user else None, language=Language.FR,
    )  # fmt: skip
    session.add(contact)
    session.flush()
    return contact


def vendor_user(session: Session, vendor: Vendor, role: Role = Role.VENDOR_ADMIN) -> User:
    """An external account bound to a vendor."""
    user = user_of(session, role, password_hash="x")
    session.add(Membership(user_id=user.id, vendor_id=vendor.id, role=role))
    contact_of(session, vendor, user)
    return user


def kept(session: Session, card: Scorecard) -> Scorecard:
    """A scorecard made by hand, noted on its vendor as the write that takes one does."""
    level = VendorLevel(card.id, card.grade, card.basis_points, card.residual_points)
    keep_level(Context(session, SYSTEM, card.taken_at), card.vendor_id, lambda: level)
    return card


def full_vendor(session: Session, owner: User | None = None, **facts: object) -> Vendor:
    """A vendor with one of everything."""
    vendor = vendor_of(session, owner, **facts)
    contact_of(session, vendor)
    service = Service(vendor_id=vendor.id, name="Hébergement", purpose="Héberger l'application")
    stored = StoredFile(
        key="ab/cd/x", sha256="0" * 64, size=3, media_type="application/pdf", filename="p.pdf", created_at=now()
    )
    session.add_all([service, stored])
    audit = audit_of(session, vendor)
    session.flush()
    evidence = Evidence(vendor_id=vendor.id, stored_file_id=stored.id, uploaded_at=now())
    session.add(evidence)
    session.flush()
    contract = Contract(
        key=f"{vendor.key}-dpa",
        vendor_id=vendor.id,
        service_id=service.id,
        template_key="dpa",
        title="DPA",
        created_at=now(),
    )
    session.add_all(
        [
            Answer(audit_id=audit.id, question_key="q", value={"v": "oui"}, updated_at=now()),
            AnswerEvidence(audit_id=audit.id, question_key="q", evidence_id=evidence.id, attached_at=now()),
            Finding(
                vendor_id=vendor.id, subject="q", severity=Severity.MAJOR, title="Écart",
                action="Corriger", due_on=legal_date(now()) + timedelta(days=60), opened_at=now(),
            ),
            Scorecard(
                vendor_id=vendor.id, audit_id=audit.id, taken_at=now(), reason="reviewed", basis_points=5000,
                coverage_points=10000, grade="C", inherent=4, tier=Tier.HIGH, residual_points=20000, detail={},
                scale_sha256="0" * 64,
            ),
            contract,
        ]
    )  # fmt: skip
    session.flush()
    kept(session, session.scalars(select(Scorecard).where(Scorecard.vendor_id == vendor.id)).one())
    finding_id = session.scalars(select(Finding.id).where(Finding.vendor_id == vendor.id)).one()
    session.add(AuditFinding(audit_id=audit.id, question_key="q", finding_id=finding_id, seen_at=now()))
    session.flush()
    batch = PaperBatch(title="Lot", vendor_id=vendor.id, total=1, created_at=now())
    review = PaperReview(vendor_id=vendor.id, batch=batch, title="Leur DPA", file_name="dpa.pdf", created_at=now())
    session.add_all([batch, review])
    called = {"vendor_id": vendor.id, "way": Way.PHONE, "interface": "+33 4"}
    plan = MysteryPlan(**called, first_on=legal_date(now()), tester="Ana", created_at=now())
    test = MysteryTest(**called, plan=plan, due_on=legal_date(now()))
    session.add_all([plan, test])
    session.add(
        CaseSample(
            vendor_id=vendor.id, kind=SampleKind.CASES, asked_at=now(), due_on=now().date(), period_from=now().date(),
            period_to=now().date(), population=10, size=5, confidence="0.95", margin="0.05", seed="0",
        )
    )  # fmt: skip
    session.add(
        ContractVersion(
            contract_id=contract.id, number=1, language=Language.FR, facts={"values": {}, "sources": {}, "doubts": []},
            clauses=[], tree=freeze(Document("Accord", Language.FR, ())), coverage=[], blanks=[], covered=0, required=0,
            sha256="0" * 64, created_at=now(),
        )
    )  # fmt: skip
    session.flush()
    return vendor


def two_vendors(session: Session, owner: User) -> tuple[Vendor, Vendor]:
    """One vendor owned by `owner`, one owned by nobody."""
    return full_vendor(session, owner), full_vendor(session)
