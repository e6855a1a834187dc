"""The way from an empty portal to a first vendor asked to answer: four steps, each true by the thing itself alone."""

from collections.abc import Sequence
from functools import cache

from sqlalchemy import Select, exists, select

from portal.audits.models import Audit
from portal.audits.rules import AuditState
from portal.authz.context import Context
from portal.authz.policy import Actor, Permission, Role, Scope, scope_of
from portal.campaigns.models import WaveAudit
from portal.contracts.models import Contract
from portal.core.dataclass import dataclass
from portal.core.language import Sentence, say
from portal.identity.services import STAFF_ROLES
from portal.vendors.models import LegalEntity, Vendor
from portal.vendors.rules.standing import BINDING
from portal.vendors.rules.status import LIVE


@dataclass(frozen=True)
class FirstStep:
    """One step, and where it is taken."""

    title: Sentence
    detail: Sentence
    action: Sentence
    endpoint: str
    permission: Permission
    is_done: bool
    is_next: bool = False
    """The first that is not done: the one thing to do now."""
    may: bool = False
    """Whether this person may take it."""

    @property
    def who(self) -> Sequence[Role]:
        """Who may, of the organisation."""
        return [role for role in STAFF_ROLES if scope_of(Actor(role), self.permission) is Scope.ALL]


def first_steps(ctx: Context) -> list[FirstStep]:
    """The steps, for whoever may take one of them; none once all are done. One statement."""
    if not any(_may(ctx, permission) for permission in _STEPS):
        return []
    has_entity, has_vendor, has_contract, has_draft, has_asked = ctx.session.execute(_facts()).one()
    if has_entity and has_vendor and has_contract and has_asked:
        return []
    may_import = ctx.can(Permission.VENDOR_IMPORT)
    steps = [
        FirstStep(
            say("Saisir l'entité du groupe qui signe"),
            say("Son nom, son adresse et son signataire figureront dans chaque contrat."),
            say("Saisir l'entité"), "vendors.new_entity", Permission.ENTITY_MANAGE, has_entity,
        ),
        FirstStep(
            say("Inscrire vos sous-traitants"),
            say("Une liste suffit pour commencer : CSV, tableur, ou un par un."),
            say("Importer une liste") if may_import else say("Ajouter un sous-traitant"),
            "vendors.imports" if may_import else "vendors.new", Permission.VENDOR_CREATE, has_vendor,
        ),
        FirstStep(
            say("Signer un contrat avec l'un d'eux"),
            say("Rédigez-le ici, ou relisez le sien ; il compte une fois signé, sa copie lue, et en vigueur."),
            say("Voir les contrats") if has_draft else say("Rédiger un contrat"),
            "contracts.index" if has_draft else "contracts.new", Permission.CONTRACT_DRAFT, has_contract,
        ),
        FirstStep(
            say("Interroger vos sous-traitants"),
            say("Une campagne envoie le questionnaire, relance et signale les retards."),
            say("Préparer une campagne"), "campaigns.new", Permission.CAMPAIGN_MANAGE, has_asked,
        ),
    ]  # fmt: skip
    return _in_turn(ctx, steps)


_STEPS = (Permission.ENTITY_MANAGE, Permission.VENDOR_CREATE, Permission.CONTRACT_DRAFT, Permission.CAMPAIGN_MANAGE)


def _may(ctx: Context, permission: Permission) -> bool:
    return scope_of(ctx.actor, permission) is Scope.ALL


def _in_turn(ctx: Context, steps: Sequence[FirstStep]) -> list[FirstStep]:
    coming = next(step for step in steps if not step.is_done)
    return [
        FirstStep(
            step.title, step.detail, step.action, step.endpoint, step.permission, step.is_done,
            is_next=step is coming, may=_may(ctx, step.permission),
        )
        for step in steps
    ]  # fmt: skip


_ASKED = tuple(state for state in AuditState if state is not AuditState.CANCELLED)


@cache
def _facts() -> Select[bool, bool, bool, bool, bool]:
    """An entity fit to sign; a live vendor; one whose contract is in force; a draft; one that was written to."""
    entity = exists().where(LegalEntity.name != "", LegalEntity.address != "", LegalEntity.representative != "")
    live = exists().where(Vendor.status.in_(LIVE))
    signed = exists().where(Vendor.status.in_(LIVE), Vendor.standing.in_(BINDING))
    wave = select(WaveAudit.audit_id).where(WaveAudit.audit_id == Audit.id)
    # By the states that count, along their index: a portal may hold thousands that were cancelled.
    asked = exists().where(Audit.state.in_(_ASKED), ~wave.where(WaveAudit.invited == 0).exists())
    return select(entity, live, signed, exists().where(Contract.id.is_not(None)), asked)
