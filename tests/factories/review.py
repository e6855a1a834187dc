"""A questionnaire with something to find, a vendor that answers and sends it, a reviewer who judges."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Any

from sqlalchemy.orm import Session

from portal.audits import queries, services
from portal.audits.models import AnswerEvidence, Audit, Submission
from portal.audits.queries import AuditAnswers
from portal.audits.rules import ReviewVerdict
from portal.audits.services import Judgement, PostedAnswer
from portal.audits.submitted_audit import open_submitted_audit
from portal.authz.context import Context
from portal.authz.policy import SYSTEM, Actor, Permission, Role
from portal.core.language import Language
from portal.evidence.models import Evidence
from portal.identity.models import User
from portal.questionnaires.definition import Questionnaire
from portal.questionnaires.models import QuestionnaireVersion
from portal.questionnaires.rules.completing import visible_questions
from portal.questionnaires.rules.parsing import parse_questionnaire
from portal.vendors.models import Vendor
from portal.vendors.rules.naming import plain
from tests.conftest import NOW
from tests.factories.people import user_of
from tests.factories.questionnaires import both, published, raw_document, raw_question
from tests.factories.spaces import SIGNATORY, actor_of, proof_of
from tests.factories.standing import once
from tests.factories.world import audit_of, vendor_of, vendor_user

GOOD: Mapping[str, Any] = {
    "a.contrat": "oui", "a.chiffre": "oui", "a.role": "nous", "b.mesures": ["mfa", "edr"], "b.texte": "Par AES-256.",
    "b.delai": "30", "b.depuis": "2024-05-01", "b.liste": [{"nom": "Hôte & Cie", "pays": "DE", "depuis": "2025-01-31"}],
}  # fmt: skip
"""Answers that open nothing; `a.chiffre` asks for a proof."""


def _raw() -> dict[str, Any]:
    first = [
        raw_question(
            "a.contrat", text=both("Avons-nous signé un contrat ?", "Have we signed a contract?"), weight=5,
            critical=True, articles=["28(3)"], reviewer_note=both("Regarder la signature.", "Look at the signature."),
            opens_finding={
                "on": {"non": "critical", "partiel": "major"},
                "gap": both("Pas de contrat signé", "No signed contract"),
                "action": both("Signer le contrat.", "Sign the contract."),
                "proof": both("Contrat signé.", "Signed contract."),
            },
        ),
        raw_question(
            "a.chiffre", text=both("Chiffrez-vous les données ?", "Do you encrypt the data?"), weight=3,
            evidence="required", evidence_on=["oui"], evidence_max_age_months=12,
            evidence_label=both("Votre politique.", "Your policy."),
            opens_finding={
                "on": {"non": "major", "partiel": "minor"}, "action": both("Chiffrer.", "Encrypt."),
                "proof": both("Capture datée.", "Dated screenshot."),
            },
        ),
        raw_question(
            "a.role", "single", text=both("Qui décide ?", "Who decides?"), weight=1,
            choices=[{"value": "nous", "mark": 1, "label": both("Nous", "We do")},
                     {"value": "autre", "mark": 0, "label": both("Un autre", "Someone else")}],
        ),
    ]  # fmt: skip
    second = [
        raw_question(
            "b.mesures", "multiple", text=both("Quelles mesures ?", "Which measures?"), weight=2,
            choices=[{"value": "mfa", "mark": 0.5, "label": both("Second facteur", "Second factor")},
                     {"value": "edr", "mark": 0.5, "label": both("Détection", "Detection")},
                     {"value": "aucune", "mark": 0, "exclusive": True, "label": both("Aucune", "None")}],
        ),
        raw_question("b.texte", "text", text=both("Comment ?", "How?"), required=False,
                     visible_if={"question": "a.chiffre", "in": ["oui", "partiel"]}),
        raw_question("b.delai", "number", text=both("Sous quel délai ?", "How soon?"), minimum=0, maximum=3650,
                     unit=both("jours", "days"), required=False),
        raw_question("b.depuis", "date", text=both("Depuis quand ?", "Since when?"), required=False),
        raw_question(
            "b.liste", "table", text=both("Qui vous aide ?", "Who helps you?"), max_rows=5, required=False,
            columns=[{"key": "nom", "label": both("Nom", "Name"), "required": True},
                     {"key": "pays", "label": both("Pays", "Country"), "kind": "country"},
                     {"key": "depuis", "label": both("Depuis", "Since"), "kind": "date"}],
        ),
    ]  # fmt: skip
    return raw_document(
        key="examen", title=both("Examen", "Examination"), minutes=15,
        sections=[
            {"key": "a", "title": both("Cadre", "Frame"), "introduction": both("D'abord.", "First."),
             "questions": first},
            {"key": "b", "title": both("Mesures", "Measures"), "introduction": both("Ensuite.", "Then."),
             "questions": second},
        ],
    )  # fmt: skip


@lru_cache
def examined() -> Questionnaire:
    """The questionnaire under review."""
    return parse_questionnaire(_raw())


def version(session: Session) -> QuestionnaireVersion:
    """The questionnaire, published once."""
    return published(session, examined())


@dataclass
class Case:
    """A vendor, its audit, whoever answers for it and whoever judges."""

    session: Session
    vendor: Vendor
    audit: Audit
    contact: User
    reviewer: User
    at: datetime = NOW
    proofs: dict[str, Evidence] = field(default_factory=dict)

    @property
    def answering(self) -> Context:
        """The vendor's context."""
        return Context(self.session, actor_of(self.contact, self.vendor), self.at)

    @property
    def judging(self) -> Context:
        """The reviewer's context."""
        return self.acting(self.reviewer)

    def acting(self, user: User) -> Context:
        """A staff member's context."""
        return Context(self.session, Actor(user.role, user.id, user.name, user.email, Language(user.language)), self.at)

    def answer(self, **changes: Any) -> None:
        """Answer as `GOOD` says but for some changes (`a_contrat="non"`); encryption comes with a proof."""
        given = {**GOOD, **{key.replace("_", ".", 1): value for key, value in changes.items()}}
        for key, posted in given.items():
            sheet = queries.sheet_of(self.answering, self.audit)
            shown = {q.key for q in visible_questions(sheet.questionnaire, sheet.answers)}
            if key in shown and key in sheet.open_keys:
                base = sheet.versions.get(key, 0)
                services.save_answer(self.answering, self.audit, key, posted=posted, comment=None, base=base)
        if given["a.chiffre"] == "oui" and "a.chiffre" not in self.proofs:
            self.prove(issued_on=date(2026, 6, 1))

    def prove(self, key: str = "a.chiffre", **facts: Any) -> Evidence:
        """Attach a proof."""
        proof = proof_of(self.session, self.vendor, f"{key}-{len(self.proofs)}.pdf", **facts)
        services.attach_proof(self.answering, self.audit, key, proof)
        self.proofs[key] = proof
        return proof

    def sheet(self) -> AuditAnswers:
        """The audit as its vendor writes it."""
        return services.open_answers_to_write(self.answering, self.audit.id)

    def answer_over(self, key: str, posted: Any) -> None:
        """Change one proposed answer, having seen it."""
        sheet = self.sheet()
        seen = services.proposed_mark(sheet, key) or ""
        services.save_posted_answer(self.answering, sheet, PostedAnswer(key, posted, None, 0, seen))

    def confirm(self, *sections: str) -> None:
        """« Rien n'a changé », section by section."""
        for section in sections:
            sheet = self.sheet()
            marks = {key: services.proposed_mark(sheet, key) or "" for key in sheet.proposed}
            services.confirm_section(self.answering, sheet, section, marks)

    def send(self) -> Submission:
        """Send."""
        found = services.submit_answers(self.answering, self.audit, language=Language.FR, signatory=SIGNATORY)
        self.session.commit()
        return found

    def judge(self, key: str, verdict: str = "acceptable", **facts: Any) -> Any:
        """Judge one answer."""
        return services.give_verdict(self.judging, self.audit, key, Judgement(ReviewVerdict(verdict), **facts))

    def judge_all(self, **verdicts: str) -> None:
        """Judge every answer, acceptable but for some (`a_contrat="a_corriger"`)."""
        named = {key.replace("_", ".", 1): verdict for key, verdict in verdicts.items()}
        for key in self.submitted().left:
            self.judge(key, named.get(key, "acceptable"))

    def submitted(self) -> Any:
        """The audit as last sent, with the verdicts that hold."""
        return open_submitted_audit(self.judging, self.audit.id, to=Permission.AUDIT_VIEW)

    def links(self) -> list[AnswerEvidence]:
        """The proofs attached."""
        return self.session.query(AnswerEvidence).filter_by(audit_id=self.audit.id).all()


