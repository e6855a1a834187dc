"""A small questionnaire with every kind of question, in two sections, and a vendor that has to answer it."""

from dataclasses import dataclass
from functools import lru_cache
from hashlib import sha256
from typing import Any

from sqlalchemy.orm import Session

from portal.audits import services
from portal.audits.models import Audit
from portal.audits.rules import Signatory
from portal.authz.context import Context
from portal.authz.policy import Actor, Role
from portal.core.clock import now
from portal.core.language import Language
from portal.core.stored import StoredFile
from portal.evidence.models import Evidence
from portal.evidence.queries import facts_of
from portal.evidence.rules import good_until
from portal.identity.models import User
from portal.questionnaires.definition import Questionnaire
from portal.questionnaires.rules.parsing import parse_questionnaire
from portal.vendors.models import Vendor
from tests.factories.questionnaires import both, published, raw_document, raw_question
from tests.factories.standing import once
from tests.factories.world import audit_of, vendor_of, vendor_user

SECRET = "Réservé au relecteur"
SIGNATORY = Signatory("Aline Roux", "DPO")
SIGNED = {"name": SIGNATORY.name, "role": SIGNATORY.role, "attests": "y"}
"""Who attests that the answers of a vendor are true; the same as a form posts it."""


def _choice(value: str, fr: str, en: str, **more: Any) -> dict[str, Any]:
    return {"value": value, "label": both(fr, en), **more}


def _raw() -> dict[str, Any]:
    first = [
        raw_question(
            "a.chiffre", text=both("Chiffrez-vous les données ?", "Do you encrypt the data?"), weight=5, critical=True,
            why=both("Un disque volé ne doit rien livrer.", "A stolen disk must yield nothing."),
            help=both("Sauvegardes comprises.", "Backups included."), reviewer_note=both(SECRET, SECRET),
            evidence="required", evidence_on=["oui"], evidence_max_age_months=12, articles=["32(1)(a)"],
            evidence_label=both("Votre politique de chiffrement.", "Your encryption policy."),
        ),
        raw_question(
            "a.suite", "text", text=both("Comment ?", "How?"), visible_if={"question": "a.chiffre", "in": ["oui"]},
        ),
        raw_question(
            "a.choix", "single", text=both("Qui décide ?", "Who decides?"),
            choices=[_choice("nous", "Nous", "We do", mark=1),
                     _choice("autre", "Un autre", "Someone else", mark=0, justify=True)],
        ),
        raw_question(
            "a.mesures", "multiple", text=both("Quelles mesures ?", "Which measures?"),
            choices=[_choice("mfa", "Second facteur", "Second factor", mark=0.5),
                     _choice("edr", "Détection", "Detection", mark=0.5),
                     _choice("aucune", "Aucune", "None", mark=0, exclusive=True)],
        ),
    ]  # fmt: skip
    second = [
        raw_question("b.delai", "number", text=both("Sous quel délai ?", "How soon?"), minimum=0, maximum=365,
                     unit=both("jours", "days")),
        raw_question("b.jour", "date", text=both("Depuis quand ?", "Since when?"), required=False),
        raw_question("b.document", "file", text=both("Votre registre", "Your register"),
                     evidence_label=both("Le registre.", "The register.")),
        raw_question(
            "b.liste", "table", text=both("Qui vous aide ?", "Who helps you?"), max_rows=5,
            columns=[{"key": "nom", "label": both("Nom", "Name"), "required": True},
                     {"key": "pays", "label": both("Pays", "Country"), "kind": "country"},
                     {"key": "depuis", "label": both("Depuis", "Since"), "kind": "date"},
                     {"key": "role", "label": both("Rôle", "Role"), "kind": "single",
                      "choices": [_choice("hote", "Hébergeur", "Host"), _choice("aide", "Assistance", "Support")]}],
        ),
    ]  # fmt: skip
    return raw_document(
        title=both("Petit audit", "Small audit"),
        introduction=both("Merci de répondre.", "Thank you for answering."),
        minutes=15,
        sections=[
            {"key": "a", "title": both("Sécurité", "Security"), "introduction": both("D'abord.", "First."),
             "questions": first},
            {"key": "b", "title": both("Organisation", "Organisation"), "introduction": both("Ensuite.", "Then."),
             "questions": second},
        ],
    )  # fmt: skip


@lru_cache
def small() -> Questionnaire:
    """The small questionnaire."""
    return parse_questionnaire(_raw())


@dataclass(frozen=True)
class Space:
    """A vendor, its two accounts, and what it has to answer."""

    vendor: Vendor
    admin: User
    respondent: User
    audit: Audit


def space_of(session: Session, questionnaire: Questionnaire | None = None, **facts: Any) -> Space:
    """A vendor that has the small questionnaire (or another) to answer."""

    def make() -> Space:
        vendor = vendor_of(session, name=str(facts.pop("name", "Nuage Clair SAS")))
        version = published(session, questionnaire or small())
        return Space(
            vendor, vendor_user(session, vendor), vendor_user(session, vendor, Role.VENDOR_RESPONDENT),
            audit_of(session, vendor, questionnaire_version_id=version.id, **facts),
        )  # fmt: skip

    if questionnaire or facts:
        return make()
    return once(session, "space", make, _numbers, lambda numbers: _found(session, numbers))


def _numbers(space: Space) -> tuple[int, int, int, int]:
    return space.vendor.id, space.admin.id, space.respondent.id, space.audit.id


def _found(session: Session, numbers: tuple[int, int, int, int]) -> Space:
    return Space(*map(session.get_one, (Vendor, User, User, Audit), numbers))


def actor_of(user: User, vendor: Vendor) -> Actor:
    """How the policy sees an external account."""
    return Actor(user.role, user.id, user.name, user.email, Language(user.language), frozenset({vendor.id}))


def proof_of(session: Session, vendor: Vendor, name: str = "registre.pdf", **facts: Any) -> Evidence:
    """A file of a vendor, sealed or so it says."""
    stored = StoredFile(
        key=f"aa/bb/{name}",
        sha256=sha256(name.encode()).hexdigest(),
        size=1234,
        media_type="application/pdf",
        filename=name,
        created_at=now(),
    )
    proof = Evidence(vendor_id=vendor.id, stored_file=stored, uploaded_at=now(), **facts)
    session.add(proof)
    session.flush()
    return proof


def used_proof_of(session: Session, vendor: Vendor, name: str = "registre.pdf", **facts: Any) -> Evidence:
    """A proof that an audit speaking for its vendor rests on."""
    proof = proof_of(session, vendor, name, **{"in_use": True, "sent_at": now(), **facts})
    proof.good_until = good_until(facts_of(proof, proof.max_age_months))
    session.flush()
    return proof


def answer_all(ctx: Context, audit: Audit, *, but: frozenset[str] = frozenset()) -> None:
    """Answer everything that is asked, proofs included, so that the audit may be sent."""
    given: dict[str, Any] = {
        "a.chiffre": "oui", "a.suite": "Par AES-256.", "a.choix": "nous", "a.mesures": ["mfa"], "b.delai": "30",
        "b.liste": [{"nom": "Hôte", "pays": "FR", "role": "hote"}],
    }  # fmt: skip
    for key, posted in given.items():
        if key not in but:
            services.save_answer(ctx, audit, key, posted=posted, comment="", base=0)
    vendor = ctx.session.get_one(Vendor, audit.vendor_id)
    for key in ("a.chiffre", "b.document"):
        if key not in but:
            services.attach_proof(ctx, audit, key, proof_of(ctx.session, vendor, f"{key}.pdf"))
    ctx.session.commit()