def case_of(session: Session, *, name: str = "Nuage Clair SAS", owner: User | None = None, **facts: Any) -> Case:
    """A vendor that has been asked; `language` is the vendor's."""
    language = facts.pop("language", Language.FR)
    vendor = vendor_of(session, owner, name=name, sought=plain(name), language=language)
    opened = {"questionnaire_version_id": version(session).id, "opened_at": NOW, "due_on": date(2026, 12, 24)}
    audit = audit_of(session, vendor, **{**opened, **facts})
    audit = queries.get_audit(Context(session, SYSTEM, NOW), audit.id, to=Permission.AUDIT_VIEW)
    return Case(session, vendor, audit, vendor_user(session, vendor), user_of(session, Role.DPO))


def sent_case(session: Session, **changes: Any) -> Case:
    """A vendor that has answered and sent; what begins with a question's section changes an answer."""
    answers = {key: changes[key] for key in changes if key.startswith(("a_", "b_"))}
    facts = {key: changes[key] for key in changes if key not in answers}

    def make() -> Case:
        case = case_of(session, **facts)
        case.answer(**answers)
        case.send()
        return case

    def found(kept: tuple[int, int, int, dict[str, int]]) -> Case:
        audit_id, contact_id, reviewer_id, proofs = kept
        audit = queries.get_audit(Context(session, SYSTEM, NOW), audit_id, to=Permission.AUDIT_VIEW)
        people = session.get_one(User, contact_id), session.get_one(User, reviewer_id)
        attached = {key: session.get_one(Evidence, number) for key, number in proofs.items()}
        return Case(session, audit.vendor, audit, *people, proofs=attached)

    def numbers(case: Case) -> tuple[int, int, int, dict[str, int]]:
        return case.audit.id, case.contact.id, case.reviewer.id, {key: one.id for key, one in case.proofs.items()}

    return once(session, f"sent case {sorted(changes.items())}", make, numbers, found)


def accepted(case: Case, **verdicts: str) -> Case:
    """The same case, its audit judged and accepted."""
    case.judge_all(**verdicts)
    services.accept_audit(case.judging, case.audit)
    case.session.commit()
    return case


def second_year(case: Case, *, days: int = 365) -> Case:
    """The same vendor, asked again so many days later; the case goes on with this audit."""
    case.at = NOW + timedelta(days=days)
    audit = audit_of(
        case.session, case.vendor, questionnaire_version_id=version(case.session).id, opened_at=case.at,
        due_on=date(2027, 12, 24), carries=True,
    )  # fmt: skip
    case.audit = queries.get_audit(case.judging, audit.id, to=Permission.AUDIT_VIEW)
    case.session.commit()
    return case
